/** A person's name as words that can be compared: folded, romanised, without titles, the generation (Jr, III) apart. */
import { type Name, PersonName } from "@interchannel/domain"
import * as Romanize from "./romanize.ts"

export interface NameFeature {
  readonly given: ReadonlyArray<string>
  readonly middle: ReadonlyArray<string>
  readonly family: ReadonlyArray<string>
  readonly generation?: number
}

export const empty: NameFeature = { given: [], middle: [], family: [] }

export const isEmpty = (name: NameFeature): boolean => name.given.length === 0 && name.family.length === 0

/** The words of a Contact's name. Parts that the system states are trusted before the whole name. */
export const make = (name: Name | undefined): NameFeature => {
  if (name === undefined) return empty
  const whole = name.full === undefined ? undefined : parts(name.full)
  const stated: Parts = {
    given: trusted(name.given),
    middle: trusted(name.middle),
    family: trusted(name.family),
    suffix: name.suffix ?? ""
  }
  if (stated.given === "" && stated.family === "") return whole === undefined ? empty : toFeature(whole)
  return toFeature(whole === undefined ? stated : completed(stated, whole))
}

// ---------------------------------------------------------------------------------------------------------

interface Parts {
  readonly given: string
  readonly middle: string
  readonly family: string
  readonly suffix: string
}

/** More words than any name has; a sentence in a name field stops here. */
const WORDS_MAX = 6

/** One word with a digit in it was chosen for logging in; it tells nobody's first name. */
const userName = /^\S*\d\S*$/

const parts = (full: string): Parts | undefined => {
  if (userName.test(full.trim())) return undefined
  const han = Romanize.hanName(full)
  if (han !== undefined) return { given: han.given, middle: "", family: han.family, suffix: "" }
  const parsed = PersonName.parse(full)
  if (parsed._tag !== "Name") return undefined
  const { given, middle, family, suffix, full: shown } = parsed
  return {
    given: given ?? (family === undefined ? shown : ""),
    middle: middle ?? "",
    family: family ?? "",
    suffix: suffix ?? ""
  }
}

/** A stated part that is no name (`test`, `n/a`, a company) counts as absent. */
const trusted = (text: string | undefined): string => {
  if (text === undefined) return ""
  const known = trust.get(text)
  if (known !== undefined) return known ? text : ""
  const named = PersonName.parse(text)._tag === "Name" || /^\p{L}\.?$/u.test(text.trim())
  const result = named && !roles.test(text.trim())
  if (trust.size >= TRUST_MAX) trust.clear()
  trust.set(text, result)
  return result ? text : ""
}

/** The same names come again and again, and taking one apart costs more than all the rest. */
const TRUST_MAX = 50_000
const trust = new Map<string, boolean>()

/** Who somebody is to the household stands where the name was not asked: `lady of the house`, `baby girl`. */
const roles =
  /^(?:(?:lady|gentleman|man|woman|head|daughter|son|child|kid|baby|infant|adult|minor|person)\b.*(?:\s(?:of|f|m|male|female|boy|girl|[a-z])\b.*)|lady|woman|man|mom|dad|(?:adult|female|male) (?:adult|child|female|male)|respondent|occupant|resident|homeowner|householder|husband|wife|spouse|mother|father|child|kid|infant|baby|minor|adult|daughter|grand-?(?:daughter|son|mother|father|child)|male|female|boy|girl)$/i

/** Middle names and what stands before a title come from the whole name. */
const completed = (stated: Parts, whole: Parts): Parts => {
  if (stated.given !== "" && titles.test(stated.given.toLowerCase())) return { ...whole, family: stated.family }
  const known = new Set(Romanize.words(`${stated.given} ${stated.family}`))
  const extra = Romanize.words(whole.middle).filter((word) => !known.has(word))
  return {
    ...stated,
    middle: stated.middle === "" ? extra.join(" ") : stated.middle,
    suffix: stated.suffix || whole.suffix
  }
}

const titles = /^(?:sir|lord|lady|dame|dr|mr|mrs|ms|miss|rev|prof|captain|baron|earl|count)\.?$/

const toFeature = ({ given, middle, family, suffix }: Parts): NameFeature => {
  const first = withoutGeneration(Romanize.words(given), true)
  const last = withoutGeneration(Romanize.words(family), false)
  const generation = last.generation ?? first.generation ?? generations.get(suffix.toLowerCase().replace(".", ""))
  return {
    given: atMost(first.words),
    middle: atMost(Romanize.words(middle)),
    family: atMost(
      last.words.some((word) => particles.has(word)) ? last.words.filter((word) => !particles.has(word)) : last.words
    ),
    ...(generation === undefined ? {} : { generation })
  }
}

/** Names repeat, and with them their words: contacts share one list of them. */
const atMost = (words: ReadonlyArray<string>): ReadonlyArray<string> =>
  words.length > WORDS_MAX ? words.slice(0, WORDS_MAX) : words

const generations: ReadonlyMap<string, number> = new Map([
  ["sr", 1],
  ["senior", 1],
  ["snr", 1],
  ["jr", 2],
  ["junior", 2],
  ["jnr", 2],
  ["ii", 2],
  ["iii", 3],
  ["iv", 4]
])

const withoutGeneration = (words: ReadonlyArray<string>, given: boolean) => {
  const last = words.at(-1) ?? ""
  // "Morris I" beside "Morris II"; as a family name's last letter an I is an initial.
  const generation = words.length > 1 ? (generations.get(last) ?? (given && last === "i" ? 1 : undefined)) : undefined
  return generation === undefined ? { words } : { words: words.slice(0, -1), generation }
}

const particles = new Set("de da do dos das del della di la le van von der den ten ter zu al el bin ibn".split(" "))
