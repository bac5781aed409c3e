/** The same contract for several daemons on one PostgreSQL: a pool, advisory locks for the schema, NOTIFY between nodes. */
import { randomUUID } from "node:crypto"
import * as Reactivity from "@effect/experimental/Reactivity"
import * as PgClient from "@effect/sql-pg/PgClient"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Database from "./Database.ts"
import * as Migrations from "./Migrations.ts"
import type { Sql } from "./Sql.ts"
import { StoreError } from "./StoreError.ts"
import * as signals from "./signals.ts"
import { toStoreError } from "./sqlErrors.ts"
import { run } from "./transaction.ts"
import * as writeQueue from "./writeQueue.ts"

/** Fewer writers than connections, so that a read always finds one. */
const CONNECTIONS_MAX = 10
const WRITERS_MAX = 7
/** A frozen process must not keep its locks: the server ends its transaction. */
const begin = [
  "BEGIN",
  "SET LOCAL idle_in_transaction_session_timeout = 10000",
  "SET LOCAL lock_timeout = 10000",
  "SET LOCAL statement_timeout = 60000"
].join("; ")
/** The driver does not tell when the listening connection is lost, so it is renewed after this time. */
const LISTEN_RENEWAL = Duration.minutes(1)
const LISTEN_PAUSE = Duration.seconds(1)
const CHANNEL = "interchannel"

export interface Options {
  /** `postgres://user:password@host:port/database`; the database exists already. */
  readonly url: Redacted.Redacted
}

/** Connects, and brings the schema up to date. */
export const layer = (options: Options): Layer.Layer<Database.Database | Sql, StoreError> =>
  Layer.scopedContext(Effect.flatMap(connect(options), open)).pipe(Layer.provide(Reactivity.layer))

/** Connects; the schema must be the one that this version knows. */
export const layerReadOnly = (options: Options): Layer.Layer<Database.Database | Sql, StoreError> =>
  Layer.scopedContext(
    Effect.flatMap(connect(options), ({ sql, context }) =>
      Effect.as(Effect.mapError(Migrations.verify(sql), toStoreError("open")), context)
    )
  ).pipe(Layer.provide(Reactivity.layer))

/** Which schema the database has; fails as well where this user may not do what a start has to. Changes nothing. */
export const standing = (options: Options): Effect.Effect<Migrations.Standing, StoreError> =>
  Effect.gen(function* () {
    const { sql } = yield* connect(options)
    const [may] = yield* sql<May>`
      SELECT CASE WHEN current_setting('transaction_read_only') = 'off' THEN 1 ELSE 0 END AS writes,
        CASE WHEN has_schema_privilege(current_schema(), 'CREATE') THEN 1 ELSE 0 END AS creates`
    if (may?.writes !== 1) return yield* refused("the server takes no writes; give the address of the primary")
    const found = yield* Migrations.standing(sql)
    if (found !== "current" && may.creates !== 1) {
      return yield* refused("this user may make no tables; GRANT CREATE ON SCHEMA public to it, or make it the owner")
    }
    return found
  }).pipe(
    Effect.mapError((error) => toStoreError("open")(error)),
    Effect.scoped,
    Effect.provide(Reactivity.layer)
  )

// ---------------------------------------------------------------------------------------------------------------------

/** Type oids of the server. Counts, sums and times would come as text otherwise; ours all fit a double. */
const numbers = new Set([20, 21, 23, 26, 700, 701, 1700])
const BYTEA = 17

const types = {
  getTypeParser: (oid: number) => (text: string) =>
    numbers.has(oid) ? Number(text) : oid === BYTEA ? Buffer.from(text.slice(2), "hex") : text
}

/** 1 where this user may, else 0. */
interface May {
  readonly writes: number
  readonly creates: number
}

const refused = (detail: string): StoreError => new StoreError({ operation: "open", reason: "full", detail })

interface Connected {
  readonly sql: PgClient.PgClient
  readonly context: Context.Context<Database.Database | Sql>
  /** By which others know what this process announces. */
  readonly here: string
  readonly signals: signals.Signals
}

const connect = ({ url }: Options): Effect.Effect<Connected, StoreError, Scope.Scope | Reactivity.Reactivity> =>
  Effect.gen(function* () {
    const sql = yield* Effect.mapError(
      PgClient.make({ url, maxConnections: CONNECTIONS_MAX, applicationName: "interchannel", types }),
      toStoreError("open")
    )
    const here = randomUUID()
    const local = signals.make()
    const context = Database.make("postgres", {
      sql,
      hold: (use) => Effect.scoped(Effect.flatMap(Effect.mapError(sql.reserve, toStoreError("begin")), use)),
      begin: (connection) => run(connection, begin),
      queue: writeQueue.make(WRITERS_MAX, Effect.void),
      signals: local,
      announce: (topics) =>
        Effect.forEach([...topics], (topic) => sql`SELECT pg_notify(${CHANNEL}, ${`${here} ${topic}`})`, {
          discard: true
        })
    })
    return { sql, context, here, signals: local }
  })

const open = ({ sql, context, here, signals: local }: Connected) =>
  Effect.gen(function* () {
    yield* Effect.provide(
      Effect.flatMap(Database.Database, ({ write }) =>
        write(Effect.mapError(Migrations.migrate(sql, "postgres"), toStoreError("open")))
      ),
      context
    )
    yield* Effect.forkScoped(hear(sql, here, local))
    return context
  })

/** Passes on what other nodes announce. After a gap in listening, all that wait take a look. */
const hear = (sql: PgClient.PgClient, here: string, local: signals.Signals): Effect.Effect<never> =>
  Effect.sync(() => local.raise(signals.topics)).pipe(
    Effect.zipRight(
      Stream.runForEach(sql.listen(CHANNEL), (payload) =>
        Effect.sync(() => {
          const [node, name] = payload.split(" ")
          const topic = signals.topics.find((known) => known === name)
          if (topic !== undefined && node !== here) local.raise([topic])
        })
      )
    ),
    Effect.timeoutOption(LISTEN_RENEWAL),
    // The poll of each stage is the backstop while the server does not answer.
    Effect.catchAll(() => Effect.sleep(LISTEN_PAUSE)),
    Effect.forever
  )
