/**
 * The keys that what we keep is sealed with: a line each, `<id> <32 bytes in base64>`. The last one seals, all of them
 * open, so a new line rotates the key and an old one is dropped when nothing sealed with it is left.
 */
import { randomBytes } from "node:crypto"
import {
  mkdirSync,
  openSync,
  closeSync,
  fsyncSync,
  linkSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync
} from "node:fs"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { StoreError } from "./StoreError.ts"

export interface MasterKey {
  /** 0-255: written in front of what this key sealed. */
  readonly id: number
  readonly bytes: Redacted.Redacted<Uint8Array>
  /** Earlier keys, that still open what they sealed. */
  readonly earlier: ReadonlyMap<number, Redacted.Redacted<Uint8Array>>
}

const KEY_BYTES = 32
const KEYS_MAX = 16

/** Reads the text of a key file or environment variable; a single base64 value is key 1. */
export const parse = (text: Redacted.Redacted<string>): Effect.Effect<MasterKey, StoreError> =>
  Effect.gen(function* () {
    const lines = Redacted.value(text)
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"))
    if (lines.length === 0 || lines.length > KEYS_MAX)
      return yield* wrong(`it has ${lines.length} keys, not 1-${KEYS_MAX}`)
    const keys = new Map<number, Redacted.Redacted<Uint8Array>>()
    let id = 0
    for (const [index, line] of lines.entries()) {
      const match = /^(?:(\d{1,3})\s+)?([A-Za-z0-9+/_-]+=*)$/.exec(line)
      const bytes = Buffer.from(match?.[2] ?? "", "base64")
      id = Number(match?.[1] ?? 1)
      if (bytes.length !== KEY_BYTES || id > 255) return yield* wrong(`line ${index + 1} is not 32 bytes in base64`)
      if (keys.has(id)) return yield* wrong(`line ${index + 1} repeats key id ${id}`)
      keys.set(id, Redacted.make(new Uint8Array(bytes)))
    }
    const bytes = keys.get(id)
    if (bytes === undefined) return yield* wrong("it has no key")
    keys.delete(id)
    return { id, bytes, earlier: keys }
  })

/** A fresh key. */
export const generate = (random: (bytes: number) => Uint8Array = randomBytes): MasterKey => ({
  id: 1,
  bytes: Redacted.make(new Uint8Array(random(KEY_BYTES))),
  earlier: new Map()
})

/** The key given, else the one in the file, which is created readable by its owner only when it is not there. */
export const load = (options: {
  readonly file: string
  /** Such as from an environment variable. */
  readonly given?: Redacted.Redacted<string> | undefined
}): Effect.Effect<MasterKey, StoreError> =>
  options.given === undefined ? Effect.flatMap(readOrCreate(options.file), parse) : parse(options.given)

/** As `load`; nothing where there is no file yet. */
export const find = ({ file, given }: Parameters<typeof load>[0]): Effect.Effect<MasterKey | undefined, StoreError> =>
  given === undefined
    ? Effect.flatMap(read(file), (found) => (found === undefined ? Effect.succeed(undefined) : parse(found)))
    : parse(given)

// ---------------------------------------------------------------------------------------------------------------------

const readOrCreate = (file: string): Effect.Effect<Redacted.Redacted<string>, StoreError> =>
  Effect.gen(function* () {
    const found = yield* read(file)
    if (found !== undefined) return found
    yield* attempt(file, () => create(file))
    // Another process may have been first; what the file holds now is the key.
    return (yield* read(file)) ?? (yield* wrong(`${file} cannot be read after it was written`))
  })

const read = (file: string): Effect.Effect<Redacted.Redacted<string> | undefined, StoreError> =>
  Effect.flatMap(
    attempt(file, () => statSync(file, { throwIfNoEntry: false })),
    (stat) => {
      if (stat === undefined) return Effect.succeed(undefined)
      if (process.platform !== "win32" && (stat.mode & 0o077) !== 0) {
        return wrong(`${file} can be read by others; run: chmod 600 ${file}`)
      }
      return Effect.map(
        attempt(file, () => readFileSync(file, "utf8")),
        Redacted.make
      )
    }
  )

/** Written whole under another name, then linked: a crash leaves no half key, and a second process never replaces it. */
const create = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`
  const handle = openSync(draft, "wx", 0o600)
  try {
    const key = Buffer.from(Redacted.value(generate().bytes)).toString("base64")
    writeSync(handle, `# Seals what interchannel stores. Keep a copy apart from the database.\n1 ${key}\n`)
    fsyncSync(handle)
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
  } finally {
    closeSync(handle)
    unlinkSync(draft)
  }
}

const attempt = <A>(file: string, act: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({
    try: act,
    catch: (cause) => refused(`${file}: ${cause instanceof Error ? cause.message : "cannot be read"}`)
  })

const wrong = (detail: string): Effect.Effect<never, StoreError> => Effect.fail(refused(detail))

const refused = (detail: string): StoreError =>
  new StoreError({
    operation: "master key",
    reason: "broken",
    detail: `${detail}; give the key this database was sealed with, as 32 bytes in base64`
  })
