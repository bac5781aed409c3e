/** Deliveries and pages we have taken responsibility for. Accepting the same thing twice changes nothing. Bodies are sealed at rest. */
import type { ConnectionId, Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreError } from "./StoreError.ts"

/** `feed:messages`, `webhook:events`, `listener:socket`: which fact of the connector reads the body. */
export type Source = `${"feed" | "webhook" | "listener"}:${string}`
/** 0 goes first: live, write-back, reconcile, backfill. */
export type LaneNumber = 0 | 1 | 2 | 3

export interface Incoming {
  readonly connection: ConnectionId
  readonly source: Source
  readonly partition: string
  readonly receivedAt: Instant.Instant
  readonly lane: LaneNumber
  readonly contentType: string
  readonly body: Uint8Array
  /** Webhook, listener: the delivery key, accepted once ever. Feed: the item key, accepted when its content differs from the current one. */
  readonly key: string
}

export interface Row extends Incoming {
  /** UUIDv7; orders acceptance. */
  readonly id: string
}

export interface Accepted {
  readonly stored: number
  readonly known: number
}

export interface Settled {
  readonly id: string
  readonly state: "done" | "quarantined"
}

export class Inbox extends Context.Tag("@interchannel/store/Inbox")<
  Inbox,
  {
    /** Stores what is new. Call it in the write that saves the checkpoint. */
    readonly accept: (batch: ReadonlyArray<Incoming>) => Effect.Effect<Accepted, StoreError>
    /** Pending rows, urgent lanes first, then in order of acceptance. */
    readonly pending: (limit: number) => Effect.Effect<ReadonlyArray<Row>, StoreError>
    readonly settle: (rows: ReadonlyArray<Settled>) => Effect.Effect<void, StoreError>
    readonly get: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Row>, StoreError>
    /** Makes settled rows pending again, for a replay after a mapping fix. `undefined`: all of the connection. Answers how many. */
    readonly reopen: (options: {
      readonly connection: ConnectionId
      readonly source?: Source
      readonly state?: "done" | "quarantined"
    }) => Effect.Effect<number, StoreError>
    /** Item keys of a feed that no page showed since `before`; for deletion by absence. Keyset paged by key. */
    readonly absent: (options: {
      readonly connection: ConnectionId
      readonly source: Source
      readonly partition: string
      readonly before: Instant.Instant
      readonly after: string
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<string>, StoreError>
    /** Forgets item keys, so that their return is news. */
    readonly forget: (
      connection: ConnectionId,
      source: Source,
      keys: ReadonlyArray<string>
    ) => Effect.Effect<void, StoreError>
    readonly counts: Effect.Effect<
      ReadonlyArray<{
        readonly connection: ConnectionId
        readonly pending: number
        readonly done: number
        readonly quarantined: number
        readonly lastReceivedAt: Instant.Instant
      }>,
      StoreError
    >
    /** Drops settled bodies accepted before `before`, at most `limit`; answers how many went. */
    readonly prune: (before: Instant.Instant, limit: number) => Effect.Effect<number, StoreError>
  }
>() {}
