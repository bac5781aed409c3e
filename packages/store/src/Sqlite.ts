/** The embedded default: one file, one process that writes, one connection, one write at a time. */
import { existsSync, mkdirSync } from "node:fs"
import { dirname } from "node:path"
import * as Reactivity from "@effect/experimental/Reactivity"
import type * as SqlClient from "@effect/sql/SqlClient"
import BetterSqlite3 from "better-sqlite3"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Backup from "./Backup.ts"
import * as Database from "./Database.ts"
import { keepStatements } from "./keepStatements.ts"
import * as Migrations from "./Migrations.ts"
import type { Sql } from "./Sql.ts"
import * as SqliteConnection from "./SqliteConnection.ts"
import { StoreError } from "./StoreError.ts"
import * as signals from "./signals.ts"
import { codeOf, toStoreError } from "./sqlErrors.ts"
import { run } from "./transaction.ts"
import * as writeQueue from "./writeQueue.ts"

/** A statement that waits for another process blocks ours, so it waits briefly and beginning a write is tried again. */
const BUSY_TIMEOUT_MS = 20
const BUSY_PAUSE_MS = 20
/** About five seconds in all. */
const BUSY_TRIES_MAX = 125
/** Keys are hashes, so a batch touches pages all over the file: they must not be read again for each. */
const CACHE_KIB = 65_536
/** 32 MiB of log between two copies into the file: a page that many batches touch is copied once. */
const CHECKPOINT_PAGES = 8_000

export interface Options {
  /** Path of the database file. Empty: a database in memory, gone when the layer is released. */
  readonly file: string
}

/** Opens the file, creates it when it is not there, and brings its schema up to date. */
export const layer = (options: Options): Layer.Layer<Database.Database | Sql, StoreError> => opened(options, false)

/** Reads beside a running daemon; a write fails `full`. */
export const layerReadOnly = (options: Options): Layer.Layer<Database.Database | Sql, StoreError> =>
  opened(options, true)

/** Which schema the file has; changes nothing. */
export const standing = ({ file }: Options): Effect.Effect<Migrations.Standing, StoreError> =>
  Effect.flatMap(connect(file, true), ({ sql }) =>
    Effect.mapError(Migrations.standing(sql), toStoreError("open"))
  ).pipe(Effect.scoped, Effect.provide(Reactivity.layer))

// ---------------------------------------------------------------------------------------------------------------------

const opened = (options: Options, readonly: boolean): Layer.Layer<Database.Database | Sql, StoreError> =>
  Layer.scopedContext(open(options, readonly)).pipe(Layer.provide(Reactivity.layer))

const open = (
  { file }: Options,
  readonly: boolean
): Effect.Effect<Context.Context<Database.Database | Sql>, StoreError, Scope.Scope | Reactivity.Reactivity> =>
  Effect.gen(function* () {
    keepStatements(process.versions.node)
    if (!readonly) yield* Effect.sync(() => begin(file))
    const { sql, hold } = yield* connect(file, readonly)
    const context = Database.make("sqlite", {
      sql,
      hold,
      begin: (held) => whileBusy(run(held, "BEGIN IMMEDIATE")),
      queue: writeQueue.make(1, breathe),
      signals: signals.make(),
      announce: () => Effect.void
    })
    yield* Effect.mapError(prepare(file, sql, context, readonly), toStoreError("open"))
    return context
  })

const connect = (file: string, readonly: boolean) =>
  SqliteConnection.make(file === "" ? ":memory:" : file, { readonly }).pipe(
    Effect.catchAllDefect((defect) => Effect.fail(cannotOpen(file, defect))),
    // Several processes that create the file at once may be refused while the journal mode changes.
    whileBusy
  )

/**
 * A new file gives freed pages back a few at a time. That has to be said before anything else is written to it; a file that
 * cannot be begun so, because another process was first or nobody may write there, is opened as any other, and says why.
 */
const begin = (file: string): void => {
  if (file === "" || existsSync(file)) return
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const database = new BetterSqlite3(file)
    try {
      database.pragma("auto_vacuum = INCREMENTAL")
      database.exec("VACUUM")
    } finally {
      database.close()
    }
  } catch (error) {
    // What neither SQLite nor the system refused is a mistake of ours.
    if (codeOf(error) === "") throw error
  }
}

const prepare = (
  file: string,
  sql: SqlClient.SqlClient,
  context: Context.Context<Database.Database | Sql>,
  readonly: boolean
) =>
  Effect.gen(function* () {
    yield* sql.unsafe(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
    if (readonly) {
      yield* sql`PRAGMA query_only = ON`
      return yield* Migrations.verify(sql)
    }
    // At every open: the default of a file that exists already would lose commits at a power cut.
    yield* sql`PRAGMA synchronous = FULL`
    yield* sql`PRAGMA foreign_keys = ON`
    // What was erased must not be left in the file until its room is used again.
    yield* sql`PRAGMA secure_delete = ON`
    yield* sql.unsafe(`PRAGMA cache_size = -${CACHE_KIB}`)
    yield* sql.unsafe(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    const outdated = yield* Migrations.outdated(sql)
    if (outdated !== undefined && file !== "") yield* Backup.beforeUpgrade(sql, file, outdated)
    yield* Effect.provide(
      Effect.flatMap(Database.Database, ({ write }) => write(Migrations.migrate(sql, "sqlite"))),
      context
    )
  })

/** Statements run without a pause for sockets and timers, so each write gives them one. */
const breathe = Effect.async<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

const whileBusy = <A, E extends { readonly cause?: unknown }, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.retry(effect, {
    times: BUSY_TRIES_MAX,
    while: (error) => (isBusy(error.cause) ? Effect.as(pause, true) : Effect.succeed(false))
  })

const isBusy = (cause: unknown): boolean => codeOf(cause).startsWith("SQLITE_BUSY")

/** Of the machine's time: the other process runs on no test's clock. */
const pause = Effect.async<void>((resume) => {
  const timer = setTimeout(() => resume(Effect.void), BUSY_PAUSE_MS)
  return Effect.sync(() => clearTimeout(timer))
})

const cannotOpen = (file: string, cause: unknown): StoreError => {
  const text = cause instanceof Error ? cause.message : Cause.pretty(Cause.die(cause))
  const code = codeOf(cause)
  return new StoreError({
    operation: "open",
    reason: code.startsWith("SQLITE_BUSY") || code === "SQLITE_CANTOPEN" ? "unavailable" : "broken",
    detail: `${file}: ${text}; check that its folder exists, that this user may write there, and that it is an SQLite file`,
    cause
  })
}
