/**
 * What is known: parts as vendors told them, with earlier revisions and tombstones, and the records assembled from them.
 * Aliases lead from any key ever used to the one that stays.
 */
import type { ConnectionId, Contact, Instant, Interaction, Organization, Part } from "@interchannel/domain"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreError } from "./StoreError.ts"

/** A part as stored: under the key of its subject that stays. */
export interface StoredPart {
  readonly key: string
  readonly connection: ConnectionId
  readonly part: Part.Part
  /** Id of the Inbox row that told it; of two equal versions the later one wins. */
  readonly inboxId: string
}

export interface Alias {
  readonly from: string
  readonly to: string
}

export interface InteractionRow {
  readonly interaction: Interaction
  /** Hash of the content a reader would see; unchanged content marks nothing dirty. */
  readonly hash: string
  /** Keys of the contacts of all participants. */
  readonly contacts: ReadonlyArray<string>
  /** Key of its conversation. */
  readonly conversation?: string
  readonly deleted: boolean
  readonly firstSeenAt: Instant.Instant
}
export interface ContactRow {
  readonly contact: Contact
  readonly hash: string
  readonly deleted: boolean
}
export interface OrganizationRow {
  readonly organization: Organization
  readonly hash: string
  readonly deleted: boolean
}

/** Everything one batch changes; saved in one write. */
export interface LedgerChanges {
  readonly parts: ReadonlyArray<StoredPart>
  readonly aliases: ReadonlyArray<Alias>
  /** Subjects whose parts move to another key. */
  readonly rekeyed: ReadonlyArray<Alias>
  readonly contacts: ReadonlyArray<ContactRow>
  readonly organizations: ReadonlyArray<OrganizationRow>
  readonly interactions: ReadonlyArray<InteractionRow>
  /** When: stamps revisions. */
  readonly at: Instant.Instant
}

export class Ledger extends Context.Tag("@interchannel/store/Ledger")<
  Ledger,
  {
    /** Follows aliases to their end; a key without alias is its own. */
    readonly resolve: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, string>, StoreError>
    /** All parts of the subjects, by key. */
    readonly parts: (
      keys: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<StoredPart>>, StoreError>
    /** A part that replaces another keeps the old one as a revision. */
    readonly save: (changes: LedgerChanges) => Effect.Effect<void, StoreError>
    readonly contacts: (keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, ContactRow>, StoreError>
    readonly organizations: (
      keys: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyMap<string, OrganizationRow>, StoreError>
    readonly interactions: (
      keys: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyMap<string, InteractionRow>, StoreError>
    /** Newest first, of these contacts, not deleted, before `before`. */
    readonly interactionsOfContacts: (
      contacts: ReadonlyArray<string>,
      options: { readonly before: Instant.Instant; readonly limit: number }
    ) => Effect.Effect<ReadonlyArray<InteractionRow>, StoreError>
    /** Keys, ascending, after `after`; with `since`, only those that started then or later. For sweeps and dirty expansion. */
    readonly interactionKeysOfContacts: (
      contacts: ReadonlyArray<string>,
      options: { readonly after: string; readonly limit: number }
    ) => Effect.Effect<ReadonlyArray<string>, StoreError>
    readonly interactionKeys: (options: {
      readonly after: string
      readonly limit: number
      readonly since?: Instant.Instant
      readonly connection?: ConnectionId
    }) => Effect.Effect<ReadonlyArray<string>, StoreError>
    /** Newest first, not deleted, of one conversation. */
    readonly interactionsOfConversation: (
      conversation: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<InteractionRow>, StoreError>
    /** Conversations of one connection in which these contacts took part, newest first. */
    readonly conversationsOfContacts: (
      connection: ConnectionId,
      contacts: ReadonlyArray<string>,
      limit: number
    ) => Effect.Effect<ReadonlyArray<string>, StoreError>
    readonly contactKeys: (options: {
      readonly after: string
      readonly limit: number
      readonly connection?: ConnectionId
    }) => Effect.Effect<ReadonlyArray<string>, StoreError>
    readonly revisions: (
      key: string
    ) => Effect.Effect<ReadonlyArray<StoredPart & { readonly replacedAt: Instant.Instant }>, StoreError>
    readonly counts: Effect.Effect<
      { readonly contacts: number; readonly organizations: number; readonly interactions: number },
      StoreError
    >
  }
>() {}
