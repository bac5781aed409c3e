/**
 * Desired and delivered state of one subject in one destination; narrow rows, bodies are rendered when sent.
 *
 *   desired ≠ delivered ─► due ─► attempt (written ahead) ─► receipt: delivered := desired
 *                           │                            └─► quarantined | held (a person's word or hand)
 *                           └ waiting (no record yet) | observed (destination not approved)
 */
import type { ConnectionId, Instant, LocalRef } from "@interchannel/domain"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreError } from "./StoreError.ts"

export type Verb = "AppendTimeline" | "ShowContext" | "UpsertContact"

export interface Desired {
  /** Derived from (destination, verb, subject): the idempotency key as well. */
  readonly key: string
  readonly destination: ConnectionId
  readonly verb: Verb
  readonly subject: string
  /** Hash of what should stand there; absent: nothing should. */
  readonly desired?: string
  /** Contact keys of the records it belongs on, sorted. */
  readonly records: ReadonlyArray<string>
  readonly state: "due" | "waiting" | "dropped"
  /** Why it waits or was dropped: `no record`, `record cap`, … */
  readonly why?: string
  readonly dueAt: Instant.Instant
  readonly lane: 0 | 1 | 2 | 3
  /** Time of the subject: entries are delivered in this order. */
  readonly at: Instant.Instant
}

export interface Projection extends Omit<Desired, "state"> {
  readonly state: "due" | "waiting" | "dropped" | "settled" | "held" | "quarantined"
  readonly delivered?: string
  /** Contact keys it was delivered to. */
  readonly deliveredRecords: ReadonlyArray<string>
  readonly ref?: LocalRef
  readonly url?: string
  /** Vendor-side fingerprints of our writes, the last 16; another one read back means that a person edited it. */
  readonly written: ReadonlyArray<string>
  readonly attempts: number
  /** An attempt was begun and its outcome is not known. */
  readonly startedAt?: Instant.Instant
}

/** How an attempt ended. */
export type Outcome =
  | {
      readonly _tag: "Delivered"
      readonly key: string
      readonly desired?: string
      readonly records: ReadonlyArray<string>
      readonly ref?: LocalRef
      readonly url?: string
      readonly written?: string
      readonly found?: boolean
    }
  | {
      readonly _tag: "Retry"
      readonly key: string
      readonly dueAt: Instant.Instant
      readonly why: string
      readonly uncertain: boolean
    }
  | { readonly _tag: "Quarantined"; readonly key: string; readonly why: string; readonly remedy: string }
  | { readonly _tag: "Held"; readonly key: string; readonly why: string }

export interface Receipt {
  readonly id: string
  readonly key: string
  readonly destination: ConnectionId
  readonly verb: Verb
  readonly at: Instant.Instant
  readonly before?: string
  readonly after?: string
  readonly ref?: LocalRef
  readonly why: string
}

export interface Tally {
  readonly destination: ConnectionId
  readonly verb: Verb
  readonly state: Projection["state"]
  readonly why?: string
  readonly count: number
}

/** `create`: nothing was delivered yet. `remove`: nothing should stand there any more. */
export interface DueByVerb {
  readonly verb: Verb
  readonly create: number
  readonly update: number
  readonly remove: number
}

export class Projections extends Context.Tag("@interchannel/store/Projections")<
  Projections,
  {
    /** Saves desired state. A row whose desired and records equal what was delivered becomes settled; held rows stay held. */
    readonly desire: (rows: ReadonlyArray<Desired>) => Effect.Effect<void, StoreError>
    readonly get: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Projection>, StoreError>
    /** By the record they wrote: echo and edits by hand are recognised so. */
    readonly byRef: (
      destination: ConnectionId,
      refs: ReadonlyArray<LocalRef>
    ) => Effect.Effect<ReadonlyArray<Projection>, StoreError>
    readonly ofSubject: (subject: string) => Effect.Effect<ReadonlyArray<Projection>, StoreError>
    /** Due now, urgent lanes first, then in order of their subject's time. With `records`, only rows on these contacts (canary). */
    readonly due: (options: {
      readonly destination: ConnectionId
      readonly now: Instant.Instant
      readonly limit: number
      readonly records?: ReadonlyArray<string>
    }) => Effect.Effect<ReadonlyArray<Projection>, StoreError>
    readonly nextDueAt: (destination: ConnectionId) => Effect.Effect<Instant.Instant | undefined, StoreError>
    /** Writes ahead: the attempt is begun. */
    readonly begin: (keys: ReadonlyArray<string>, at: Instant.Instant) => Effect.Effect<void, StoreError>
    /** Records how attempts ended, with a receipt for each write. */
    readonly finish: (outcomes: ReadonlyArray<Outcome>, at: Instant.Instant) => Effect.Effect<void, StoreError>
    /** Waiting rows that wait for a record of one of these persons or contacts become dirty through their subject. */
    readonly tally: Effect.Effect<ReadonlyArray<Tally>, StoreError>
    /** Distinct contact keys that due rows of a destination are on, in order of first need; for plan and canary. */
    readonly recordsDue: (destination: ConnectionId, limit: number) => Effect.Effect<ReadonlyArray<string>, StoreError>
    readonly recordCountDue: (destination: ConnectionId) => Effect.Effect<number, StoreError>
    /** What the due rows of a destination would do, per verb. */
    readonly dueByVerb: (destination: ConnectionId) => Effect.Effect<ReadonlyArray<DueByVerb>, StoreError>
    readonly list: (options: {
      readonly destination: ConnectionId
      readonly state?: Projection["state"]
      readonly after: string
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<Projection>, StoreError>
    /** Receipts of one projection, oldest first. */
    readonly receipts: (key: string) => Effect.Effect<ReadonlyArray<Receipt>, StoreError>
    /** Writes since `since`, for the cap per hour. */
    readonly writesSince: (destination: ConnectionId, since: Instant.Instant) => Effect.Effect<number, StoreError>
    /** A held or quarantined row becomes due again. */
    readonly release: (keys: ReadonlyArray<string>, at: Instant.Instant) => Effect.Effect<void, StoreError>
  }
>() {}
