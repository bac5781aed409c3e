/** Where each feed stands, per partition, and which nested strands are still to be read. Saved in the write that accepts the page. */
import type { ConnectionId, Instant } from "@interchannel/domain"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eachPiece } from "./Dialect.ts"
import { Sql } from "./Sql.ts"
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
    /** Saves `to` where `from` still stands (absent: nothing was saved yet); answers whether it did. */
    readonly advance: (
      place: FeedPlace,
      states: { readonly from: string | undefined; readonly to: string },
      at: Instant.Instant
    ) => Effect.Effect<boolean, StoreError>
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
    /** After a page of a strand: with `token` it goes on (`undefined`: from its beginning), else it is done up to `fingerprint`. */
    readonly strandRead: (
      strand: FeedPlace & { readonly strand: string },
      progress: { readonly token: string | undefined } | { readonly fingerprint: string }
    ) => Effect.Effect<void, StoreError>
    readonly wantRefetches: (refetches: ReadonlyArray<Refetch>) => Effect.Effect<void, StoreError>
    readonly refetchesToDo: (
      connection: ConnectionId,
      limit: number
    ) => Effect.Effect<ReadonlyArray<Refetch>, StoreError>
    /** Only when nobody asked again since `askedAt`. */
    readonly refetched: (refetches: ReadonlyArray<Refetch>) => Effect.Effect<void, StoreError>
    /** Everything of this Connection is read anew. */
    readonly forget: (connection: ConnectionId) => Effect.Effect<void, StoreError>
  }
>() {}

