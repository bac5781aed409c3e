/** Brings a database to the schema this version knows: numbered steps, each applied once, whoever starts at the same time. */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import type { Dialect } from "./Dialect.ts"
import { initial } from "./migrations/0001_initial.ts"
import { identity } from "./migrations/0002_identity.ts"
import { fields } from "./migrations/0003_fields.ts"
import { trust } from "./migrations/0004_trust.ts"
import { entries } from "./migrations/0005_entries.ts"
import { replacement } from "./migrations/0006_replacement.ts"
import { messages } from "./migrations/0007_messages.ts"
import { models } from "./migrations/0008_models.ts"
import { turnedAway } from "./migrations/0009_turned_away.ts"
import { attempts } from "./migrations/0010_attempts.ts"
import { masterKey } from "./migrations/0011_master_key.ts"
import { fewerPages } from "./migrations/0012_fewer_pages.ts"
import { StoreError } from "./StoreError.ts"

/** A step of the schema. Its number is that of its file; a step that was left out for a while is applied when it comes. */
export interface Step {
  readonly version: number
  readonly statements: (dialect: Dialect) => ReadonlyArray<string>
}

/** Ascending. Never changed once released, only added to. */
export const steps: ReadonlyArray<Step> = [
  { version: 1, statements: initial },
  { version: 2, statements: identity },
  { version: 3, statements: fields },
  { version: 4, statements: trust },
  { version: 5, statements: entries },
  { version: 6, statements: replacement },
  { version: 7, statements: messages },
  { version: 8, statements: models },
  { version: 9, statements: turnedAway },
  { version: 10, statements: attempts },
  { version: 11, statements: masterKey },
  { version: 12, statements: fewerPages }
]

/** The schema that this version knows. */
export const known = Math.max(...steps.map(({ version }) => version))

/** Any number that nothing else in the database locks: "inte" in ASCII. */
const ADVISORY_LOCK = 0x696e7465

/** Applies what is missing. Run it inside a write: on SQLite that keeps other processes out, on PostgreSQL the lock does. */
export const migrate = (sql: SqlClient, dialect: Dialect): Effect.Effect<void, SqlError | StoreError> =>
  Effect.gen(function* () {
    if (dialect === "postgres") yield* sql`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`
    yield* sql`CREATE TABLE IF NOT EXISTS schema_version (version ${sql.literal(dialect === "sqlite" ? "INTEGER" : "BIGINT")} PRIMARY KEY)`
    const done = yield* applied(sql)
    const newest = Math.max(0, ...done)
    if (newest > known) return yield* newer(newest)
    for (const { version, statements } of steps) {
      if (done.has(version)) continue
      for (const statement of statements(dialect)) yield* sql.unsafe(statement)
      yield* sql`INSERT INTO schema_version (version) VALUES (${version})`
    }
  })

/** The schema of a database that this version would change; `undefined` when it is up to date, or empty. */
export const outdated = (sql: SqlClient): Effect.Effect<number | undefined, SqlError> =>
  Effect.map(applied(sql), (done) => {
    const version = Math.max(0, ...done)
    const changes = version > 0 && version <= known && steps.some((step) => !done.has(step.version))
    return changes ? version : undefined
  })

export type Standing = "empty" | "outdated" | "current"

/** Fails `newer` when this version cannot open it. */
export const standing = (sql: SqlClient): Effect.Effect<Standing, SqlError | StoreError> =>
  Effect.gen(function* () {
    const done = yield* applied(sql)
    const version = Math.max(0, ...done)
    if (version > known) return yield* newer(version)
    if (version === 0) return "empty"
    return steps.some((step) => !done.has(step.version)) ? "outdated" : "current"
  })

/** For readers, which do not change the schema: it must be the one they know. */
export const verify = (sql: SqlClient): Effect.Effect<void, SqlError | StoreError> =>
  Effect.gen(function* () {
    if ((yield* standing(sql)) !== "current") {
      const version = Math.max(0, ...(yield* applied(sql)))
      return yield* new StoreError({
        operation: "open",
        reason: "unavailable",
        detail: `the database has schema version ${version}, this program reads version ${known}; start the daemon once, it brings the database up to date`
      })
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

/** Of a database without the table, none. */
const applied = (sql: SqlClient): Effect.Effect<ReadonlySet<number>, SqlError> =>
  Effect.gen(function* () {
    const tables = yield* sql.onDialectOrElse({
      pg: () =>
        sql`SELECT 1 FROM information_schema.tables WHERE table_name = 'schema_version' AND table_schema = current_schema()`,
      orElse: () => sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'`
    })
    if (tables.length === 0) return new Set<number>()
    const rows = yield* sql<{ readonly version: number }>`SELECT version FROM schema_version`
    return new Set(rows.map(({ version }) => version))
  })

const newer = (version: number): Effect.Effect<never, StoreError> =>
  Effect.fail(
    new StoreError({
      operation: "open",
      reason: "newer",
      detail: `the database has schema version ${version}, this program knows versions up to ${known}; install the release that wrote it, or put the copy back that was made before the upgrade: interchannel restore`
    })
  )
