/** What the daemon knows about each Connection besides its configuration: its state, and what a person approved for writing. */
import type { ConnectionId, Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Sql } from "./Sql.ts"
import { StoreError } from "./StoreError.ts"

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
  /** Whether an entry is of a message or of a conversation, as it was approved last. */
  readonly per?: "message" | "conversation"
  /** The vendor's account that was read last, as its connector names it. */
  readonly account?: string
  /** The Connection whose place it took. */
  readonly replaces?: ConnectionId
}

/** What may change; a field that is there and `undefined` is emptied. */
export type Change = {
  readonly [K in Exclude<keyof ConnectionRow, "id" | "connector" | "installedAt">]?: ConnectionRow[K] | undefined
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
    readonly update: (id: ConnectionId, change: Change) => Effect.Effect<void, StoreError>
  }
>() {}

export const layer: Layer.Layer<Connections, never, Sql> = Layer.effect(
  Connections,
  Effect.map(Sql, ({ sql, read, write, signal }) => {
    const find = (id: ConnectionId) => sql<Stored>`SELECT * FROM connection WHERE id = ${id}`
    return {
      all: read(
        "list connections",
        Effect.map(sql<Stored>`SELECT * FROM connection ORDER BY id`, (rows) => rows.map(toRow))
      ),
      install: (id, connector, at) =>
        write(
          "install connection",
          Effect.gen(function* () {
            yield* sql`
              INSERT INTO connection (id, connector, installed_at, mode, paused, canary, health, health_at)
              VALUES (${id}, ${connector}, ${at}, 'observe', 0, '[]', 'starting', ${at})
              ON CONFLICT (id) DO NOTHING`
            const [row] = yield* find(id)
            return row === undefined ? yield* missing("install connection", id) : toRow(row)
          })
        ),
      update: (id, change) =>
        write(
          "update connection",
          Effect.gen(function* () {
            const set = toColumns(change)
            if (Object.keys(set).length === 0) return
            const updated = yield* sql`UPDATE connection SET ${sql.update(set)} WHERE id = ${id} RETURNING id`
            if (updated.length === 0) return yield* missing("update connection", id)
            if (["mode", "paused", "canary"].some((field) => field in change)) yield* signal("control")
          })
        )
    }
  })
)

interface Stored {
  readonly id: ConnectionId
  readonly connector: string
  readonly installed_at: number
  readonly mode: Mode
  readonly paused: number
  readonly canary: string
  readonly approved_at: number | null
  readonly approved_by: string | null
  readonly health: ConnectionRow["health"]
  readonly detail: string | null
  readonly health_at: number
  readonly policy: string | null
  readonly per: "message" | "conversation" | null
  readonly account: string | null
  readonly replaces: ConnectionId | null
}

const toRow = (row: Stored): ConnectionRow => ({
  id: row.id,
  connector: row.connector,
  installedAt: row.installed_at,
  mode: row.mode,
  paused: row.paused === 1,
  canary: JSON.parse(row.canary),
  ...(row.approved_at === null ? {} : { approvedAt: row.approved_at }),
  ...(row.approved_by === null ? {} : { approvedBy: row.approved_by }),
  health: row.health,
  ...(row.detail === null ? {} : { detail: row.detail }),
  healthAt: row.health_at,
  ...(row.policy === null ? {} : { policy: row.policy }),
  ...(row.per === null ? {} : { per: row.per }),
  ...(row.account === null ? {} : { account: row.account }),
  ...(row.replaces === null ? {} : { replaces: row.replaces })
})

const toColumns = (change: Change): Record<string, string | number | null> => {
  const all: Record<keyof Change, readonly [column: string, value: string | number | null]> = {
    mode: ["mode", change.mode ?? "observe"],
    paused: ["paused", change.paused === true ? 1 : 0],
    canary: ["canary", JSON.stringify(change.canary ?? [])],
    approvedAt: ["approved_at", change.approvedAt ?? null],
    approvedBy: ["approved_by", change.approvedBy ?? null],
    health: ["health", change.health ?? "starting"],
    detail: ["detail", change.detail ?? null],
    healthAt: ["health_at", change.healthAt ?? 0],
    policy: ["policy", change.policy ?? null],
    per: ["per", change.per ?? null],
    account: ["account", change.account ?? null],
    replaces: ["replaces", change.replaces ?? null]
  }
  const given = Object.keys(change) as ReadonlyArray<keyof Change>
  return Object.fromEntries(given.flatMap((field) => (field in all ? [all[field]] : [])))
}

const missing = (operation: string, id: ConnectionId): Effect.Effect<never, StoreError> =>
  Effect.fail(
    new StoreError({ operation, reason: "broken", detail: `connection "${id}" is not installed; install it first` })
  )
