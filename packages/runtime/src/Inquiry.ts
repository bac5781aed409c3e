/** Answers from the store alone: status and plan. Works beside a running daemon and without one. */
import { FeedWalk, QuotaLedger } from "@interchannel/connector"
import {
  Checkpoints,
  Connections,
  Dirty,
  Inbox,
  Ledger,
  Persons,
  Projections,
  Quarantine,
  type StoreError
} from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Destinations from "./Destinations.ts"
import * as EntryPolicy from "./EntryPolicy.ts"
import type { Installation, Installed } from "./Installation.ts"
import { sinceInstant } from "./Installation.ts"
import * as Render from "./Render.ts"
import type * as Report from "./Report.ts"
import * as People from "./People.ts"

export type Services =
  | Checkpoints.Checkpoints
  | Connections.Connections
  | Dirty.Dirty
  | Inbox.Inbox
  | Ledger.Ledger
  | Persons.Persons
  | Projections.Projections
  | Quarantine.Quarantine

const HOUR_MS = 3_600_000
const SAMPLES_MAX = 5

export const status = (installation: Installation): Effect.Effect<Report.Status, StoreError, Services> =>
  Effect.gen(function* () {
    const at = yield* Clock.currentTimeMillis
    const ledger = yield* Ledger.Ledger
    const rows = yield* (yield* Connections.Connections).all
    const inbox = yield* (yield* Inbox.Inbox).counts
    const places = yield* (yield* Checkpoints.Checkpoints).all
    const tallies = yield* (yield* Projections.Projections).tally
    const counts = yield* ledger.counts
    const connections = yield* Effect.forEach(
      rows.filter(({ health }) => health !== "removed"),
      (row) =>
        Effect.gen(function* () {
          const installed = installation.connections.get(row.id)
          const mine = inbox.find(({ connection }) => connection === row.id)
          const writesLastHour = yield* (yield* Projections.Projections).writesSince(row.id, at - HOUR_MS)
          const destination = destinationStatus(row, installed, tallies, writesLastHour)
          return {
            id: row.id,
            connector: row.connector,
            title: installed?.connector.title ?? row.connector,
            health: row.health,
            ...(row.detail === undefined || row.detail === "" ? {} : { detail: row.detail }),
            feeds: installed === undefined ? [] : feedStatus(installed, row, places, at),
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
      toPlan: yield* (yield* Dirty.Dirty).count,
      quarantine: yield* (yield* Quarantine.Quarantine).tally
    }
  })

export const plan = (
  installation: Installation,
  only?: string
): Effect.Effect<ReadonlyArray<Report.DestinationPlan>, StoreError, Services> =>
  Effect.gen(function* () {
    const rows = yield* (yield* Connections.Connections).all
    const tallies = yield* (yield* Projections.Projections).tally
    const destinations = Destinations.of(installation, rows).filter(
      ({ installed }) => only === undefined || installed.id === only
    )
    return yield* Effect.forEach(destinations, ({ installed, policy }) =>
      Effect.gen(function* () {
        const row = rows.find(({ id }) => id === installed.id)!
        const projections = yield* Projections.Projections
        const mine = tallies.filter(({ destination }) => destination === installed.id)
        const due = yield* projections.dueByVerb(installed.id)
        const total = due.reduce((sum, { create, update, remove }) => sum + create + update + remove, 0)
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
          estimatedMs: Math.max(quotaMs(installed, due, now), (total / policy.writesPerHourMax) * HOUR_MS),
          ...(yield* rewriteOf(row, installed)),
          samples: yield* samplesOf(installed, installation),
          cautions: installed.connector.cautions
        } satisfies Report.DestinationPlan
      })
    )
  })

// ---------------------------------------------------------------------------------------------------------------------

const count = (tallies: ReadonlyArray<Projections.Tally>, state: Projections.Projection["state"]): number =>
  tallies.filter((tally) => tally.state === state).reduce((sum, tally) => sum + tally.count, 0)

const destinationStatus = (
  row: Connections.ConnectionRow,
  installed: Installed | undefined,
  tallies: ReadonlyArray<Projections.Tally>,
  writesLastHour: number
): Report.DestinationStatus | undefined => {
  if (installed?.destination === undefined) return undefined
  const mine = tallies.filter(({ destination }) => destination === row.id)
  return {
    mode: row.mode,
    paused: row.paused,
    delivered: count(mine, "settled"),
    due: count(mine, "due"),
    waiting: count(mine, "waiting"),
    dropped: count(mine, "dropped"),
    held: count(mine, "held"),
    quarantined: count(mine, "quarantined"),
    writesLastHour,
    writesPerHourMax: installed.destination.writesPerHourMax
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

const decodeCheckpoint = Schema.decodeUnknownEither(Schema.parseJson(FeedWalk.Checkpoint))

type Place = Checkpoints.FeedPlace & { readonly state: string; readonly savedAt: number }

const feedStatus = (
  installed: Installed,
  row: Connections.ConnectionRow,
  places: ReadonlyArray<Place>,
  now: number
): ReadonlyArray<Report.FeedStatus> =>
  installed.connector.feeds.map((feed) => {
    const mine = places.filter((place) => place.connection === row.id && place.feed === feed.name)
    const since = sinceInstant(installed.since, row.installedAt)
    const shares = mine.map(({ state, savedAt }) => {
      const checkpoint = decodeCheckpoint(state)
      // What happened since the last look is not history that is missing: it is read at the next one.
      const wantedUntil = Math.max(since, savedAt - feed.cadenceMs)
      return Either.isRight(checkpoint) ? FeedWalk.coverage(checkpoint.right, { now: wantedUntil, since }) : 0
    })
    const progress = shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length
    const lastReadAt = mine.length === 0 ? undefined : Math.max(...mine.map(({ savedAt }) => savedAt))
    return {
      feed: feed.name,
      partitions: mine.length,
      progress,
      ...(lastReadAt === undefined ? {} : { lastReadAt }),
      ...doneAt(progress, row.installedAt, now)
    }
  })

/** At the average pace since installation; nothing to say about the first percent. */
const doneAt = (progress: number, since: number, now: number): { readonly doneAt?: number } =>
  progress >= 0.999 || progress < 0.01 ? {} : { doneAt: Math.round(now + ((now - since) / progress) * (1 - progress)) }

/** How long the vendor's own limits make the writes last. */
const quotaMs = (installed: Installed, due: ReadonlyArray<Projections.DueByVerb>, now: number): number =>
  due.reduce((sum, { verb, create, update, remove }) => {
    const action = installed.connector.actions.find((candidate) => candidate.verb === verb)
    const calls = action === undefined ? 0 : Math.ceil((create + update) / action.batchMax) + remove
    const operation = action?.operation ?? verb
    return calls === 0
      ? sum
      : sum + QuotaLedger.eta(installed.limits, QuotaLedger.empty, { operation, count: calls }, now) - now
  }, 0)

const samplesOf = (installed: Installed, installation: Installation) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const projections = yield* Projections.Projections
    const first = yield* projections.list({ destination: installed.id, state: "due", after: "", limit: SAMPLES_MAX })
    const entries = first.filter(({ verb }) => verb === "AppendTimeline")
    const rows = yield* ledger.interactions(entries.map(({ subject }) => subject))
    const contacts = yield* ledger.contacts(entries.flatMap(({ records }) => records))
    const people = yield* People.load(
      [...rows.values()].map(({ interaction }) => interaction),
      installation.own
    )
    const reader = { own: installation.own, contactOf: people.contactOf, titleOf: Destinations.titleOf(installation) }
    return entries.flatMap((projection) => {
      const row = rows.get(projection.subject)
      const contact = contacts.get(projection.records[0] ?? "")?.contact
      if (row === undefined) return []
      const record = contact?.name?.full ?? contact?.handles[0]?.value ?? projection.records[0] ?? "no record"
      return [{ title: Render.titleOf(row.interaction, reader), at: row.interaction.startedAt, record }]
    })
  })
