/** What was set aside, why in the vendor's own words, and what would help. Nothing in here blocks anything else. */
import type { ConnectionId, Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreError } from "./StoreError.ts"

export interface Aside {
  readonly connection: ConnectionId
  /** What: `item` (an Inbox row), `projection` (a write). */
  readonly kind: "item" | "projection"
  /** The Inbox id or the projection key. */
  readonly subject: string
  readonly reason: string
  readonly detail: string
  readonly remedy: string
  readonly at: Instant.Instant
}

export class Quarantine extends Context.Tag("@interchannel/store/Quarantine")<
  Quarantine,
  {
    /** One row a subject; setting it aside again updates the reason. */
    readonly add: (rows: ReadonlyArray<Aside>) => Effect.Effect<void, StoreError>
    readonly list: (options: {
      readonly connection?: ConnectionId
      readonly after: string
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<Aside>, StoreError>
    /** It was done after all, or a person let it go. */
    readonly remove: (subjects: ReadonlyArray<string>) => Effect.Effect<void, StoreError>
    readonly tally: Effect.Effect<
      ReadonlyArray<{ readonly connection: ConnectionId; readonly reason: string; readonly count: number }>,
      StoreError
    >
  }
>() {}
