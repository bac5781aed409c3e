/** Search keys of IMAP (RFC 3501 §6.4.4), those that the connector uses. */
import { headerOf, type Message } from "./World.ts"

type Fits = (message: Pick<Message, "uid" | "at" | "raw">) => boolean

interface Options {
  /** As if no text had been asked for. */
  readonly unfiltered: boolean
  /** What `*` stands for. */
  readonly highest: number
}

const DAY_MS = 86_400_000

export const matcher = (words: ReadonlyArray<string>, options: Options): Fits => {
  let at = 0
  const next = (): string => words[at++] ?? ""
  const holds = (name: string, text: string): Fits => {
    return ({ raw }) => options.unfiltered || headerOf(raw, name).toLowerCase().includes(text.toLowerCase())
  }
  const one = (): Fits => {
    const key = next().toUpperCase()
    switch (key) {
      case "ALL":
        return () => true
      case "(": {
        const inside: Array<Fits> = []
        while (at < words.length && words[at] !== ")") inside.push(one())
        at++
        return (message) => inside.every((fits) => fits(message))
      }
      case "OR": {
        const [left, right] = [one(), one()]
        return (message) => left(message) || right(message)
      }
      case "UID":
        return inSet(next(), options.highest)
      case "SINCE": {
        const day = Date.parse(`${next()} UTC`)
        return (message) => Math.floor(message.at / DAY_MS) >= Math.floor(day / DAY_MS)
      }
      case "BEFORE": {
        const day = Date.parse(`${next()} UTC`)
        return (message) => Math.floor(message.at / DAY_MS) < Math.floor(day / DAY_MS)
      }
      case "HEADER":
        return holds(next(), next())
      case "FROM":
      case "TO":
      case "SUBJECT":
        return holds(key, next())
      default:
        throw new Error(`the stand-in knows no search key ${key}`)
    }
  }
  const all: Array<Fits> = []
  while (at < words.length) all.push(one())
  return (message) => all.every((fits) => fits(message))
}

// ---------------------------------------------------------------------------------------------------------------------

const inSet = (set: string, highest: number): Fits => {
  const ranges = set.split(",").map((range) => {
    const [from, to = from] = range.split(":").map((end) => (end === "*" ? highest : Number(end)))
    return [Math.min(from!, to!), Math.max(from!, to!)] as const
  })
  return ({ uid }) => ranges.some(([from, to]) => uid >= from && uid <= to)
}