export const layer: Layer.Layer<Checkpoints, never, Sql> = Layer.effect(
  Checkpoints,
  Effect.map(Sql, ({ sql, read, write, signal }) => ({
    load: (connection, feed) =>
      read(
        "load checkpoints",
        Effect.map(
          sql<FeedPlace & Saved>`
            SELECT strand AS "partition", state, saved_at AS "savedAt" FROM checkpoint
            WHERE connection = ${connection} AND feed = ${feed} ORDER BY strand`,
          (rows) => new Map(rows.map(({ partition, state, savedAt }) => [partition, { state, savedAt }]))
        )
      ),
    save: ({ connection, feed, partition }, state, at) =>
      Effect.asVoid(
        write(
          "save checkpoint",
          sql`
            INSERT INTO checkpoint (connection, feed, strand, state, saved_at)
            VALUES (${connection}, ${feed}, ${partition}, ${state}, ${at})
            ON CONFLICT (connection, feed, strand) DO UPDATE SET state = excluded.state, saved_at = excluded.saved_at`
        )
      ),
    advance: ({ connection, feed, partition }, { from, to }, at) =>
      Effect.map(
        write(
          "advance checkpoint",
          from === undefined
            ? sql`
                INSERT INTO checkpoint (connection, feed, strand, state, saved_at)
                VALUES (${connection}, ${feed}, ${partition}, ${to}, ${at})
                ON CONFLICT (connection, feed, strand) DO NOTHING RETURNING feed`
            : sql`
                UPDATE checkpoint SET state = ${to}, saved_at = ${at}
                WHERE connection = ${connection} AND feed = ${feed} AND strand = ${partition} AND state = ${from}
                RETURNING feed`
        ),
        (rows) => rows.length > 0
      ),
    all: read(
      "list checkpoints",
      sql<FeedPlace & Saved>`
        SELECT connection, feed, strand AS "partition", state, saved_at AS "savedAt" FROM checkpoint
        ORDER BY connection, feed, strand`
    ),
    wantStrands: (strands) =>
      write(
        "want strands",
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          yield* eachPiece(
            lastOf(strands, (strand) => strand.strand).map(({ connection, feed, partition, strand, wanted, lane }) => ({
              connection,
              feed,
              parent: partition,
              strand,
              wanted,
              done: null,
              token: null,
              lane,
              seen_at: now
            })),
            (piece) => sql`
              INSERT INTO strand ${sql.insert(piece)}
              ON CONFLICT (connection, feed, parent, strand) DO UPDATE SET
                wanted = excluded.wanted, seen_at = excluded.seen_at,
                lane = CASE WHEN strand.done = strand.wanted OR excluded.lane < strand.lane
                  THEN excluded.lane ELSE strand.lane END`
          )
          if (strands.length > 0) yield* signal("refetch")
        })
      ),
    strandsToRead: (connection, feed, limit) =>
      read(
        "strands to read",
        Effect.map(
          sql<StoredStrand>`
            SELECT connection, feed, parent AS "partition", strand, wanted, done, token, lane FROM strand
            WHERE connection = ${connection} AND feed = ${feed} AND (done IS NULL OR done <> wanted)
            ORDER BY lane, parent, strand LIMIT ${limit}`,
          (rows) => rows.map(toStrand)
        )
      ),
    strandRead: ({ connection, feed, partition, strand }, progress) => {
      const set = "token" in progress ? { token: progress.token ?? null } : { token: null, done: progress.fingerprint }
      return Effect.asVoid(
        write(
          "strand read",
          sql`
            UPDATE strand SET ${sql.update(set)}
            WHERE connection = ${connection} AND feed = ${feed} AND parent = ${partition} AND strand = ${strand}`
        )
      )
    },
    wantRefetches: (refetches) =>
      write(
        "want refetches",
        Effect.zipRight(
          eachPiece(
            lastOf(refetches, ({ id }) => id).map(({ connection, feed, partition, id, askedAt }) => ({
              connection,
              feed,
              strand: partition,
              item: id,
              asked_at: askedAt
            })),
            // Later than what a reader may have seen, even within one millisecond.
            (piece) => sql`
              INSERT INTO refetch ${sql.insert(piece)}
              ON CONFLICT (connection, feed, strand, item) DO UPDATE SET
                asked_at = CASE WHEN excluded.asked_at > refetch.asked_at
                  THEN excluded.asked_at ELSE refetch.asked_at + 1 END`
          ),
          refetches.length === 0 ? Effect.void : signal("refetch")
        )
      ),
    refetchesToDo: (connection, limit) =>
      read(
        "refetches to do",
        sql<Refetch>`
          SELECT connection, feed, strand AS "partition", item AS id, asked_at AS "askedAt" FROM refetch
          WHERE connection = ${connection} ORDER BY asked_at, feed, strand, item LIMIT ${limit}`
      ),
    refetched: (refetches) =>
      write(
        "refetched",
        Effect.forEach(
          refetches,
          ({ connection, feed, partition, id, askedAt }) => sql`
            DELETE FROM refetch WHERE connection = ${connection} AND feed = ${feed} AND strand = ${partition}
            AND item = ${id} AND asked_at <= ${askedAt}`,
          { discard: true }
        )
      ),
    forget: (connection) =>
      write(
        "forget checkpoints",
        Effect.forEach(
          ["checkpoint", "strand", "refetch"],
          (table) => sql`DELETE FROM ${sql(table)} WHERE connection = ${connection}`,
          { discard: true }
        )
      )
  }))
)

interface Saved {
  readonly state: string
  readonly savedAt: Instant.Instant
}
interface StoredStrand extends Omit<Strand, "done" | "token"> {
  readonly done: string | null
  readonly token: string | null
}

const toStrand = ({ done, token, ...strand }: StoredStrand): Strand => ({
  ...strand,
  ...(done === null ? {} : { done }),
  ...(token === null ? {} : { token })
})

/** The last of those with the same place and id: one statement may touch a row only once. */
const lastOf = <A extends FeedPlace>(list: ReadonlyArray<A>, id: (item: A) => string): ReadonlyArray<A> => [
  ...new Map(list.map((item) => [[item.connection, item.feed, item.partition, id(item)].join("\0"), item])).values()
]
