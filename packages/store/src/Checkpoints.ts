/** Where each feed stands, per partition, and which nested strands are still to be read. Saved in the write that accepts the page. */
import type { ConnectionId, Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreError } from "./StoreError.ts"

export interface FeedPlace {
  readonly connection: ConnectionId
  readonly feed: string
  readonly partition: string
}

/** A strand wants reading while `wanted` differs from `done`; `token` resumes it. */
export interface Strand extends FeedPlace {
  readonly strand: string
  readonly wanted: string
  readonly done?: string
  readonly token?: string
  readonly lane: 0 | 1 | 2 | 3
}

/** An item that a thin push asked to read again. */
export interface Refetch extends FeedPlace {
  readonly id: string
  readonly askedAt: Instant.Instant
}

export class Checkpoints extends Context.Tag("@interchannel/store/Checkpoints")<
  Checkpoints,
  {
    /** JSON of the SDK's `FeedWalk.Checkpoint`, per partition. */
    readonly load: (
      connection: ConnectionId,
      feed: string
    ) => Effect.Effect<ReadonlyMap<string, { readonly state: string; readonly savedAt: Instant.Instant }>, StoreError>
    readonly save: (place: FeedPlace, state: string, at: Instant.Instant) => Effect.Effect<void, StoreError>
    readonly all: Effect.Effect<
      ReadonlyArray<FeedPlace & { readonly state: string; readonly savedAt: Instant.Instant }>,
      StoreError
    >
    /** Notes the fingerprints seen; a strand whose fingerprint is known as done stays done. */
    readonly wantStrands: (strands: ReadonlyArray<Omit<Strand, "done" | "token">>) => Effect.Effect<void, StoreError>
    readonly strandsToRead: (
      connection: ConnectionId,
      feed: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<Strand>, StoreError>
    /** After a page of a strand: with `token` it goes on, without it is done up to `fingerprint`. */
    readonly strandRead: (
      strand: FeedPlace & { readonly strand: string },
      progress: { readonly token: string } | { readonly fingerprint: string }
    ) => Effect.Effect<void, StoreError>
    readonly wantRefetches: (refetches: ReadonlyArray<Refetch>) => Effect.Effect<void, StoreError>
    readonly refetchesToDo: (
      connection: ConnectionId,
      limit: number
    ) => Effect.Effect<ReadonlyArray<Refetch>, StoreError>
    /** Only when nobody asked again since `askedAt`. */
    readonly refetched: (refetches: ReadonlyArray<Refetch>) => Effect.Effect<void, StoreError>
  }
>() {}
