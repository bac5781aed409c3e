/** What the daemon knows about each Connection besides its configuration: its state, and what a person approved for writing. */
import type { ConnectionId, Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreError } from "./StoreError.ts"

/** `observe`: nothing is written. `canary`: only to the records named. `live`: all. `paused`: a person stopped it. */
export type Mode = "observe" | "canary" | "live"

export interface ConnectionRow {
  readonly id: ConnectionId
  readonly connector: string
  /** When it was first seen; `since: "now"` counts from here. */
  readonly installedAt: Instant.Instant
  readonly mode: Mode
  readonly paused: boolean
  /** Contact keys that the canary may write to. */
  readonly canary: ReadonlyArray<string>
  readonly approvedAt?: Instant.Instant
  readonly approvedBy?: string
  /** `parked`: stopped until a person acts; `detail` says why and what to do. */
  readonly health: "starting" | "running" | "parked" | "removed"
  readonly detail?: string
  readonly healthAt: Instant.Instant
  /** The last policy the projections were computed with. */
  readonly policy?: string
}

export class Connections extends Context.Tag("@interchannel/store/Connections")<
  Connections,
  {
    readonly all: Effect.Effect<ReadonlyArray<ConnectionRow>, StoreError>
    /** Adds a row on first sight, in `observe`; keeps what is known otherwise. */
    readonly install: (
      id: ConnectionId,
      connector: string,
      at: Instant.Instant
    ) => Effect.Effect<ConnectionRow, StoreError>
    readonly update: (
      id: ConnectionId,
      change: Partial<Omit<ConnectionRow, "id" | "connector" | "installedAt">>
    ) => Effect.Effect<void, StoreError>
  }
>() {}
