/** The destinations of an installation as the Planner and the Dispatcher need them, and their sweep after a changed policy. */
import { Key, type Own } from "@interchannel/domain"
import { Connections, Database, Dirty, type Leases, Ledger, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Desire from "./Desire.ts"
import { type Installation, sinceInstant } from "./Installation.ts"

/** Interactions marked in one write of a sweep. */
const SWEEP_MAX = 500
/** After everything that is fresh. */
const SWEEP_LANE = 3

export const of = (
  installation: Installation,
  rows: ReadonlyArray<Connections.ConnectionRow>
): ReadonlyArray<Desire.Destination> =>
  [...installation.connections.values()].flatMap((installed) => {
    const row = rows.find(({ id }) => id === installed.id)
    return installed.destination === undefined || row === undefined
      ? []
      : [{ installed, policy: installed.destination, installedAt: row.installedAt }]
  })

/** `Chat (support-eu)`: how a Connection is called in entries, cards and reports. */
export const titleOf =
  (installation: Installation) =>
  (connection: string): string => {
    const installed = installation.connections.get(connection)
    return installed === undefined ? connection : `${installed.connector.title} (${connection})`
  }

/** Computes desired state again where the policy, or who our own people are, has changed since. */
export const sweep = (
  destinations: ReadonlyArray<Desire.Destination>,
  own: Own.Own,
  lease: Leases.Lease
): Effect.Effect<void, StoreError, Connections.Connections | Database.Database | Dirty.Dirty | Ledger.Ledger> =>
  Effect.gen(function* () {
    const connections = yield* Connections.Connections
    const rows = yield* connections.all
    for (const destination of destinations) {
      const policy = Key.contentHash({ policy: destination.policy, own })
      const row = rows.find(({ id }) => id === destination.installed.id)
      if (row === undefined || row.policy === policy) continue
      yield* markAll(destination, lease)
      yield* connections.update(row.id, { policy })
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

const markAll = (destination: Desire.Destination, lease: Leases.Lease) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const dirty = yield* Dirty.Dirty
    const database = yield* Database.Database
    const since = sinceInstant(destination.policy.since, destination.installedAt)
    let after = ""
    for (;;) {
      const keys = yield* ledger.interactionKeys({ after, limit: SWEEP_MAX, since })
      const last = keys.at(-1)
      if (last === undefined) return
      const dueAt = yield* Clock.currentTimeMillis
      const marks = keys.map((key) => ({ kind: "interaction", key, dueAt, lane: SWEEP_LANE }) as const)
      yield* database.write(Effect.zipRight(dirty.mark(marks), database.signal("dirty")), { lease })
      if (keys.length < SWEEP_MAX) return
      after = last
    }
  })
