/** How often our own writing came back to us, by what it was known for ours, and how often it was nearly not. Counts only grow. */
import type { ConnectionId } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eachPiece } from "./Dialect.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"

/** `marker`: our key in the record. `address`: the record is one that we wrote. `content`: it shows what we wrote last. */
export type By = "marker" | "address" | "content"

export interface EchoCount {
  readonly connection: ConnectionId
  readonly by: By
  readonly hits: number
  /**
   * What should have been known by this and was not: one of ours without its marker; our marker in a record that is not the
   * one we wrote; one of ours that shows something else by now.
   */
  readonly nearMisses: number
}

export class Echoes extends Context.Tag("@interchannel/store/Echoes")<
  Echoes,
  {
    /** Adds to what was counted. */
    readonly count: (counts: ReadonlyArray<EchoCount>) => Effect.Effect<void, StoreError>
    readonly all: Effect.Effect<ReadonlyArray<EchoCount>, StoreError>
  }
>() {}

export const layer: Layer.Layer<Echoes, never, Sql> = Layer.effect(
  Echoes,
  Effect.map(Sql, ({ sql, read, write }) => ({
    count: (counts) =>
      counts.length === 0
        ? Effect.void
        : write(
            "count echoes",
            eachPiece(
              summed(counts).map(({ connection, by, hits, nearMisses }) => ({
                connection,
                by_what: by,
                hits,
                near_misses: nearMisses
              })),
              (piece) => sql`
                INSERT INTO echo_count ${sql.insert(piece)}
                ON CONFLICT (connection, by_what) DO UPDATE
                SET hits = echo_count.hits + excluded.hits, near_misses = echo_count.near_misses + excluded.near_misses`
            )
          ),
    all: read(
      "read echo counts",
      sql<EchoCount>`
        SELECT connection, by_what AS "by", hits, near_misses AS "nearMisses" FROM echo_count
        ORDER BY connection, by_what`
    )
  }))
)

/** One row each: one statement may touch a row only once. Sorted, so that two writers lock rows in one order. */
const summed = (counts: ReadonlyArray<EchoCount>): ReadonlyArray<EchoCount> => {
  const sums = new Map<string, EchoCount>()
  for (const one of counts) {
    const key = `${one.connection} ${one.by}`
    const { hits, nearMisses } = sums.get(key) ?? { hits: 0, nearMisses: 0 }
    sums.set(key, { ...one, hits: hits + one.hits, nearMisses: nearMisses + one.nearMisses })
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
}
