/** What each Connection has spent of its quota, so that a restart does not spend a daily allowance twice. */
import type { ConnectionId, Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"

export interface Saved {
  readonly connection: ConnectionId
  /** JSON of the SDK's `QuotaLedger.State`. */
  readonly state: string
  readonly savedAt: Instant.Instant
}

export class Quotas extends Context.Tag("@interchannel/store/Quotas")<
  Quotas,
  {
    readonly save: (saved: Saved) => Effect.Effect<void, StoreError>
    readonly all: Effect.Effect<ReadonlyArray<Saved>, StoreError>
  }
>() {}

export const layer: Layer.Layer<Quotas, never, Sql> = Layer.effect(
  Quotas,
  Effect.map(Sql, ({ sql, read, write }) => ({
    save: ({ connection, state, savedAt }) =>
      Effect.asVoid(
        write(
          "save quota",
          sql`
            INSERT INTO quota (connection, state, saved_at) VALUES (${connection}, ${state}, ${savedAt})
            ON CONFLICT (connection) DO UPDATE SET state = excluded.state, saved_at = excluded.saved_at`
        )
      ),
    all: read("list quotas", sql<Saved>`SELECT connection, state, saved_at AS "savedAt" FROM quota ORDER BY connection`)
  }))
)
