/**
 * One database, two drivers. A write is a short list of statements in one transaction, queued behind one writer (SQLite) or
 * run on a pooled connection (PostgreSQL), never with a vendor call inside. With a lease, the first statement confirms its
 * epoch, so that a holder that lost the lease cannot write.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Dialect } from "./Dialect.ts"
import type { Lease } from "./Leases.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"
import * as transaction from "./transaction.ts"

/** Who waits for whom in the write queue: webhook intake goes first. */
export type WritePriority = "intake" | "work"

export class Database extends Context.Tag("@interchannel/store/Database")<
  Database,
  {
    readonly dialect: Dialect
    /**
     * All or nothing. Operations of this package called in `body` join the transaction. Fails `fenced` when the lease is lost.
     * PostgreSQL may run `body` again when two writes got in each other's way. A write inside a write is a savepoint of it.
     */
    readonly write: <A, E, R>(
      body: Effect.Effect<A, E, R>,
      options?: { readonly lease?: Lease | undefined; readonly priority?: WritePriority }
    ) => Effect.Effect<A, E | StoreError, R>
    /**
     * Completes when rows of this topic were committed by anyone in this process, or on another node (PostgreSQL). What was
     * committed since this fiber last woke up completes it at once, so nothing is lost between a look and the next wait; the
     * first wait of a fiber may complete for old news.
     */
    readonly awaitSignal: (topic: Topic) => Effect.Effect<void>
    /** Wakes those who wait, after the commit of the surrounding write. Operations that add rows to a topic do it themselves. */
    readonly signal: (topic: Topic) => Effect.Effect<void>
  }
>() {}

/** What a stage waits for. */
export type Topic = "inbox" | "contact" | "dirty" | "projection" | "refetch" | "control"

/** Both faces of one database: what others write with, and what the aggregates run on. */
export const make = (dialect: Dialect, driver: transaction.Driver): Context.Context<Database | Sql> => {
  const write = transaction.write(driver)
  const signal = (topic: Topic) => transaction.signal(driver, topic)
  return Context.make(Database, { dialect, write, awaitSignal: driver.signals.wait, signal }).pipe(
    Context.add(Sql, {
      sql: driver.sql,
      read: transaction.guarded,
      write: (operation, statements) =>
        Effect.flatMap(transaction.inTransaction, (joined) =>
          joined ? transaction.guarded(operation, statements) : write(transaction.guarded(operation, statements))
        ),
      signal
    })
  )
}
