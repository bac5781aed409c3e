/**
 * What may go when its time is over, and the database's own housekeeping. Every call does a bounded piece of work: whoever
 * calls it calls it again until nothing is left. What is known of customers (the ledger) does not age; erasure removes it.
 */
import type { Instant } from "@interchannel/domain"
import type { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eachPiece, pieces } from "./Dialect.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"
import { floor } from "./Uuid.ts"

/**
 * `raw`: bodies that were read, with their rows. `asides`: items that nobody mended, with their bodies. `revisions`: earlier
 * words of parts. `receipts`: proofs of writes, with what they changed, reviews that were decided, and messages that were
 * sent. `arrivals`, `alarms`: counts, and what is over.
 */
export type Kind = "raw" | "asides" | "revisions" | "receipts" | "arrivals" | "alarms"

/** Tables without an index on time, which would cost more than it helps: they are walked in the order of their keys. */
export type Walked = "seen" | "strands"

export interface Walk {
  readonly dropped: number
  /** Where to go on; absent: the end was reached. */
  readonly next?: ReadonlyArray<string>
}

export class Upkeep extends Context.Tag("@interchannel/store/Upkeep")<
  Upkeep,
  {
    /** Drops what is older than `before`, the oldest first, at most `limit`; answers how many went. */
    readonly drop: (kind: Kind, before: Instant.Instant, limit: number) => Effect.Effect<number, StoreError>
    /** Looks at `limit` rows after `after` and drops those that were not met since `before`. */
    readonly walk: (
      table: Walked,
      options: { readonly before: Instant.Instant; readonly after: ReadonlyArray<string>; readonly limit: number }
    ) => Effect.Effect<Walk, StoreError>
    /** Gives freed pages back and brings statistics up to date; for a quiet moment once a day. */
    readonly tidy: Effect.Effect<void, StoreError>
  }
>() {}

/** 40 MiB of pages of 4 KiB: more would hold up writers. */
const VACUUM_PAGES_MAX = 10_000

