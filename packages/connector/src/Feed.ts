/**
 * What is read from a vendor, stated as facts. Three shapes cover what vendors offer:
 *
 * - `snapshot`: everything there is, page by page, again on a cadence (users, owners). Absence can mean deletion.
 * - `window`:   what happened between two times (messages, calls). Ranges, overlap, re-reading and backfill are the engine's.
 * - `changes`:  what changed since a cursor (a journal, a delta token).
 *
 * Paging, resuming, decoding item by item, deduplication, quarantine and checkpoints are not the author's business.
 */
import type { Instant, Part, Ref } from "@interchannel/domain"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { Existential } from "./existential.ts"
import type { VendorError } from "./VendorError.ts"

/** An independent strand of a feed: a channel, a folder, a mailbox. */
export interface Partition {
  readonly id: string
  readonly title?: string
}

/** The partition of a feed that has only one. */
export const ALL: Partition = { id: "all" }

/** `next` absent: this was the last page. */
export interface Page {
  readonly items: ReadonlyArray<unknown>
  readonly next?: string | undefined
}

/** `next` is where to go on, now or later; `more` says that the vendor has more right now. */
export interface ChangesPage {
  readonly items: ReadonlyArray<unknown>
  readonly next: string
  readonly more: boolean
}

export const page: {
  (items: readonly [], next?: string): Page
  (items: ReadonlyArray<unknown>, next?: string | null): Page
} = (items: ReadonlyArray<unknown>, next?: string | null): Page =>
  next === undefined || next === null || next === "" ? { items } : { items, next }

/** What `normalize` may know besides the item. */
export interface Origin {
  readonly connection: Ref.ConnectionId
  readonly partition: string
  /** When we took responsibility for the item. Not the vendor's time: use it only where the vendor gives none. */
  readonly acceptedAt: Instant.Instant
  /** The Connection's default region for national phone numbers, ISO 3166-1 alpha-2. */
  readonly defaultRegion?: string
  /** The Connection's settings, decoded; a connector narrows them with `Schema.is` of its own schema. */
  readonly settings?: unknown
}

/** What a feed fills: computed into the Connector's capabilities. */
export type Yields = "contacts" | "interactions"

/** Any schema that needs no service; which one is inferred from `item` alone, so that errors land where they belong. */
type AnySchema = Schema.Schema.AnyNoContext
type ItemOf<S extends AnySchema> = Schema.Schema.Type<S>
type Plain<S extends AnySchema> = Schema.Schema<Schema.Schema.Type<S>, Schema.Schema.Encoded<S>>

interface Common<Y extends Yields, Item extends AnySchema, Api> {
  readonly yields: Y
  /** One item as the vendor sends it; only the fields that are used. A bad item is set aside, the page goes on. */
  readonly item: Item
  /** What makes two readings the same item. */
  readonly key: (item: ItemOf<NoInfer<Item>>) => string
  /** Pure: one item to the parts it tells. */
  readonly normalize: (item: ItemOf<NoInfer<Item>>, origin: Origin) => ReadonlyArray<Part.Outcome>
  readonly partitions?: Effect.Effect<ReadonlyArray<Partition>, VendorError, Api>
  /** How often to look for news, milliseconds. */
  readonly cadenceMs: number
  /** Reads one item by the id that a `Refetch` names; `undefined` when the vendor has it no more. */
  readonly one?: (id: string, partition: string) => Effect.Effect<unknown, VendorError, Api>
  /** The parts to record when `one` finds nothing. */
  readonly gone?: (id: string, at: Instant.Instant) => ReadonlyArray<Part.Part>
}

interface SnapshotOptions<Y extends Yields, Item extends AnySchema, Api> extends Common<Y, Item, Api> {
  readonly page: (request: SnapshotRequest) => Effect.Effect<Page, VendorError, Api>
  /** Set where absence from a complete reading means deletion: the parts to record then. */
  readonly sweep?: (key: string, at: Instant.Instant) => ReadonlyArray<Part.Part>
}
export interface SnapshotRequest {
  readonly partition: string
  readonly token: string | undefined
}

