/**
 * What the conformance suite is run on: one vendor's stand-in with two accounts, and hands that make things happen in the
 * vendor. The suite knows the vendor through this only. Each check starts a Subject of its own.
 */
import type { LocalRef } from "@interchannel/domain"
import type { Input, Verb } from "../Action.ts"
import type { Delivery } from "../Delivery.ts"
import type { Emulator } from "./Emulator.ts"

export type AccountIndex = 0 | 1

export interface Account {
  /** As they stand in a configuration, before decoding. The two accounts share no secret. */
  readonly credentials: unknown
  readonly settings: unknown
  /** From now on the vendor refuses these credentials, refresh included. */
  readonly expireToken: () => void
}

/** One thing made in the vendor. */
export interface Played {
  readonly feed: string
  /** As the feed's `key` gives it for the item. */
  readonly key: string
  /** Absent: the first account. */
  readonly account?: AccountIndex
}

/** Only those that the vendor has; `only` says which feeds they work on where that is not all. */
export interface Play {
  /** Makes one new item that the feed shows. For every feed. */
  readonly item: (feed: string, account?: AccountIndex) => Promise<Played>
  readonly edit?: (played: Played) => Promise<void>
  readonly remove?: (played: Played) => Promise<void>
  /** Adds to the strand below an item: a late reply. Demanded of vendors with a `strand`. */
  readonly reply?: (played: Played) => Promise<Played>
  /** The vendor's own merge; returns what survives. */
  readonly merge?: (a: Played, b: Played) => Promise<Played>
  /** Makes an item that does not fit the feed's schema, in the first account. */
  readonly badItem?: (feed: string) => Promise<void>
  /** Makes `n` items that carry the very same time, in the first account. */
  readonly manyAtOneInstant?: (feed: string, n: number) => Promise<void>
}

export interface ActionPlay<V extends Verb> {
  /** The `n`th input, counted from 1; each has its own key and content, all on the same records. For the first account. */
  readonly input: (n: number) => Input<V>
  /** Records the vendor holds with that key. */
  readonly landed: (key: string) => number
  /** What stands in the record, without ids and times that the vendor draws. */
  readonly content: (key: string) => unknown
  /** What an admin does. */
  readonly deleteByHand?: (key: string) => void
  /** AppendTimeline: another record, to which an entry can be moved. */
  readonly elsewhere?: () => LocalRef
}

/** Records on which single fields are tried, in the first account. */
export interface FieldPlay {
  /** A new one each time, with a text in the first of `names` and nothing in the second. */
  readonly record: () => LocalRef
  readonly names: readonly [full: string, empty: string]
  /** A text that both fields take; another one for each `n`. */
  readonly text: (n: number) => string
  /** All that stands in the record, by the vendor's names. */
  readonly stands: (ref: LocalRef) => Readonly<Record<string, string | undefined>>
  /** What an admin does. */
  readonly edit: (ref: LocalRef, name: string, value: string) => void
  readonly deleteByHand: (ref: LocalRef) => void
}

export interface Subject {
  /** Its clock is a manual one. */
  readonly emulator: Emulator
  readonly accounts: readonly [Account, Account]
  readonly play: Play
  /** The feeds that a hand works on; absent: all. */
  readonly only?: { readonly [Hand in Exclude<keyof Play, "item">]?: ReadonlyArray<string> }
  /** Items that the stand-in puts on a page, so that the suite can ask for several; infinite where the vendor does not page. Absent: 3. */
  readonly pageItems?: (feed: string) => number
  /** Feeds whose vendor stops at a number of results: the stand-in acts on the fault `cap`. */
  readonly capped?: ReadonlyArray<string>
  /** By webhook: genuine deliveries of all that was played so far in the account, oldest first. */
  readonly deliveries?: { readonly [webhook: string]: (account?: AccountIndex) => ReadonlyArray<Delivery> }
  /** Webhooks whose signature covers no time: an old delivery cannot be told from a new one. */
  readonly timeless?: ReadonlyArray<string>
  /** By listener: the feed whose new items come over the socket. */
  readonly heard?: { readonly [listener: string]: string }
  readonly actions?: { readonly [V in Verb]?: ActionPlay<V> }
  /** Demanded where UpsertContact has `fields`. */
  readonly fields?: FieldPlay
}

export const PAGE_ITEMS = 3

/** Does the hand exist, and work on this feed? */
export const has = (subject: Subject, hand: keyof Play, feed: string): boolean =>
  subject.play[hand] !== undefined && (hand === "item" || (subject.only?.[hand]?.includes(feed) ?? true))

export const pageItemsOf = (subject: Subject, feed: string): number => subject.pageItems?.(feed) ?? PAGE_ITEMS
