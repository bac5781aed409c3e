/** Answers from the store alone: status and plan. Works beside a running daemon and without one. */
import { QuotaLedger } from "@interchannel/connector"
import {
  Checkpoints,
  Connections,
  Dirty,
  Echoes,
  Inbox,
  Leases,
  Ledger,
  Persons,
  Projections,
  Quarantine,
  Quotas,
  Reviews,
  type StoreError
} from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Attendance from "./Attendance.ts"
import { ControlError } from "../control/Control.ts"
import type * as Desire from "../entries/Desire.ts"
import * as Destinations from "../writing/Destinations.ts"
import * as EntryPolicy from "../entries/EntryPolicy.ts"
import type * as FieldPlan from "../fields/FieldPlan.ts"
import * as FieldPreview from "../fields/FieldPreview.ts"
import type { Installation, Installed } from "../configuration/Installation.ts"
import * as Pace from "../connections/Pace.ts"
import * as Reading from "../feeds/Reading.ts"
import * as PlannedChanges from "../writing/PlannedChanges.ts"
import * as Rehearsal from "../ledger/Rehearsal.ts"
import type * as Report from "./Report.ts"
import type { DestinationPolicy } from "../configuration/DestinationPolicy.ts"

export type Services =
  | PlannedChanges.Services
  | Checkpoints.Checkpoints
  | Connections.Connections
  | Dirty.Dirty
  | Echoes.Echoes
  | FieldPlan.Services
  | Inbox.Inbox
  | Leases.Leases
  | Ledger.Ledger
  | Persons.Persons
  | Projections.Projections
  | Quarantine.Quarantine
  | Quotas.Quotas
  | Reviews.Reviews

const HOUR_MS = 3_600_000
const SAMPLES_MAX = 5
/** Planned writes of one look. */
export const CHANGES_MAX = 100

export const status = (installation: Installation): Effect.Effect<Report.Status, StoreError, Services> =>
  Effect.gen(function* () {
    const at = yield* Clock.currentTimeMillis
    const ledger = yield* Ledger.Ledger
    const dirty = yield* Dirty.Dirty
    const rows = yield* (yield* Connections.Connections).all
    const inbox = yield* (yield* Inbox.Inbox).counts
    const places = yield* (yield* Checkpoints.Checkpoints).all
    const tallies = yield* recordTallies
    const spent = yield* (yield* Quotas.Quotas).all
    const counts = yield* ledger.counts
    const attendance = { leases: yield* (yield* Leases.Leases).holders, now: at }
    const connections = yield* Effect.forEach(
      rows.filter(({ health }) => health !== "removed"),
      (row) =>
        Effect.gen(function* () {
          const installed = installation.connections.get(row.id)
          const mine = inbox.find(({ connection }) => connection === row.id)
          const writesLastHour = yield* (yield* Projections.Projections).writesSince(row.id, at - HOUR_MS)
          const destination = destinationStatus(row, installed, { tallies, spent, writesLastHour, at })
          return {
            id: row.id,
            connector: row.connector,
            title: installed?.connector.title ?? row.connector,
            health: Attendance.healthOf(row, attendance),
            ...(row.detail === undefined || row.detail === "" ? {} : { detail: row.detail }),
            feeds: installed === undefined ? [] : Reading.status(installed, row.installedAt, places, at),
            accepted: mine === undefined ? 0 : mine.pending + mine.done + mine.quarantined,
            pending: mine?.pending ?? 0,
            ...(mine === undefined ? {} : { lastAcceptedAt: mine.lastReceivedAt }),
            ...(destination === undefined ? {} : { destination })
          } satisfies Report.ConnectionStatus
        })
    )
    return {
      at,
      connections,
      interactions: counts.interactions,
      contacts: counts.contacts,
      persons: yield* (yield* Persons.Persons).count,
      toResolve: yield* dirty.toResolve.count,
      unresolved: yield* dirty.toResolve.unresolved,
      toPlan: yield* dirty.count,
      quarantine: yield* (yield* Quarantine.Quarantine).tally,
      reviews: yield* (yield* Reviews.Reviews).tally,
      echoes: yield* (yield* Echoes.Echoes).all
    }
  })

export const plan = (
  installation: Installation,
  only?: string
): Effect.Effect<ReadonlyArray<Report.DestinationPlan>, StoreError, Services> =>
  Effect.gen(function* () {
    const rows = yield* (yield* Connections.Connections).all
    const tallies = yield* recordTallies
    const spent = yield* (yield* Quotas.Quotas).all
    const destinations = Destinations.of(installation, rows).filter(
      ({ installed }) => only === undefined || installed.id === only
    )
    return yield* Effect.forEach(destinations, (destination) =>
      Effect.gen(function* () {
        const { installed, policy } = destination
        const row = rows.find(({ id }) => id === installed.id)!
        const projections = yield* Projections.Projections
        const mine = tallies.filter(({ destination }) => destination === installed.id)
        const due = yield* projections.dueByVerb(installed.id)
        const now = yield* Clock.currentTimeMillis
        return {
          destination: installed.id,
          title: installed.connector.title,
          mode: row.mode,
          paused: row.paused,
          writes: due,
          records: yield* projections.recordCountDue(installed.id),
          waiting: count(mine, "waiting"),
          dropped: count(mine, "dropped"),
          estimatedMs: Pace.lastsMs(installed, policy, due.map(dueOf), spentOf(spent, installed, now), now),
          ...(yield* rewriteOf(row, installed)),
          samples: yield* samplesOf(destination, installation),
          fields: yield* FieldPreview.of(destination),
          cautions: installed.connector.cautions
        } satisfies Report.DestinationPlan
      })
    )
  })