interface WindowOptions<Y extends Yields, Item extends AnySchema, Api> extends Common<Y, Item, Api> {
  /** Reads what lies in [from, to). Vendors that know no upper bound may return more. */
  readonly page: (request: WindowRequest) => Effect.Effect<Page, VendorError, Api>
  /** Each look reads this much again: items that the vendor shows late. */
  readonly overlapMs: number
  /** Reads a longer stretch again on a slower cadence: late edits, late replies, what webhooks missed. */
  readonly reconcile?: { readonly everyMs: number; readonly windowMs: number }
  /** The piece of the past that one backfill step covers. */
  readonly sliceMs: number
  /** A nested strand of an item: the replies below a message. Read again whenever its fingerprint changed. */
  readonly strand?: {
    readonly of: (item: ItemOf<NoInfer<Item>>) => { readonly id: string; readonly fingerprint: string } | undefined
    readonly page: (request: StrandRequest) => Effect.Effect<Page, VendorError, Api>
  }
}
export interface WindowRequest {
  readonly partition: string
  readonly from: Instant.Instant
  readonly to: Instant.Instant
  readonly token: string | undefined
}
export interface StrandRequest {
  readonly partition: string
  readonly strand: string
  readonly token: string | undefined
}

interface ChangesOptions<Y extends Yields, Item extends AnySchema, Api> extends Common<Y, Item, Api> {
  /** `cursor` undefined: begin where the vendor's memory begins. Fail with `CursorExpired` when the cursor is too old. */
  readonly page: (request: ChangesRequest) => Effect.Effect<ChangesPage, VendorError, Api>
  /** The feeds to read whole when the cursor was lost. */
  readonly resync?: ReadonlyArray<string>
}
export interface ChangesRequest {
  readonly partition: string
  readonly cursor: string | undefined
  /** How far back history is wanted. Where the vendor's memory reaches further, what is older need not be read. */
  readonly since: Instant.Instant
}

interface Named<Name extends string> {
  readonly name: Name
}
export interface SnapshotFeed<Name extends string, Y extends Yields, Item extends AnySchema, Api>
  extends Named<Name>,
    SnapshotOptions<Y, Item, Api> {
  readonly shape: "snapshot"
}
export interface WindowFeed<Name extends string, Y extends Yields, Item extends AnySchema, Api>
  extends Named<Name>,
    WindowOptions<Y, Item, Api> {
  readonly shape: "window"
}
export interface ChangesFeed<Name extends string, Y extends Yields, Item extends AnySchema, Api>
  extends Named<Name>,
    ChangesOptions<Y, Item, Api> {
  readonly shape: "changes"
}

/** A feed whose item type only itself needs to know. */
export type Any<Api = Existential> =
  | SnapshotFeed<string, Yields, Schema.Schema<Existential, Existential>, Api>
  | WindowFeed<string, Yields, Schema.Schema<Existential, Existential>, Api>
  | ChangesFeed<string, Yields, Schema.Schema<Existential, Existential>, Api>

export const snapshot = <const Name extends string, Y extends Yields, Item extends AnySchema, Api>(
  name: Name,
  options: SnapshotOptions<Y, Item, Api>
): SnapshotFeed<Name, Y, Plain<Item>, Api> => ({ shape: "snapshot", name, ...options })

export const window = <const Name extends string, Y extends Yields, Item extends AnySchema, Api>(
  name: Name,
  options: WindowOptions<Y, Item, Api>
): WindowFeed<Name, Y, Plain<Item>, Api> => ({ shape: "window", name, ...options })

export const changes = <const Name extends string, Y extends Yields, Item extends AnySchema, Api>(
  name: Name,
  options: ChangesOptions<Y, Item, Api>
): ChangesFeed<Name, Y, Plain<Item>, Api> => ({ shape: "changes", name, ...options })
