/**
 * What is known: parts as vendors told them, with earlier revisions and tombstones, and the records assembled from them.
 * Aliases lead from any key ever used to the one that stays.
 */
import {
  type ConnectionId,
  type Contact,
  type Instant,
  type Interaction,
  type LocalRef,
  type Organization,
  type Part,
  SameAs
} from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as aliases from "./ledger/aliases.ts"
import * as moments from "./ledger/moments.ts"
import * as parts from "./ledger/parts.ts"
import * as records from "./ledger/records.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"
import { Uuid } from "./Uuid.ts"

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

/** When an interaction was, deleted ones too, without what it says. */
export interface Moment {
  readonly interaction: string
  readonly at: Instant.Instant
  readonly conversation?: string
}

/** `before` goes back in time, `after` forth. What lies exactly at `from` is left out. */
export interface MomentsAsked {
  readonly side: "before" | "after"
  readonly from: Pick<Moment, "at" | "interaction">
  readonly limit: number
}

/** Everything one batch changes; saved in one write. */
export interface LedgerChanges {
  readonly parts: ReadonlyArray<StoredPart>
  readonly aliases: ReadonlyArray<Alias>
  /** Subjects whose parts, and what they take part in, move to another key. */
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
    /** What other tellings of these interactions there are, by the names they share (`SameAs`); deleted ones too. */
    readonly tellingsOf: (
      interactions: ReadonlyArray<Interaction>
    ) => Effect.Effect<ReadonlyArray<InteractionRow>, StoreError>
    /** Newest first, of these contacts, not deleted, before `before`. */
    readonly interactionsOfContacts: (
      contacts: ReadonlyArray<string>,
      options: { readonly before: Instant.Instant; readonly limit: number }
    ) => Effect.Effect<ReadonlyArray<InteractionRow>, StoreError>
    /** The next ones in which one of these contacts takes part, the nearest first; fewer than `limit`: there are no more. */
    readonly momentsOfContacts: (
      contacts: ReadonlyArray<string>,
      asked: MomentsAsked
    ) => Effect.Effect<ReadonlyArray<Moment>, StoreError>
    /** The next ones of each of these conversations, `limit` of each at most, the nearest first. */
    readonly momentsOfConversations: (
      conversations: ReadonlyArray<string>,
      asked: MomentsAsked
    ) => Effect.Effect<ReadonlyArray<Moment>, StoreError>
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
    /** Where a conversation is in its system, also when everything in it was deleted. */
    readonly conversationRef: (conversation: string) => Effect.Effect<LocalRef | undefined, StoreError>
    /** The newest of each that is not deleted, by conversation; one without any is absent. */
    readonly latestOfConversations: (
      conversations: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyMap<string, InteractionRow>, StoreError>
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

export const layer: Layer.Layer<Ledger, never, Sql | Uuid> = Layer.effect(
  Ledger,
  Effect.gen(function* () {
    const { sql, read, write } = yield* Sql
    const uuid = yield* Uuid

    const save = ({ at, ...changes }: LedgerChanges) =>
      Effect.gen(function* () {
        yield* aliases.save(sql, changes.aliases)
        yield* aliases.rekey(sql, changes.rekeyed)
        yield* parts.save(sql, changes.parts, at, uuid.make)
        yield* records.save(
          sql,
          "contact",
          changes.contacts.map(({ contact, ...row }) => ({ record: contact, ...row }))
        )
        yield* records.save(
          sql,
          "organization",
          changes.organizations.map(({ organization, ...row }) => ({ record: organization, ...row }))
        )
        yield* records.saveInteractions(sql, changes.interactions)
        yield* records.saveNames(sql, changes.interactions)
      })

    const newestOfContacts = (contacts: ReadonlyArray<string>, before: Instant.Instant, limit: number) =>
      Effect.map(
        records.firstOfEach<{ readonly interaction: string; readonly started_at: number }>(
          sql,
          contacts,
          (contact) => sql`
            SELECT l.interaction, l.started_at FROM interaction_contact l JOIN interaction i ON i.key = l.interaction
            WHERE l.contact = ${contact} AND l.started_at < ${before} AND i.deleted = 0
            ORDER BY l.started_at DESC, l.interaction DESC LIMIT ${limit}`
        ),
        (links) => {
          const startedAt = new Map(links.map((link) => [link.interaction, link.started_at]))
          return [...startedAt]
            .sort(([a, aAt], [b, bAt]) => bAt - aAt || (a < b ? 1 : -1))
            .slice(0, limit)
            .map(([key]) => key)
        }
      )

    const countOf = (table: "contact" | "organization" | "interaction") =>
      Effect.map(
        // Both from narrow indexes; the rows themselves are wide.
        sql<{ readonly count: number }>`
          SELECT (SELECT count(*) FROM ${sql(table)}) - (SELECT count(*) FROM ${sql(table)} WHERE deleted = 1) AS count`,
        ([row]) => row?.count ?? 0
      )

    return {
      resolve: (keys) => read("resolve", aliases.resolve(sql, keys)),
      parts: (keys) => read("read parts", parts.read(sql, keys)),
      save: (changes) => write("save ledger", save(changes)),
      contacts: (keys) =>
        read(
          "read contacts",
          Effect.map(
            records.read<Contact>(sql, "contact", keys),
            (rows) => new Map(rows.map(({ record, ...row }) => [record.key, { contact: record, ...row }]))
          )
        ),
      organizations: (keys) =>
        read(
          "read organizations",
          Effect.map(
            records.read<Organization>(sql, "organization", keys),
            (rows) => new Map(rows.map(({ record, ...row }) => [record.key, { organization: record, ...row }]))
          )
        ),
      interactions: (keys) => read("read interactions", records.interactions(sql, keys)),
      tellingsOf: (interactions) =>
        read(
          "other tellings",
          Effect.gen(function* () {
            const keys = yield* records.named(sql, interactions.flatMap(SameAs.namesOf))
            const given = new Set<string>(interactions.map(({ key }) => key))
            return [
              ...(yield* records.interactions(
                sql,
                keys.filter((key) => !given.has(key))
              )).values()
            ]
          })
        ),
      interactionsOfContacts: (contacts, { before, limit }) =>
        read(
          "interactions of contacts",
          Effect.gen(function* () {
            const keys = yield* newestOfContacts(contacts, before, limit)
            const found = yield* records.interactions(sql, keys)
            return keys.flatMap((key) => found.get(key) ?? [])
          })
        ),
      momentsOfContacts: (contacts, asked) => read("moments of contacts", moments.ofContacts(sql, contacts, asked)),
      momentsOfConversations: (conversations, asked) =>
        read("moments of conversations", moments.ofConversations(sql, conversations, asked)),
      interactionKeysOfContacts: (contacts, { after, limit }) =>
        read(
          "interaction keys of contacts",
          Effect.map(
            records.firstOfEach<{ readonly interaction: string }>(
              sql,
              contacts,
              (contact) => sql`
                SELECT interaction FROM interaction_contact WHERE contact = ${contact} AND interaction > ${after}
                ORDER BY interaction LIMIT ${limit}`
            ),
            (links) => [...new Set(links.map((link) => link.interaction))].sort().slice(0, limit)
          )
        ),
      interactionKeys: ({ after, limit, since, connection }) =>
        read(
          "interaction keys",
          Effect.map(
            sql<{ readonly key: string }>`
              SELECT key FROM interaction WHERE key > ${after}
              AND ${since === undefined ? sql`1 = 1` : sql`started_at >= ${since}`}
              AND ${connection === undefined ? sql`1 = 1` : sql`connection = ${connection}`}
              ORDER BY key LIMIT ${limit}`,
            (rows) => rows.map((row) => row.key)
          )
        ),
      interactionsOfConversation: (conversation, limit) =>
        read("interactions of conversation", records.interactionsOfConversation(sql, conversation, limit)),
      conversationRef: (conversation) => read("where a conversation is", records.conversationRef(sql, conversation)),
      latestOfConversations: (conversations) =>
        read("latest of conversations", records.latestOfConversations(sql, conversations)),
      conversationsOfContacts: (connection, contacts, limit) =>
        read("conversations of contacts", records.conversationsOfContacts(sql, connection, contacts, limit)),
      contactKeys: ({ after, limit, connection }) =>
        read(
          "contact keys",
          Effect.map(
            sql<{ readonly key: string }>`
              SELECT key FROM contact WHERE key > ${after}
              AND ${connection === undefined ? sql`1 = 1` : sql`connection = ${connection}`}
              ORDER BY key LIMIT ${limit}`,
            (rows) => rows.map((row) => row.key)
          )
        ),
      revisions: (key) => read("read revisions", parts.revisions(sql, key)),
      counts: read(
        "count ledger",
        Effect.all({
          contacts: countOf("contact"),
          organizations: countOf("organization"),
          interactions: countOf("interaction")
        })
      )
    }
  })
)
