/** The records that were assembled: contacts, organizations, interactions, and which contacts an interaction is on. */
import { type ConnectionId, type Contact, type Interaction, type Organization, SameAs } from "@interchannel/domain"
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { eachPiece, forUpdate, pieces, selectIn } from "../Dialect.ts"
import type { InteractionRow } from "../Ledger.ts"

interface RecordRow {
  readonly key: string
  readonly hash: string
  readonly deleted: number
  readonly data: string
}

/** A contact or organization as stored. */
export interface Stored<A> {
  readonly record: A
  readonly hash: string
  readonly deleted: boolean
}

export const read = <A extends Contact | Organization>(
  sql: SqlClient,
  table: "contact" | "organization",
  keys: ReadonlyArray<string>
) =>
  Effect.map(
    selectIn(
      keys,
      (list) => sql<RecordRow>`SELECT key, hash, deleted, data FROM ${sql(table)} WHERE key IN ${sql.in(list)}`
    ),
    (rows) =>
      rows.map(({ hash, deleted, data }): Stored<A> => ({ record: JSON.parse(data), hash, deleted: deleted === 1 }))
  )

export const save = (
  sql: SqlClient,
  table: "contact" | "organization",
  rows: ReadonlyArray<Stored<Contact | Organization>>
) =>
  eachPiece(
    [...new Map(rows.map((row) => [row.record.key, row])).values()].map(({ record, hash, deleted }) => ({
      key: record.key,
      connection: record.connection,
      hash,
      deleted: deleted ? 1 : 0,
      data: JSON.stringify(record)
    })),
    (piece) => sql`
      INSERT INTO ${sql(table)} ${sql.insert(piece)}
      ON CONFLICT (key) DO UPDATE SET hash = excluded.hash, deleted = excluded.deleted, data = excluded.data`
  )

interface StoredInteraction extends RecordRow {
  readonly contacts: string
  readonly conversation: string | null
  readonly first_seen_at: number
}

const columns = "key, hash, deleted, contacts, conversation, first_seen_at, data"

export const interactions = (sql: SqlClient, keys: ReadonlyArray<string>) =>
  Effect.map(
    selectIn(
      keys,
      (list) => sql<StoredInteraction>`SELECT ${sql.literal(columns)} FROM interaction WHERE key IN ${sql.in(list)}`
    ),
    (rows) => new Map(rows.map((row) => [row.key, toInteraction(row)]))
  )

/** By which other systems' tellings of them are found. A name that is given up leads to nothing that fits, so it may stay. */
export const saveNames = (sql: SqlClient, rows: ReadonlyArray<InteractionRow>) =>
  eachPiece(
    rows.flatMap(({ interaction }) =>
      SameAs.namesOf(interaction).map((name) => ({ name, interaction: interaction.key }))
    ),
    (piece) => sql`INSERT INTO same_as ${sql.insert(piece)} ON CONFLICT (name, interaction) DO NOTHING`
  )

export const named = (sql: SqlClient, names: ReadonlyArray<string>) =>
  Effect.map(
    selectIn(
      names,
      (list) => sql<{ readonly interaction: string }>`SELECT interaction FROM same_as WHERE name IN ${sql.in(list)}`
    ),
    (rows) => [...new Set(rows.map(({ interaction }) => interaction))]
  )

export const interactionsOfConversation = (sql: SqlClient, conversation: string, limit: number) =>
  Effect.map(newestOf(sql, conversation, limit), (rows) => rows.map(toInteraction))

export const conversationRef = (sql: SqlClient, conversation: string) =>
  Effect.map(
    sql<StoredInteraction>`
      SELECT ${sql.literal(columns)} FROM interaction WHERE conversation = ${conversation} LIMIT 1`,
    ([row]) => (row === undefined ? undefined : toInteraction(row).interaction.conversation)
  )

export const latestOfConversations = (sql: SqlClient, conversations: ReadonlyArray<string>) =>
  Effect.map(
    firstOfEach<StoredInteraction>(sql, conversations, (conversation) => newestOf(sql, conversation, 1)),
    (rows) =>
      new Map(rows.flatMap((row) => (row.conversation === null ? [] : [[row.conversation, toInteraction(row)]])))
  )

const newestOf = (sql: SqlClient, conversation: string, limit: number) => sql<StoredInteraction>`
  SELECT ${sql.literal(columns)} FROM interaction WHERE conversation = ${conversation} AND deleted = 0
  ORDER BY started_at DESC, key DESC LIMIT ${limit}`

