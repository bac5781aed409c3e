/**
 * Where the running daemon of a store can be reached, in a file beside the store that only its owner can read. The file
 * outlives a killed daemon: whoever reads it must be ready to find nobody there.
 */
import { randomBytes } from "node:crypto"
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { ServerError } from "./ServerError.ts"

export const FILE_NAME = "interchannel.control.json"
const TOKEN_BYTES = 32
/** Larger files are not ours. */
const FILE_BYTES_MAX = 4096

export const ControlFile = Schema.Struct({
  pid: Schema.Int,
  port: Schema.Int.pipe(Schema.between(1, 65_535)),
  token: Schema.Redacted(Schema.NonEmptyString),
  /** Of the daemon. */
  version: Schema.String
})
export type ControlFile = typeof ControlFile.Type

const encode = Schema.encodeSync(ControlFile)

/** A token nobody can guess. */
export const drawToken = (): Redacted.Redacted => Redacted.make(randomBytes(TOKEN_BYTES).toString("base64url"))

export const pathIn = (folder: string): string => join(folder, FILE_NAME)

/** Replaces the file at once: a reader sees the old or the new one, and never one that others can read. */
export const write = (folder: string, file: ControlFile): Effect.Effect<void, ServerError> => {
  const text = JSON.stringify(encode(file))
  return Effect.try({
    try: () => {
      const path = pathIn(folder)
      const fresh = `${path}.${file.pid}`
      rmSync(fresh, { force: true })
      writeFileSync(fresh, `${text}\n`, { mode: 0o600, flag: "wx" })
      renameSync(fresh, path)
    },
    catch: (cause) =>
      new ServerError({
        what: `cannot write ${pathIn(folder)}: ${reasonOf(cause)}`,
        remedy: "let this user write into the folder of the store"
      })
  })
}

/** `undefined` when there is none. Fails when there is one that cannot be used. */
export const read = (folder: string): Effect.Effect<ControlFile | undefined, ServerError> =>
  Effect.suspend(() => {
    const path = pathIn(folder)
    const refuse = (what: string, remedy: string) => Effect.fail(new ServerError({ what: `${path} ${what}`, remedy }))
    let text: string
    try {
      if (statSync(path).size > FILE_BYTES_MAX) return refuse("is too large", "remove it and start the daemon again")
      text = readFileSync(path, "utf8")
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return Effect.succeed(undefined)
      return refuse(`cannot be read: ${reasonOf(cause)}`, "run the command as the user who runs the daemon")
    }
    const decoded = Schema.decodeEither(Schema.parseJson(ControlFile))(text)
    // The parse error is not shown: it quotes the file, and the file holds the token.
    return Either.isRight(decoded)
      ? Effect.succeed(decoded.right)
      : refuse("is damaged", "remove it and start the daemon again")
  })

/** Removes the file unless another daemon has replaced it. */
export const remove = (folder: string, file: ControlFile): Effect.Effect<void> =>
  Effect.ignore(
    Effect.flatMap(read(folder), (found) =>
      found !== undefined && Redacted.value(found.token) === Redacted.value(file.token)
        ? Effect.sync(() => rmSync(pathIn(folder), { force: true }))
        : Effect.void
    )
  )

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