/** What is to be written to a destination, one by one, `CHANGES_MAX` at a time. */
export const changes = (
  installation: Installation,
  only: string,
  after: string
): Effect.Effect<ReadonlyArray<Report.PlannedChange>, StoreError, Services> =>
  Effect.gen(function* () {
    const rows = yield* (yield* Connections.Connections).all
    const destination = Destinations.of(installation, rows).find(({ installed }) => installed.id === only)
    return destination === undefined ? [] : yield* changesOf(destination, installation, after, CHANGES_MAX)
  })

/** What reading a connection again by today's code would change; fails when there is no such connection. */
export const rehearse = (
  installation: Installation,
  connection: string,
  state: "done" | "quarantined"
): Effect.Effect<Report.Rehearsal, ControlError | StoreError, Rehearsal.Services | Connections.Connections> =>
  Effect.gen(function* () {
    if (!installation.connections.has(connection)) {
      const remedy = `choose of ${[...installation.connections.keys()].join(", ")}`
      return yield* Effect.fail(new ControlError({ what: `there is no connection ${connection}`, remedy }))
    }
    const destinations = Destinations.of(installation, yield* (yield* Connections.Connections).all)
    return yield* Rehearsal.rehearse(installation, connection, { state, destinations })
  })

// ---------------------------------------------------------------------------------------------------------------------

/** What is to stand, or stands, in records; messages are none of it. */
const recordTallies = Effect.flatMap(Projections.Projections, ({ tally }) =>
  Effect.map(tally, (all) => all.filter(({ verb }) => verb !== "SendMessage"))
)

const count = (tallies: ReadonlyArray<Projections.Tally>, state: Projections.Projection["state"]): number =>
  tallies.filter((tally) => tally.state === state).reduce((sum, tally) => sum + tally.count, 0)

/** What was taken out again is settled, and stands nowhere. */
const standing = (tallies: ReadonlyArray<Projections.Tally>): number =>
  tallies.filter(({ state }) => state === "settled").reduce((sum, tally) => sum + tally.standing, 0)

interface Counted {
  readonly tallies: ReadonlyArray<Projections.Tally>
  readonly spent: ReadonlyArray<Quotas.Saved>
  readonly writesLastHour: number
  readonly at: number
}

const destinationStatus = (
  row: Connections.ConnectionRow,
  installed: Installed | undefined,
  { tallies, spent, writesLastHour, at }: Counted
): Report.DestinationStatus | undefined => {
  if (installed?.destination === undefined) return undefined
  const mine = tallies.filter(({ destination }) => destination === row.id)
  return {
    mode: row.mode,
    paused: row.paused,
    delivered: standing(mine),
    created: standing(mine.filter(({ verb }) => verb === "UpsertContact")),
    due: count(mine, "due"),
    waiting: count(mine, "waiting"),
    dropped: count(mine, "dropped"),
    held: count(mine, "held"),
    quarantined: count(mine, "quarantined"),
    writesLastHour,
    writesPerHourMax: installed.destination.writesPerHourMax,
    ...doneAt(installed, installed.destination, mine, spentOf(spent, installed, at), at)
  }
}

/** Absent when everything stands there as the configuration asks for. */
const rewriteOf = (row: Connections.ConnectionRow, { id, destination }: Installed) =>
  Effect.gen(function* () {
    if (destination === undefined || row.mode === "observe") return {}
    const projections = yield* Projections.Projections
    const { entries: policy } = destination
    const switches = row.per !== undefined && row.per !== policy.per
    const { remove, create } = switches ? yield* projections.countOfSwitch(id, policy.per) : { remove: 0, create: 0 }
    const entries = yield* projections.countInOtherForm(id, EntryPolicy.formOf(policy))
    return entries + remove + create === 0 ? {} : { rewrite: { entries, remove, create } }
  })

/** The tally does not tell removals, which need a call each; they are few. */
const doneAt = (
  installed: Installed,
  policy: DestinationPolicy,
  tallies: ReadonlyArray<Projections.Tally>,
  spent: QuotaLedger.State,
  at: number
): { readonly doneAt?: number } => {
  const due = tallies.filter(({ state }) => state === "due")
  if (due.length === 0) return {}
  const writes = due.map(({ verb, count: many }): Pace.Due => ({ verb, writes: many, removals: 0 }))
  return { doneAt: Math.round(at + Pace.lastsMs(installed, policy, writes, spent, at)) }
}

const dueOf = ({ verb, create, update, remove }: Projections.DueByVerb): Pace.Due => ({
  verb,
  writes: create + update,
  removals: remove
})

/** What the Connection has used of its quota, as it was written down last. */
export const spentOf = (saved: ReadonlyArray<Quotas.Saved>, installed: Installed, now: number): QuotaLedger.State => {
  const mine = saved.find(({ connection }) => connection === installed.id)
  return mine === undefined ? QuotaLedger.empty : QuotaLedger.restore(installed.limits, mine.state, now)
}

/** Entries, as a timeline shows them: what a person looks for. */
const samplesOf = (destination: Desire.Destination, installation: Installation) =>
  Effect.map(changesOf(destination, installation, "", SAMPLES_MAX), (changes) =>
    changes.filter(({ verb }) => verb === "AppendTimeline").sort((a, b) => a.at - b.at)
  )

const changesOf = (destination: Desire.Destination, installation: Installation, after: string, limit: number) =>
  PlannedChanges.list(destination, {
    own: installation.own,
    titleOf: Destinations.titleOf(installation),
    after,
    limit
  })
