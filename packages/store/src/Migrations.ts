/** Brings a database to the schema this version knows: numbered steps, each applied once, whoever starts at the same time. */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import type { Dialect } from "./Dialect.ts"
import { initial } from "./migrations/0001_initial.ts"
import { StoreError } from "./StoreError.ts"

/** The text of each step; the first is number 1. Never changed once released, only added to. */
export const steps: ReadonlyArray<(dialect: Dialect) => ReadonlyArray<string>> = [initial]

/** The schema that this version knows. */
export const known = steps.length

/** Any number that nothing else in the database locks: "inte" in ASCII. */
const ADVISORY_LOCK = 0x696e7465

/** Applies what is missing. Run it inside a write: on SQLite that keeps other processes out, on PostgreSQL the lock does. */
export const migrate = (sql: SqlClient, dialect: Dialect): Effect.Effect<void, SqlError | StoreError> =>
  Effect.gen(function* () {
    if (dialect === "postgres") yield* sql`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`
    yield* sql`CREATE TABLE IF NOT EXISTS schema_version (version ${sql.literal(dialect === "sqlite" ? "INTEGER" : "BIGINT")} PRIMARY KEY)`
    const version = yield* current(sql)
    if (version > known) return yield* newer(version)
    for (const [index, step] of steps.entries()) {
      if (index < version) continue
      for (const statement of step(dialect)) yield* sql.unsafe(statement)
      yield* sql`INSERT INTO schema_version (version) VALUES (${index + 1})`
    }
  })

/** For readers, which do not change the schema: it must be the one they know. */
export const verify = (sql: SqlClient): Effect.Effect<void, SqlError | StoreError> =>
  Effect.gen(function* () {
    const version = yield* Effect.catchAll(current(sql), () => Effect.succeed(0))
    if (version > known) return yield* newer(version)
    if (version < known) {
      return yield* new StoreError({
        operation: "open",
        reason: "unavailable",
        detail: `the database has schema version ${version}, this program reads version ${known}; start the daemon once, it brings the database up to date`
      })
    }
  })

const current = (sql: SqlClient): Effect.Effect<number, SqlError> =>
  Effect.map(
    sql<{ readonly version: number | null }>`SELECT MAX(version) AS version FROM schema_version`,
    ([row]) => row?.version ?? 0
  )

const newer = (version: number): Effect.Effect<never, StoreError> =>
  Effect.fail(
    new StoreError({
      operation: "open",
      reason: "newer",
      detail: `the database has schema version ${version}, this program knows versions up to ${known}; install the release that wrote it, or restore a backup from before the upgrade`
    })
  )
