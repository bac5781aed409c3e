/**
 * Copies of an SQLite file. One is made before the schema changes, so that the release before can have its data back; others
 * are made when somebody asks, beside a running daemon. A copy is whole: it is written under another name and renamed.
 */
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs"
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import BetterSqlite3 from "better-sqlite3"
import * as Effect from "effect/Effect"
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
      (database) =>
        whole("backup", copy, (draft) => {
          database.prepare("VACUUM INTO ?").run(draft)
        }),
      (database) => Effect.sync(() => database.close())
    )
  })

/**
 * Puts a copy in the place of a database that nobody has open. What was there is kept under the name that is answered;
 * `undefined` when nothing was.
 */
export const restore = (copy: string, file: string): Effect.Effect<string | undefined, StoreError> =>
  Effect.gen(function* () {
    yield* verify(copy)
    const kept = freeName(`${file}.replaced`)
    yield* whole("restore", `${file}.restored`, (draft) => copyFileSync(copy, draft))
    return yield* attempt("restore", file, () => {
      const replaced = existsSync(file)
      if (replaced) {
        // What the log holds belongs to the old file: it goes along.
        for (const suffix of ["", "-wal", "-shm"]) {
          if (existsSync(file + suffix)) renameSync(file + suffix, kept + suffix)
        }
      }
      renameSync(`${file}.restored`, file)
      return replaced ? kept : undefined
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

const draftOf = (copy: string): string => `${copy}.${process.pid}`

/** All of it or nothing, durably. */
const whole = (operation: string, copy: string, write: (draft: string) => void): Effect.Effect<void, StoreError> => {
  const draft = draftOf(copy)
  return attempt(operation, copy, () => {
    try {
      rmSync(draft, { force: true })
      write(draft)
      settle(draft, copy)
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
