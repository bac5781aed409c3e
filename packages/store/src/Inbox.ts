/** Deliveries and pages we have taken responsibility for. Accepting the same thing twice changes nothing. Bodies are sealed at rest. */
import type { ConnectionId, Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { createHash } from "node:crypto"
import { eachPiece, pieces, selectIn } from "./Dialect.ts"
import { Seal } from "./Seal.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"
import { Uuid } from "./Uuid.ts"

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
    /** Settled rows whose bodies are kept still, in order of acceptance, after `after`; what a replay would read. */
    readonly settled: (options: {
      readonly connection: ConnectionId
      readonly state: Settled["state"]
      readonly after: string
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<Row>, StoreError>
    /** Makes settled rows pending again, for a replay after a mapping fix. `undefined`: all of the connection. Answers how many. */
    readonly reopen: (options: {
      readonly connection: ConnectionId
      readonly source?: Source
      readonly state?: "done" | "quarantined"
      /** Only these rows. */
      readonly ids?: ReadonlyArray<string>
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
      partition: string,
      keys: ReadonlyArray<string>
    ) => Effect.Effect<void, StoreError>
    readonly counts: Effect.Effect<
      ReadonlyArray<{
        readonly connection: ConnectionId
        readonly pending: number
        readonly done: number
        readonly quarantined: number
        readonly lastReceivedAt: Instant.Instant
        /** Absent: nothing is pending. */
        readonly oldestPendingAt?: Instant.Instant
      }>,
      StoreError
    >
  }
>() {}

/** Webhooks and listeners of a connection share their keys: one push may come over both. */
const DELIVERIES = "delivery"
const states = { pending: 0, done: 1, quarantined: 2 } as const

export const layer: Layer.Layer<Inbox, never, Sql | Seal | Uuid> = Layer.effect(
  Inbox,
  Effect.gen(function* () {
    const { sql, read, write, signal } = yield* Sql
    const { seal, open } = yield* Seal
    const uuid = yield* Uuid

    /** The deliveries that nobody took before; the database decides, also between nodes. */
    const newDeliveries = (items: ReadonlyArray<Hashed>) =>
      Effect.map(
        Effect.forEach(
          pieces(uniqueOf(items)),
          (piece) => sql<Seen>`
            INSERT INTO inbox_seen ${sql.insert(piece.map(toSeen))}
            ON CONFLICT (connection, scope, strand, item_key) DO NOTHING
            RETURNING connection, scope, strand, item_key, hash`
        ),
        (lists) => new Set(lists.flat().map(placeOfSeen))
      )

    const currentHashes = (items: ReadonlyArray<Hashed>) =>
      Effect.map(
        Effect.forEach([...groupedByStrand(items)], ([, group]) => {
          const [first] = group
          if (first === undefined) return Effect.succeed([])
          return selectIn(
            group.map(({ incoming }) => incoming.key),
            (keys) => sql<Seen>`
              SELECT connection, scope, strand, item_key, hash FROM inbox_seen
              WHERE connection = ${first.incoming.connection} AND scope = ${first.scope} AND strand = ${first.strand}
              AND item_key IN ${sql.in(keys)}`
          )
        }),
        (lists) => new Map(lists.flat().map((row) => [placeOfSeen(row), row.hash]))
      )

    const remember = (items: ReadonlyArray<Hashed>) =>
      eachPiece(
        uniqueOf(items).map(toSeen),
        (piece) => sql`
          INSERT INTO inbox_seen ${sql.insert(piece)}
          ON CONFLICT (connection, scope, strand, item_key) DO UPDATE SET hash = excluded.hash,
            seen_at = CASE WHEN excluded.seen_at > inbox_seen.seen_at THEN excluded.seen_at ELSE inbox_seen.seen_at END`
      )

    const store = (rows: ReadonlyArray<Hashed>) =>
      Effect.gen(function* () {
        const ids = yield* uuid.make(rows.length)
        const numbered = rows.map((row, index) => ({ id: ids[index] ?? "", ...row }))
        yield* eachPiece(
          numbered.map(({ id, incoming }) => ({
            id,
            connection: incoming.connection,
            source: incoming.source,
            strand: incoming.partition,
            item_key: incoming.key,
            received_at: incoming.receivedAt,
            lane: incoming.lane,
            content_type: incoming.contentType,
            state: states.pending
          })),
          (piece) => sql`INSERT INTO inbox ${sql.insert(piece)}`
        )
        yield* eachPiece(
          numbered.map(({ id, incoming }) => ({ id, body: seal(rowName(id), incoming.body) })),
          (piece) => sql`INSERT INTO inbox_body ${sql.insert(piece)}`
        )
        yield* signal("inbox")
      })

    const opened = (rows: ReadonlyArray<Stored>) =>
      Effect.forEach(rows, ({ body, ...row }) =>
        Either.map(open(rowName(row.id), body), (plain): Row => ({ ...row, body: plain }))
      )

    return {
      accept: (batch) =>
        write(
          "accept",
          Effect.gen(function* () {
            const items = batch.map(toHashed)
            const feeds = items.filter((item) => item.scope !== DELIVERIES)
            const current = yield* currentHashes(feeds)
            yield* remember(feeds)
            const deliveries = yield* newDeliveries(items.filter((item) => item.scope === DELIVERIES))
            const fresh = news(items, current, deliveries)
            if (fresh.length > 0) yield* store(fresh)
            return { stored: fresh.length, known: batch.length - fresh.length }
          })
        ),
      pending: (limit) =>
        read(
          "pending",
          Effect.flatMap(
            sql<Stored>`
              SELECT ${sql.literal(rowColumns)} FROM inbox i JOIN inbox_body b ON b.id = i.id
              WHERE i.state = 0 ORDER BY i.lane, i.id LIMIT ${limit}`,
            opened
          )
        ),
      settle: (rows) =>
        write(
          "settle",
          Effect.forEach(
            ["done", "quarantined"] as const,
            (state) =>
              eachPiece(
                rows.filter((row) => row.state === state).map(({ id }) => id),
                (ids) => sql`UPDATE inbox SET state = ${states[state]} WHERE id IN ${sql.in(ids)}`
              ),
            { discard: true }
          )
        ),
      get: (ids) =>
        read(
          "get inbox rows",
          Effect.flatMap(
            selectIn(
              ids,
              (list) => sql<Stored>`
                SELECT ${sql.literal(rowColumns)} FROM inbox i JOIN inbox_body b ON b.id = i.id
                WHERE i.id IN ${sql.in(list)} ORDER BY i.id`
            ),
            opened
          )
        ),
      settled: ({ connection, state, after, limit }) =>
        read(
          "settled inbox rows",
          Effect.flatMap(
            sql<Stored>`
              SELECT ${sql.literal(rowColumns)} FROM inbox i JOIN inbox_body b ON b.id = i.id
              WHERE i.connection = ${connection} AND i.state = ${states[state]} AND i.id > ${after}
              ORDER BY i.id LIMIT ${limit}`,
            opened
          )
        ),
      reopen: ({ connection, source, state, ids }) =>
        ids?.length === 0
          ? Effect.succeed(0)
          : write(
              "reopen",
              Effect.gen(function* () {
                const rows = yield* sql`
              UPDATE inbox SET state = 0 WHERE connection = ${connection}
              AND ${state === undefined ? sql`state <> 0` : sql`state = ${states[state]}`}
              AND ${source === undefined ? sql`1 = 1` : sql`source = ${source}`}
              AND ${ids === undefined ? sql`1 = 1` : sql`id IN ${sql.in(ids)}`}
              AND EXISTS (SELECT 1 FROM inbox_body b WHERE b.id = inbox.id)
              RETURNING id`
                if (rows.length > 0) yield* signal("inbox")
                return rows.length
              })
            ),
      absent: ({ connection, source, partition, before, after, limit }) =>
        read(
          "absent",
          Effect.map(
            sql<{ readonly item_key: string }>`
              SELECT item_key FROM inbox_seen
              WHERE connection = ${connection} AND scope = ${source} AND strand = ${partition}
              AND item_key > ${after} AND seen_at < ${before}
              ORDER BY item_key LIMIT ${limit}`,
            (rows) => rows.map((row) => row.item_key)
          )
        ),
      forget: (connection, source, partition, keys) =>
        write(
          "forget",
          eachPiece(
            keys,
            (list) => sql`
              DELETE FROM inbox_seen
              WHERE connection = ${connection} AND scope = ${source} AND strand = ${partition}
              AND item_key IN ${sql.in(list)}`
          )
        ),
      counts: read(
        "count inbox",
        Effect.map(
          sql<Count>`
          SELECT connection, SUM(CASE WHEN state = 0 THEN 1 ELSE 0 END) AS pending,
            SUM(CASE WHEN state = 1 THEN 1 ELSE 0 END) AS done,
            SUM(CASE WHEN state = 2 THEN 1 ELSE 0 END) AS quarantined, MAX(received_at) AS "lastReceivedAt",
            MIN(CASE WHEN state = 0 THEN received_at END) AS "oldestPendingAt"
          FROM inbox GROUP BY connection ORDER BY connection`,
          (rows) =>
            rows.map(({ oldestPendingAt, ...row }) => (oldestPendingAt === null ? row : { ...row, oldestPendingAt }))
        )
      )
    }
  })
)

interface Hashed {
  readonly incoming: Incoming
  readonly scope: string
  readonly strand: string
  readonly hash: string
  readonly place: string
}
type Seen = {
  readonly connection: string
  readonly scope: string
  readonly strand: string
  readonly item_key: string
  readonly hash: string
}
interface Stored extends Omit<Row, "body"> {
  readonly body: Uint8Array
}
interface Count {
  readonly connection: ConnectionId
  readonly pending: number
  readonly done: number
  readonly quarantined: number
  readonly lastReceivedAt: Instant.Instant
  readonly oldestPendingAt: Instant.Instant | null
}

const rowColumns =
  'i.id, i.connection, i.source, i.strand AS "partition", i.item_key AS "key", i.received_at AS "receivedAt", i.lane, i.content_type AS "contentType", b.body'

const rowName = (id: string): string => `inbox ${id}`

const placeOf = (...pieces: ReadonlyArray<string>): string => pieces.join("\0")

const toHashed = (incoming: Incoming): Hashed => {
  const feed = incoming.source.startsWith("feed:")
  const scope = feed ? incoming.source : DELIVERIES
  const strand = feed ? incoming.partition : ""
  const hash = feed ? createHash("sha256").update(incoming.body).digest("base64url").slice(0, 22) : ""
  return { incoming, scope, strand, hash, place: placeOf(incoming.connection, scope, strand, incoming.key) }
}

const toSeen = ({ incoming, scope, strand, hash }: Hashed): Seen & { readonly seen_at: number } => ({
  connection: incoming.connection,
  scope,
  strand,
  item_key: incoming.key,
  hash,
  seen_at: incoming.receivedAt
})

const placeOfSeen = (row: Seen): string => placeOf(row.connection, row.scope, row.strand, row.item_key)

/** The last of each place, in one order, so that two nodes never wait for each other. */
const uniqueOf = (items: ReadonlyArray<Hashed>): ReadonlyArray<Hashed> =>
  [...new Map(items.map((item) => [item.place, item])).values()].sort((a, b) => (a.place < b.place ? -1 : 1))

/** What differs from the content last taken, in order: A, B, A is news three times. A delivery is news once. */
const news = (
  items: ReadonlyArray<Hashed>,
  current: ReadonlyMap<string, string>,
  deliveries: ReadonlySet<string>
): ReadonlyArray<Hashed> => {
  const taken = new Map(current)
  return items.filter(({ place, hash, scope }) => {
    if (taken.get(place) === hash || (scope === DELIVERIES && !deliveries.has(place))) return false
    taken.set(place, hash)
    return true
  })
}

const groupedByStrand = (items: ReadonlyArray<Hashed>): ReadonlyMap<string, ReadonlyArray<Hashed>> => {
  const groups = new Map<string, Array<Hashed>>()
  for (const item of items) {
    const group = placeOf(item.incoming.connection, item.scope, item.strand)
    const list = groups.get(group)
    if (list === undefined) groups.set(group, [item])
    else list.push(item)
  }
  return groups
}