/** Newest first, by the last interaction that one of the contacts is in. */
export const conversationsOfContacts = (
  sql: SqlClient,
  connection: ConnectionId,
  contacts: ReadonlyArray<string>,
  limit: number
) =>
  Effect.map(
    selectIn(
      contacts,
      (list) => sql<{ readonly conversation: string; readonly last_at: number }>`
        SELECT i.conversation, MAX(i.started_at) AS last_at
        FROM interaction_contact l JOIN interaction i ON i.key = l.interaction
        WHERE l.contact IN ${sql.in(list)} AND i.connection = ${connection} AND i.conversation IS NOT NULL
        AND i.deleted = 0 GROUP BY i.conversation ORDER BY last_at DESC, i.conversation LIMIT ${limit}`
    ),
    (rows) =>
      [...new Set([...rows].sort((a, b) => b.last_at - a.last_at).map((row) => row.conversation))].slice(0, limit)
  )

interface Links {
  readonly key: string
  readonly contacts: string
  readonly started_at: number
}

export const saveInteractions = (sql: SqlClient, rows: ReadonlyArray<InteractionRow>) =>
  Effect.gen(function* () {
    const told = [...new Map(rows.map((row) => [row.interaction.key, row])).values()].map(toStored)
    const before = yield* selectIn(
      told.map(({ key }) => key),
      (list) => sql<Links>`
        SELECT key, contacts, started_at FROM interaction WHERE key IN ${sql.in(list)} ${forUpdate(sql)}`
    )
    yield* eachPiece(
      told,
      (piece) => sql`
        INSERT INTO interaction ${sql.insert(piece)}
        ON CONFLICT (key) DO UPDATE SET hash = excluded.hash, deleted = excluded.deleted,
          started_at = excluded.started_at, conversation = excluded.conversation, contacts = excluded.contacts,
          data = excluded.data`
    )
    const { stale, fresh } = linkChanges(new Map(before.map((row) => [row.key, row])), told)
    for (const piece of pieces(stale)) {
      const pairs = piece.map(({ contact, interaction }) => sql`(${contact}, ${interaction})`)
      yield* sql`DELETE FROM interaction_contact WHERE (contact, interaction) IN (VALUES ${sql.csv(pairs)})`
    }
    yield* eachPiece(
      fresh,
      (piece) => sql`
        INSERT INTO interaction_contact ${sql.insert(piece)}
        ON CONFLICT (contact, interaction) DO UPDATE SET started_at = excluded.started_at`
    )
  })

/** Lists put together by one statement; SQLite allows 500 of them. */
const LISTS_MAX = 100

/** The first rows of each contact or conversation; a busy one costs no more than `one` says. */
export const firstOfEach = <A extends object>(
  sql: SqlClient,
  keys: ReadonlyArray<string>,
  one: (key: string) => ReturnType<SqlClient["literal"]>
) => {
  const distinct = [...new Set(keys)]
  const chunks = Array.from({ length: Math.ceil(distinct.length / LISTS_MAX) }, (_, index) =>
    distinct.slice(index * LISTS_MAX, (index + 1) * LISTS_MAX)
  )
  const list = (key: string) => sql`SELECT * FROM (${one(key)}) AS capped`
  return Effect.map(
    Effect.forEach(chunks, (chunk) => sql<A>`${sql.join(" UNION ALL ", false)(chunk.map(list))}`),
    (lists) => lists.flat()
  )
}

// ---------------------------------------------------------------------------------------------------------------------

type Link = {
  readonly contact: string
  readonly interaction: string
  readonly started_at: number
}

const linksOf = ({ key, contacts, started_at }: Links): ReadonlyArray<Link> =>
  (JSON.parse(contacts) as ReadonlyArray<string>).map((contact) => ({ contact, interaction: key, started_at }))

const linkChanges = (
  before: ReadonlyMap<string, Links>,
  told: ReadonlyArray<Links>
): { readonly stale: ReadonlyArray<Link>; readonly fresh: ReadonlyArray<Link> } => {
  const stale: Array<Link> = []
  const fresh: Array<Link> = []
  for (const row of told) {
    const known = before.get(row.key)
    if (known !== undefined && known.contacts === row.contacts && known.started_at === row.started_at) continue
    const now = linksOf(row)
    fresh.push(...now)
    const kept = new Set(now.map(({ contact }) => contact))
    if (known !== undefined) stale.push(...linksOf(known).filter(({ contact }) => !kept.has(contact)))
  }
  return { stale, fresh }
}

const toStored = (row: InteractionRow) => ({
  key: row.interaction.key,
  connection: row.interaction.connection as ConnectionId,
  hash: row.hash,
  deleted: row.deleted ? 1 : 0,
  started_at: row.interaction.startedAt,
  conversation: row.conversation ?? null,
  contacts: JSON.stringify([...new Set(row.contacts)].sort()),
  first_seen_at: row.firstSeenAt,
  data: JSON.stringify(row.interaction)
})

const toInteraction = (row: StoredInteraction): InteractionRow => ({
  interaction: JSON.parse(row.data) as Interaction,
  hash: row.hash,
  // A contact that took over another may stand there twice.
  contacts: [...new Set(JSON.parse(row.contacts) as ReadonlyArray<string>)].sort(),
  ...(row.conversation === null ? {} : { conversation: row.conversation }),
  deleted: row.deleted === 1,
  firstSeenAt: row.first_seen_at
})