export const layer: Layer.Layer<Upkeep, never, Sql> = Layer.effect(
  Upkeep,
  Effect.map(Sql, ({ sql, read, write }) => {
    const dropInbox = (state: 1 | 2, before: Instant.Instant, limit: number) =>
      Effect.gen(function* () {
        const gone = yield* sql<{ readonly id: string }>`
          DELETE FROM inbox WHERE id IN (
            SELECT id FROM inbox WHERE id < ${floor(before)} AND state = ${state} ORDER BY id LIMIT ${limit})
          RETURNING id`
        yield* eachPiece(
          gone.map(({ id }) => id),
          (ids) => sql`DELETE FROM inbox_body WHERE id IN ${sql.in(ids)}`
        )
        return gone.map(({ id }) => id)
      })

    const dropReceipts = (before: Instant.Instant, limit: number) =>
      Effect.gen(function* () {
        const gone = yield* sql<{ readonly id: string }>`
          DELETE FROM receipt WHERE id IN (SELECT id FROM receipt WHERE id < ${floor(before)} ORDER BY id LIMIT ${limit})
          RETURNING id`
        yield* eachPiece(
          gone.map(({ id }) => id),
          (ids) => sql`DELETE FROM receipt_change WHERE receipt IN ${sql.in(ids)}`
        )
        const reviews = yield* sql`
          DELETE FROM review WHERE id IN (
            SELECT id FROM review WHERE choice IS NOT NULL AND decided_at < ${before} ORDER BY id LIMIT ${limit})
          RETURNING id`
        const messages = yield* sql<{ readonly projection: string }>`
          DELETE FROM message WHERE projection IN (
            SELECT m.projection FROM message m JOIN projection p ON p.key = m.projection
            WHERE m.at < ${before} AND p.state IN ('settled', 'held', 'dropped') ORDER BY m.at LIMIT ${limit})
          RETURNING projection`
        yield* eachPiece(
          messages.map(({ projection }) => projection),
          (keys) => sql`DELETE FROM projection WHERE key IN ${sql.in(keys)}`
        )
        return Math.max(gone.length, reviews.length, messages.length)
      })

    const drops: Readonly<Record<Kind, (before: Instant.Instant, limit: number) => ReturnType<typeof dropReceipts>>> = {
      raw: (before, limit) => Effect.map(dropInbox(1, before, limit), (ids) => ids.length),
      asides: (before, limit) =>
        Effect.gen(function* () {
          const ids = yield* dropInbox(2, before, limit)
          yield* eachPiece(ids, (list) => sql`DELETE FROM quarantine WHERE subject IN ${sql.in(list)}`)
          return ids.length
        }),
      revisions: (before, limit) =>
        Effect.map(
          sql`
            DELETE FROM part_revision WHERE id IN (
              SELECT id FROM part_revision WHERE id < ${floor(before)} ORDER BY id LIMIT ${limit})
            RETURNING id`,
          (rows) => rows.length
        ),
      receipts: dropReceipts,
      arrivals: (before, limit) =>
        Effect.map(
          sql`
            DELETE FROM arrival WHERE (connection, source, hour) IN (
              SELECT connection, source, hour FROM arrival WHERE hour < ${before}
              ORDER BY connection, source, hour LIMIT ${limit})
            RETURNING hour`,
          (rows) => rows.length
        ),
      alarms: (before, limit) =>
        Effect.gen(function* () {
          const gone = yield* sql<{ readonly key: string }>`
            DELETE FROM alarm WHERE key IN (SELECT key FROM alarm WHERE over_at < ${before} ORDER BY key LIMIT ${limit})
            RETURNING key`
          yield* eachPiece(
            gone.map(({ key }) => key),
            (keys) => sql`DELETE FROM alarm_told WHERE alarm IN ${sql.in(keys)}`
          )
          return gone.length
        })
    }

    const walkSeen: Walking = ({ before, after, limit }) =>
      Effect.gen(function* () {
        const [connection = "", scope = "", strand = "", item = ""] = after
        const rows = yield* sql<SeenRow>`
          SELECT connection, scope, strand, item_key, seen_at FROM inbox_seen
          WHERE (connection, scope, strand, item_key) > (${connection}, ${scope}, ${strand}, ${item})
          ORDER BY connection, scope, strand, item_key LIMIT ${limit}`
        const places = yield* sql<{ readonly connection: string; readonly feed: string; readonly strand: string }>`
          SELECT connection, feed, strand FROM checkpoint WHERE saved_at >= ${before}`
        const read = new Set(
          places.map((place) => JSON.stringify([place.connection, `feed:${place.feed}`, place.strand]))
        )
        // What a feed was not read for tells nothing: its items may all be there still.
        const isOld = (row: SeenRow) =>
          row.seen_at < before &&
          (!row.scope.startsWith("feed:") || read.has(JSON.stringify([row.connection, row.scope, row.strand])))
        const old = rows.filter(isOld)
        for (const piece of pieces(old)) {
          const keys = piece.map((row) => sql`(${row.connection}, ${row.scope}, ${row.strand}, ${row.item_key})`)
          yield* sql`
            DELETE FROM inbox_seen WHERE (connection, scope, strand, item_key) IN (VALUES ${sql.csv(keys)})`
        }
        const last = rows.at(-1)
        return ended(
          old.length,
          rows.length < limit || last === undefined
            ? undefined
            : [last.connection, last.scope, last.strand, last.item_key]
        )
      })

    const walkStrands: Walking = ({ before, after, limit }) =>
      Effect.gen(function* () {
        const [connection = "", feed = "", parent = "", strand = ""] = after
        const rows = yield* sql<StrandRow>`
          SELECT connection, feed, parent, strand, wanted, done, seen_at FROM strand
          WHERE (connection, feed, parent, strand) > (${connection}, ${feed}, ${parent}, ${strand})
          ORDER BY connection, feed, parent, strand LIMIT ${limit}`
        const old = rows.filter((row) => row.done === row.wanted && (row.seen_at ?? 0) < before)
        for (const piece of pieces(old)) {
          const keys = piece.map((row) => sql`(${row.connection}, ${row.feed}, ${row.parent}, ${row.strand})`)
          yield* sql`DELETE FROM strand WHERE (connection, feed, parent, strand) IN (VALUES ${sql.csv(keys)})`
        }
        const last = rows.at(-1)
        return ended(
          old.length,
          rows.length < limit || last === undefined ? undefined : [last.connection, last.feed, last.parent, last.strand]
        )
      })

    const walks: Readonly<Record<Walked, Walking>> = { seen: walkSeen, strands: walkStrands }

    return {
      drop: (kind, before, limit) => write(`drop ${kind}`, drops[kind](before, limit)),
      walk: (table, options) => write(`walk ${table}`, walks[table](options)),
      tidy: read(
        "tidy",
        sql.onDialectOrElse({
          // The server does it by itself; the tables that change most are set to be looked at more often.
          pg: () => Effect.void,
          orElse: () =>
            Effect.gen(function* () {
              yield* sql.unsafe(`PRAGMA incremental_vacuum(${VACUUM_PAGES_MAX})`)
              yield* sql.unsafe("PRAGMA optimize")
              yield* sql.unsafe("PRAGMA wal_checkpoint(TRUNCATE)")
            })
        })
      )
    }
  })
)

// ---------------------------------------------------------------------------------------------------------------------

interface SeenRow {
  readonly connection: string
  readonly scope: string
  readonly strand: string
  readonly item_key: string
  readonly seen_at: number
}
interface StrandRow {
  readonly connection: string
  readonly feed: string
  readonly parent: string
  readonly strand: string
  readonly wanted: string
  readonly done: string | null
  readonly seen_at: number | null
}

type Walking = (options: {
  readonly before: Instant.Instant
  readonly after: ReadonlyArray<string>
  readonly limit: number
}) => Effect.Effect<Walk, SqlError>

const ended = (dropped: number, next: ReadonlyArray<string> | undefined): Walk =>
  next === undefined ? { dropped } : { dropped, next }
