/**
 * Copies of an SQLite file. One is made before the schema changes, so that the release before can have its data back; others
 * are made when somebody asks, beside a running daemon. A copy is whole: it is written under another name and renamed.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs"
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import BetterSqlite3 from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as carrying from "./erasures/carrying.ts"
import { keepStatements } from "./keepStatements.ts"
import { StoreError } from "./StoreError.ts"
import { codeOf } from "./sqlErrors.ts"

/** Beside the database, named after the schema it has; nothing is changed when it cannot be made. */
export const beforeUpgrade = (sql: SqlClient, file: string, from: number): Effect.Effect<void, StoreError | SqlError> =>
  Effect.gen(function* () {
    const copy = freeName(`${file}.schema-${from}`)
    yield* into(sql, copy)
    yield* Effect.logInfo(`the schema of ${file} is brought up to date; a copy as it was is in ${copy}`)
  })

/** The database as it is now, in a new file; beside a running daemon as well. */
export const make = (file: string, copy: string): Effect.Effect<void, StoreError> =>
  Effect.suspend(() => {
    if (existsSync(copy)) return refuse("backup", `${copy} is there already; name another file`)
    return Effect.acquireUseRelease(
      attempt("backup", file, () => reader(file)),
      (database) => whole("backup", copy, (draft) => void database.prepare("VACUUM INTO ?").run(draft)),
      (database) => Effect.sync(() => database.close())
    )
  })

export interface Restored {
  /** Where what was there before is now; absent when nothing was. */
  readonly kept?: string
  /** Ids of erasures that the copy did not have, or not whole: a daemon carries them out again on what the copy holds. */
  readonly again: ReadonlyArray<string>
  /** Why nothing could be carried over; who was erased since the copy was made is in it then. */
  readonly uncarried?: string
}

/** Puts a copy in the place of a database that nobody has open. What was erased there since is erased again here. */
export const restore = (copy: string, file: string): Effect.Effect<Restored, StoreError> =>
  Effect.gen(function* () {
    yield* verify(copy)
    const name = freeName(`${file}.replaced`)
    const carried = yield* whole("restore", `${file}.restored`, (draft) => {
      // Not as a file: a log beside it belongs to it.
      using(reader(copy), (database) => database.prepare("VACUUM INTO ?").run(draft))
      return carriedOver(file, draft)
    })
    return yield* attempt("restore", file, () => {
      const replaced = existsSync(file)
      if (replaced) {
        // What the log holds belongs to the old file: it goes along.
        for (const suffix of ["", "-wal", "-shm"]) {
          if (existsSync(file + suffix)) renameSync(file + suffix, name + suffix)
        }
      }
      renameSync(`${file}.restored`, file)
      return { ...carried, ...(replaced ? { kept: name } : {}) }
    })
  })

// ---------------------------------------------------------------------------------------------------------------------

const KEPT_MAX = 1_000

const freeName = (base: string): string => {
  if (!existsSync(base)) return base
  for (let index = 2; index < KEPT_MAX; index++) {
    if (!existsSync(`${base}-${index}`)) return `${base}-${index}`
  }
  return `${base}-${KEPT_MAX}`
}

const into = (sql: SqlClient, copy: string): Effect.Effect<void, StoreError | SqlError> => {
  const draft = draftOf(copy)
  return Effect.zipRight(
    Effect.tapError(sql`VACUUM INTO ${draft}`, () => Effect.sync(() => rmSync(draft, { force: true }))),
    attempt("backup", copy, () => settle(draft, copy))
  )
}

const reader = (file: string): BetterSqlite3.Database => {
  keepStatements(process.versions.node)
  return new BetterSqlite3(file, { readonly: true, fileMustExist: true })
}

const using = <A>(database: BetterSqlite3.Database, use: (database: BetterSqlite3.Database) => A): A => {
  try {
    return use(database)
  } finally {
    database.close()
  }
}

/** A store that is replaced because it is broken does not keep its copy from taking its place. */
const carriedOver = (replaced: string, draft: string): Omit<Restored, "kept"> => {
  if (!existsSync(replaced)) return { again: [] }
  try {
    const kept = using(reader(replaced), carrying.read)
    return { again: using(new BetterSqlite3(draft), (database) => carrying.carry(kept, database)) }
  } catch (error) {
    return { again: [], uncarried: error instanceof Error ? error.message : String(error) }
  }
}

const draftOf = (copy: string): string => `${copy}.${process.pid}`

/** All of it or nothing, durably. */
const whole = <A>(operation: string, copy: string, write: (draft: string) => A): Effect.Effect<A, StoreError> => {
  const draft = draftOf(copy)
  return attempt(operation, copy, () => {
    try {
      rmSync(draft, { force: true })
      const written = write(draft)
      settle(draft, copy)
      return written
    } finally {
      rmSync(draft, { force: true })
    }
  })
}

const settle = (draft: string, copy: string): void => {
  const handle = openSync(draft, "r+")
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(draft, copy)
}

const verify = (copy: string): Effect.Effect<void, StoreError> =>
  Effect.flatMap(
    Effect.acquireUseRelease(
      attempt("restore", copy, () => reader(copy)),
      (database) => attempt("restore", copy, () => isSound(database)),
      (database) => Effect.sync(() => database.close())
    ),
    (sound) =>
      sound
        ? Effect.void
        : refuse(
            "restore",
            `${copy} is no sound copy of a store; nothing was changed; choose one that interchannel backup made`
          )
  )

const isSound = (database: BetterSqlite3.Database): boolean => {
  try {
    return (
      database.pragma("quick_check", { simple: true }) === "ok" &&
      database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").all().length === 1
    )
  } catch (error) {
    if (codeOf(error) === "SQLITE_NOTADB") return false
    throw error
  }
}

const attempt = <A>(operation: string, file: string, act: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({
    try: act,
    catch: (cause) =>
      new StoreError({
        operation,
        reason: "unavailable",
        detail: `${file}: ${cause instanceof Error ? cause.message : String(cause)}; nothing was changed; see that there is room and that this user may write there`,
        cause
      })
  })

const refuse = (operation: string, detail: string): Effect.Effect<never, StoreError> =>
  Effect.fail(new StoreError({ operation, reason: "unavailable", detail }))
