/**
 * One database, two drivers. A write is a short list of statements in one transaction, queued behind one writer (SQLite) or
 * run on a pooled connection (PostgreSQL), never with a vendor call inside. With a lease, the first statement confirms its
 * epoch, so that a holder that lost the lease cannot write.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Lease } from "./Leases.ts"
import type { StoreError } from "./StoreError.ts"

/** Who waits for whom in the write queue: webhook intake goes first. */
export type WritePriority = "intake" | "work"

export class Database extends Context.Tag("@interchannel/store/Database")<
  Database,
  {
    readonly dialect: "sqlite" | "postgres"
    /** All or nothing. Operations of this package called in `body` join the transaction. Fails `fenced` when the lease is lost. */
    readonly write: <A, E, R>(
      body: Effect.Effect<A, E, R>,
      options?: { readonly lease?: Lease | undefined; readonly priority?: WritePriority }
    ) => Effect.Effect<A, E | StoreError, R>
    /** Completes when rows of this topic were committed by anyone in this process, or on another node (PostgreSQL). */
    readonly awaitSignal: (topic: Topic) => Effect.Effect<void>
    /** Wakes those who wait, after the commit of the surrounding write. */
    readonly signal: (topic: Topic) => Effect.Effect<void>
  }
>() {}

/** What a stage waits for. */
export type Topic = "inbox" | "dirty" | "projection" | "refetch" | "control"
