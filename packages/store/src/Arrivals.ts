/** How much each source of a Connection brought, hour by hour: by that it shows when a subscription falls silent. */
import type { ConnectionId, Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eachPiece } from "./Dialect.ts"
import type { Source } from "./Inbox.ts"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"

export interface Arrival {
  readonly connection: ConnectionId
  readonly source: Source
  /** The beginning of the hour. */
  readonly hour: Instant.Instant
  readonly items: number
  /** Interactions that nobody had told of before. */
  readonly news: number
  /** News of a feed that was old already: a push should have told of it. */
  readonly late: number
  readonly lastAt: Instant.Instant
}

export class Arrivals extends Context.Tag("@interchannel/store/Arrivals")<
  Arrivals,
  {
    /** Adds to what is counted of the hour. */
    readonly add: (arrivals: ReadonlyArray<Arrival>) => Effect.Effect<void, StoreError>
    /** Of the hours that began at `since` or later. */
    readonly list: (since: Instant.Instant) => Effect.Effect<ReadonlyArray<Arrival>, StoreError>
  }
>() {}

export const layer: Layer.Layer<Arrivals, never, Sql> = Layer.effect(
  Arrivals,
  Effect.map(Sql, ({ sql, read, write }) => ({
    add: (arrivals) =>
      write(
        "count arrivals",
        eachPiece(
          arrivals.map(({ lastAt, ...row }) => ({ ...row, last_at: lastAt })),
          (piece) => sql`
            INSERT INTO arrival ${sql.insert(piece)}
            ON CONFLICT (connection, source, hour) DO UPDATE SET
              items = arrival.items + excluded.items, news = arrival.news + excluded.news,
              late = arrival.late + excluded.late,
              last_at = CASE WHEN excluded.last_at > arrival.last_at THEN excluded.last_at ELSE arrival.last_at END`
        )
      ),
    list: (since) =>
      read(
        "list arrivals",
        sql<Arrival>`
          SELECT connection, source, hour, items, news, late, last_at AS "lastAt" FROM arrival
          WHERE hour >= ${since} ORDER BY connection, source, hour`
      )
  }))
)
