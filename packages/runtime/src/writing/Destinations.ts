/** The destinations of an installation as the Planner and the Dispatcher need them, and their sweep after a changed policy. */
import { type ConnectionId, Key, type Own } from "@interchannel/domain"
import {
  Connections,
  Database,
  Dirty,
  type Leases,
  Ledger,
  Persons,
  Projections,
  type StoreError,
  Pages
} from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Desire from "../entries/Desire.ts"
import { type Installation } from "../configuration/Installation.ts"
import * as Lineage from "../connections/Lineage.ts"
import type { DestinationPolicy } from "../configuration/DestinationPolicy.ts"
import * as Since from "../configuration/Since.ts"

/** Interactions marked in one write of a sweep. */
const SWEEP_MAX = 500
/** After everything that is fresh. */
const SWEEP_LANE = 3

export const of = (
  installation: Installation,
  rows: ReadonlyArray<Connections.ConnectionRow>
): ReadonlyArray<Desire.Destination> => {
  const { earlierOf, replaced } = Lineage.of(installation, rows)
  return [...installation.connections.values()].flatMap((installed) => {
    const row = rows.find(({ id }) => id === installed.id)
    if (installed.destination === undefined || row === undefined) return []
    const policy = withEarlier(inForce(installed.destination, row), earlierOf)
    return [{ installed, policy, installedAt: row.installedAt, earlier: earlierOf(installed.id), replaced }]
  })
}

/** What is wanted of a source is wanted of those whose place it took, too: it is one history. */
const withEarlier = (policy: DestinationPolicy, earlierOf: Lineage.Lineage["earlierOf"]): DestinationPolicy =>
  policy.from === "all" ? policy : { ...policy, from: policy.from.flatMap((id) => [id, ...earlierOf(id)]) }

/** Where entries were approved, they stay of messages or of conversations until the switch is approved as well. */
const inForce = (policy: DestinationPolicy, { mode, per }: Connections.ConnectionRow): DestinationPolicy =>
  mode === "observe" || per === undefined ? policy : { ...policy, entries: { ...policy.entries, per } }

/** `Chat (support-eu)`: how a Connection is called in entries, cards and reports. */
export const titleOf =
  (installation: Installation) =>
  (connection: string): string => {
    const installed = installation.connections.get(connection)
    return installed === undefined ? connection : `${installed.connector.title} (${connection})`
  }

/**
 * Computes desired state again where the policy, or who our own people are, has changed since. What is no destination at
 * present is forgotten to have been one, so that it catches up when it becomes one again.
 */
export const sweep = (
  destinations: ReadonlyArray<Desire.Destination>,
  own: Own.Own,
  lease: Leases.Lease
): Effect.Effect<void, StoreError, Services> =>
  Effect.gen(function* () {
    const connections = yield* Connections.Connections
    const database = yield* Database.Database
    for (const row of yield* connections.all) {
      const destination = destinations.find(({ installed }) => installed.id === row.id)
      const policy = destination && Key.contentHash({ policy: destination.policy, own })
      if (row.policy === policy) continue
      if (destination !== undefined) {
        yield* markAll(destination, lease)
        yield* markPlanned(destination, lease)
        if (destination.policy.fields.length > 0) yield* markRecords(destination.installed.id, lease)
      }
      yield* database.write(connections.update(row.id, { policy }), { lease })
    }
  })

/** Everybody with a record there: what stands in its fields is judged anew. */
export const markRecords = (
  destination: ConnectionId,
  lease: Leases.Lease | undefined
): Effect.Effect<void, StoreError, Services> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const persons = yield* Persons.Persons
    yield* inPages(lease, "record", (after) =>
      Effect.gen(function* () {
        const keys = yield* ledger.contactKeys({ after, limit: SWEEP_MAX, connection: destination })
        const homes = yield* persons.members(keys)
        return keys.map((key) => ({ at: key, subject: homes.get(key)?.person }))
      })
    )
  })

// ---------------------------------------------------------------------------------------------------------------------

export type Services =
  | Connections.Connections
  | Database.Database
  | Dirty.Dirty
  | Ledger.Ledger
  | Persons.Persons
  | Projections.Projections

const markAll = ({ policy, installedAt }: Desire.Destination, lease: Leases.Lease) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const since = Since.instant(policy.since, installedAt)
    yield* inPages(lease, "interaction", (after) =>
      Effect.map(ledger.interactionKeys({ after, limit: SWEEP_MAX, since }), (keys) =>
        keys.map((key) => ({ at: key, subject: key }))
      )
    )
  })

/** What was planned by the earlier policy and may be wanted no more. */
const markPlanned = ({ installed }: Desire.Destination, lease: Leases.Lease) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    for (const state of ["due", "waiting"] as const) {
      yield* inPages(lease, "interaction", (after) =>
        Effect.map(projections.list({ destination: installed.id, state, after, limit: SWEEP_MAX }), (rows) =>
          rows.map(({ key, verb, subject }) => ({ at: key, subject: verb === "AppendTimeline" ? subject : undefined }))
        )
      )
    }
  })

interface Found {
  /** Where the next page goes on. */
  readonly at: string
  readonly subject: string | undefined
}

const inPages = <R>(
  lease: Leases.Lease | undefined,
  kind: Dirty.Mark["kind"],
  page: (after: string) => Effect.Effect<ReadonlyArray<Found>, StoreError, R>
) =>
  Effect.gen(function* () {
    const dirty = yield* Dirty.Dirty
    const database = yield* Database.Database
    yield* Pages.forEach({ limit: SWEEP_MAX, page, keyOf: ({ at }) => at }, (found) =>
      Effect.gen(function* () {
        const dueAt = yield* Clock.currentTimeMillis
        const marks = found.flatMap(({ subject }) =>
          subject === undefined ? [] : [{ kind, key: subject, dueAt, lane: SWEEP_LANE } as const]
        )
        yield* database.write(dirty.mark(marks), lease === undefined ? {} : { lease })
      })
    )
  })
