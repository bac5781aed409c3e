/**
 *   wait for the turn ─► BEGIN ─► confirm the lease ─► body ─► announce ─► COMMIT ─► raise signals
 *                                                       └ failed or interrupted ─► ROLLBACK
 *
 * A write inside a write is a savepoint of it. An operation that fails dooms the level it runs in, whoever catches it.
 */
import { type SqlClient, TransactionConnection } from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import type { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { Topic, WritePriority } from "./Database.ts"
import type { Lease } from "./Leases.ts"
import type { Signals } from "./signals.ts"
import { StoreError } from "./StoreError.ts"
import { isConflict, toStoreError } from "./sqlErrors.ts"
import type { WriteQueue } from "./writeQueue.ts"

export interface Driver {
  readonly sql: SqlClient
  /** Runs with a connection that nobody else uses meanwhile. */
  readonly hold: <A, E, R>(
    use: (connection: Connection) => Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | StoreError, R>
  readonly begin: (connection: Connection) => Effect.Effect<void, SqlError>
  readonly queue: WriteQueue
  readonly signals: Signals
  /** Tells other nodes, as part of the transaction. */
  readonly announce: (topics: ReadonlySet<Topic>) => Effect.Effect<void, SqlError>
}

export interface WriteOptions {
  readonly lease?: Lease | undefined
  readonly priority?: WritePriority
}

interface Level {
  readonly connection: Connection
  readonly depth: number
  readonly topics: Set<Topic>
  failure: StoreError | undefined
}
class Transaction extends Context.Tag("@interchannel/store/Transaction")<Transaction, Level>() {}

const level: Effect.Effect<Level | undefined> = Effect.map(
  Effect.contextWith((context: Context.Context<never>) => Context.getOption(context, Transaction)),
  Option.getOrUndefined
)

/** PostgreSQL writes that got in each other's way are run again, so often. */
const CONFLICTS_MAX = 5

export const write =
  (driver: Driver) =>
  <A, E, R>(body: Effect.Effect<A, E, R>, options: WriteOptions = {}): Effect.Effect<A, E | StoreError, R> =>
    Effect.flatMap(level, (outer) => {
      if (outer !== undefined) return nested(driver, outer, body, options)
      const once = driver.queue.run(options.priority ?? "work", outermost(driver, body, options))
      // Not `Effect.retry`: its schedule costs as much as a statement, with each write.
      const attempt = (conflicts: number): Effect.Effect<A, E | StoreError, R> =>
        Effect.catchAll(once, (error) =>
          conflicts < CONFLICTS_MAX && isConflict(error) ? attempt(conflicts + 1) : Effect.fail(error)
        )
      return attempt(0)
    })

/** Runs statements in the level under way, and dooms it when they fail. */
export const guarded = <A>(
  operation: string,
  statements: Effect.Effect<A, SqlError | StoreError>
): Effect.Effect<A, StoreError> =>
  Effect.catchAll(statements, (cause) =>
    Effect.flatMap(level, (current) => {
      const error = toStoreError(operation)(cause)
      if (current !== undefined) current.failure ??= error
      return Effect.fail(error)
    })
  )

export const signal = (driver: Driver, topic: Topic): Effect.Effect<void> =>
  Effect.flatMap(level, (current) => {
    if (current !== undefined) return Effect.sync(() => void current.topics.add(topic))
    // Nothing of ours depends on it: the poll of the other nodes is the backstop.
    return Effect.zipRight(
      Effect.ignore(driver.announce(new Set([topic]))),
      Effect.sync(() => driver.signals.raise([topic]))
    )
  })

export const inTransaction: Effect.Effect<boolean> = Effect.map(level, (current) => current !== undefined)

// ---------------------------------------------------------------------------------------------------------------------

const outermost = <A, E, R>(
  driver: Driver,
  body: Effect.Effect<A, E, R>,
  options: WriteOptions
): Effect.Effect<A, E | StoreError, R> =>
  driver.hold((connection) => {
    const top: Level = { connection, depth: 0, topics: new Set(), failure: undefined }
    const commit = run(connection, "COMMIT")
    return Effect.tap(
      bracket(top, body, driver, options, {
        begin: driver.begin(connection),
        commit: Effect.suspend(() =>
          top.topics.size === 0 ? commit : Effect.zipRight(inside(top, driver.announce(top.topics)), commit)
        ),
        rollback: run(connection, "ROLLBACK")
      }),
      () => driver.signals.raise(top.topics)
    )
  })

const nested = <A, E, R>(
  driver: Driver,
  outer: Level,
  body: Effect.Effect<A, E, R>,
  options: WriteOptions
): Effect.Effect<A, E | StoreError, R> => {
  const own: Level = { ...outer, depth: outer.depth + 1, failure: undefined }
  const name = `level_${own.depth}`
  return bracket(own, body, driver, options, {
    begin: run(own.connection, `SAVEPOINT ${name}`),
    commit: run(own.connection, `RELEASE SAVEPOINT ${name}`),
    rollback: Effect.zipRight(
      run(own.connection, `ROLLBACK TO SAVEPOINT ${name}`),
      run(own.connection, `RELEASE SAVEPOINT ${name}`)
    )
  })
}

interface Steps {
  readonly begin: Effect.Effect<void, SqlError>
  readonly commit: Effect.Effect<void, SqlError>
  readonly rollback: Effect.Effect<void, SqlError>
}

const bracket = <A, E, R>(
  own: Level,
  body: Effect.Effect<A, E, R>,
  driver: Driver,
  options: WriteOptions,
  steps: Steps
): Effect.Effect<A, E | StoreError, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      yield* Effect.mapError(steps.begin, toStoreError("begin"))
      const confirmed = options.lease === undefined ? body : Effect.zipRight(confirm(driver, options.lease), body)
      const exit: Exit.Exit<A, E | StoreError> = yield* Effect.exit(restore(inside(own, confirmed)))
      const outcome = Exit.isSuccess(exit) && own.failure !== undefined ? Exit.fail(own.failure) : exit
      // A rollback that fails has lost its connection, which rolls back as well.
      if (Exit.isFailure(outcome)) return yield* Effect.zipRight(Effect.ignore(steps.rollback), outcome)
      yield* Effect.tapError(Effect.mapError(steps.commit, toStoreError("commit")), () => Effect.ignore(steps.rollback))
      return outcome.value
    })
  )

const inside = <A, E, R>(own: Level, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.mapInputContext(effect, (context: Context.Context<R>) =>
    Context.add(Context.add(context, Transaction, own), TransactionConnection, [own.connection, own.depth] as const)
  )

// Not `executeUnprepared`: on SQLite it throws what it should fail with.
export const run = (connection: Connection, text: string): Effect.Effect<void, SqlError> =>
  Effect.asVoid(connection.execute(text, [], undefined))

const confirm = ({ sql }: Driver, lease: Lease): Effect.Effect<void, StoreError> =>
  Effect.flatMap(
    guarded(
      "confirm lease",
      sql`UPDATE lease SET epoch = epoch WHERE name = ${lease.name} AND epoch = ${lease.epoch} AND holder = ${lease.holder} RETURNING epoch`
    ),
    (rows) => (rows.length === 1 ? Effect.void : Effect.fail(lost("write", lease)))
  )

export const lost = (operation: string, lease: Lease): StoreError =>
  new StoreError({
    operation,
    reason: "fenced",
    detail: `lease "${lease.name}" (epoch ${lease.epoch}) is not held by ${lease.holder} any more; nothing was written; stop this work, its new holder goes on`
  })
