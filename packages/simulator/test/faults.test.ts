/**
 * A thousand entries for each of the real connectors, over HTTP, by the real daemon, while three calls in ten go wrong: every
 * entry stands once, on its record. Waits pass in virtual time.
 */
import { Connector, Limits } from "@interchannel/connector"
import { HubSpot } from "@interchannel/connector-hubspot"
import { startHubSpot } from "@interchannel/connector-hubspot/emulator"
import { Slack } from "@interchannel/connector-slack"
import { startSlack } from "@interchannel/connector-slack/emulator"
import type { Emulator, EmulatorClock } from "@interchannel/connector/testing"
import { Key, type LocalRef, Ref } from "@interchannel/domain"
import { Control, Daemon, defineConfig, Installation, Quota } from "@interchannel/runtime"
import { Connections, Database, Ledger, Projections, Quarantine, Store } from "@interchannel/store"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { describe, expect, it } from "vitest"
import * as Dice from "../src/Dice.ts"
import * as Time from "../src/Time.ts"
import * as FaultyLine from "./FaultyLine.ts"

const SEED = 1
const WRITES = 1_000
const RECORDS = 20
const FAULTY_SHARE = 0.3
/** An entry falls due this often, so that they go out in many small batches. */
const DUE_EVERY_MS = 1_000
const START = Date.UTC(2026, 2, 2, 9)
const VIRTUAL_MAX_MS = 12 * 3_600_000
const WITHIN_MS = 300_000

/** A vendor with records in it that entries can stand on. */
interface Vendor {
  readonly emulator: Emulator.Emulator
  readonly connection: (line: FaultyLine.FaultyLine) => Parameters<typeof defineConfig>[0]["connections"][string]
  readonly records: ReadonlyArray<{ readonly ref: LocalRef; readonly shownAs: string }>
  /** Every entry of ours that stands there, and what it stands on. */
  readonly standing: () => ReadonlyArray<Standing>
}
interface Standing {
  readonly key: string
  readonly on: string
}

const names = Array.from({ length: RECORDS }, (_, index) => `Ana Example ${index}`)
const destination = { from: ["desk"], writesPerHourMax: Number.POSITIVE_INFINITY }

const hubspot = (clock: EmulatorClock.EmulatorClock): Effect.Effect<Vendor, never, Scope.Scope> =>
  Effect.map(startHubSpot({ clock }), (emulator) => {
    const portal = emulator.portals[0]!
    return {
      emulator,
      connection: (line) => ({
        connector: { ...line.over(HubSpot), feeds: [] },
        credentials: { accessToken: portal.accessToken },
        settings: { portalId: portal.portalId, apiUrl: emulator.url },
        destination
      }),
      records: names.map((_, index) => {
        const email = `ana.${index}@example.com`
        const { id } = emulator.world.create(portal, "contacts", { email })
        return { ref: Ref.local("contact", id), shownAs: `contact ${email}` }
      }),
      standing: () => emulator.canonical().map(({ key, on }) => ({ key, on: on.join() }))
    }
  })

const slack = (clock: EmulatorClock.EmulatorClock): Effect.Effect<Vendor, never, Scope.Scope> =>
  Effect.map(startSlack({ clock }), (emulator) => {
    const install = emulator.installs[0]!
    const users = names.map((name) => emulator.world.addUser({ team: install.team, name }))
    const timelineChannel = emulator.world.addChannel({ team: install.team, name: "timelines", members: users })
    return {
      emulator,
      connection: (line) => ({
        connector: { ...line.over(Slack), feeds: [], listeners: [] },
        credentials: { botToken: install.botToken, signingSecret: install.signingSecret },
        settings: { apiUrl: emulator.apiUrl, timelineChannel },
        destination
      }),
      records: users.map((id, index) => ({ ref: Ref.local("user", id), shownAs: `*History of* <@${names[index]}>` })),
      // A message below no other begins the thread of a record.
      standing: () => emulator.canonical().map(({ key, below, text }) => ({ key, on: below ?? `thread ${text}` }))
    }
  })

describe("of 1,000 writes while three calls in ten go wrong, none is lost and none is doubled", () => {
  it.each([
    { name: "HubSpot", open: hubspot, threads: false },
    { name: "Slack", open: slack, threads: true }
  ])(
    "in $name",
    async ({ name, open, threads }) => {
      const { vendor, line, entries, tally, aside } = await perform(name, open)
      const begun = threads
        ? vendor.records.map(({ ref, shownAs }) => ({
            key: Key.derive("t", ref.kind, ref.id),
            on: `thread ${shownAs}`
          }))
        : []
      expect(sorted(vendor.standing())).toEqual(sorted([...entries, ...begun]))
      expect(tally).toEqual([{ destination: "there", verb: "AppendTimeline", state: "settled", count: WRITES }])
      expect(aside).toEqual([])
      expect([...line.met.keys()].sort()).toEqual([...FaultyLine.kinds].sort())
      const faults = [...line.met.values()].reduce((sum, count) => sum + count, 0)
      expect(faults / line.calls()).toBeGreaterThan(FAULTY_SHARE - 0.05)
      expect(faults / line.calls()).toBeLessThan(FAULTY_SHARE + 0.05)
    },
    WITHIN_MS
  )
})

// ---------------------------------------------------------------------------------------------------------------------

const sorted = (standing: ReadonlyArray<Standing>) =>
  standing.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))

class Nothing extends Context.Tag("test/Nothing")<Nothing, object>() {}
const desk = Connector.make("desk", {
  title: "Desk",
  credentials: Schema.Struct({}),
  settings: Schema.Struct({}),
  api: () => Layer.succeed(Nothing, {}),
  limits: Limits.make({ concurrency: 1, buckets: {}, operations: {}, otherwise: [] }),
  check: Effect.succeed([])
})

/** Opens the vendor, lets the daemon write everything, and tells what stands there and what the daemon thinks of it. */
const perform = (name: string, open: (clock: EmulatorClock.EmulatorClock) => ReturnType<typeof hubspot>) => {
  const time = Time.make(START)
  const clock = Time.clock(
    time,
    () => 0,
    (wake) => wake()
  )
  const performance = Effect.gen(function* () {
    const vendor = yield* open({ now: time.now, advance: (ms) => void time.after(ms, () => {}) })
    const line = FaultyLine.make(vendor.emulator, Dice.make(SEED, name), FAULTY_SHARE)
    yield* Effect.forkScoped(passing(time, line))
    const installation = Either.getOrThrow(
      Installation.load(
        defineConfig({ connections: { desk: { connector: desk, credentials: {} }, there: vendor.connection(line) } }),
        {}
      )
    )
    const daemon = Daemon.layer({
      installation,
      reload: Effect.succeed(Either.right(installation)),
      host: "test",
      pid: 1,
      run: "1",
      isAlive: () => false
    }).pipe(Layer.provide(Layer.succeed(Quota.Slots, Quota.open)))
    return yield* Effect.gen(function* () {
      const control = yield* Control
      const connections = yield* Connections.Connections
      const projections = yield* Projections.Projections
      const isUp = Effect.map(connections.all, (all) =>
        all.some((row) => row.id === "there" && row.health === "running" && row.policy !== undefined)
      )
      yield* until(isUp)
      yield* control.approve("there", { all: true, by: "Ana" })
      line.breaks()
      const entries = yield* fill(vendor)
      yield* until(Effect.map(projections.tally, (all) => all.every(({ state }) => state !== "due")))
      const aside = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: WRITES })
      return { vendor, line, entries, aside, tally: yield* projections.tally }
    }).pipe(Effect.provide(Layer.provideMerge(daemon, Store.layerTemporary)))
  })
  return Effect.runPromise(
    Effect.scoped(performance).pipe(
      Effect.withClock(clock),
      Effect.withTracerEnabled(false),
      Effect.provide(Logger.remove(Logger.defaultLogger))
    )
  )
}

/** Whenever no request is on its way, what comes next comes now. */
const passing = (time: Time.Time, line: FaultyLine.FaultyLine) => {
  const turn = Effect.async<void>((resume) => {
    const handle = setImmediate(() => {
      if (line.isQuiet()) time.step()
      resume(Effect.void)
    })
    return Effect.sync(() => clearImmediate(handle))
  })
  return Effect.forever(turn)
}

const until = <E, R>(isDone: Effect.Effect<boolean, E, R>) =>
  Effect.gen(function* () {
    while (!(yield* isDone)) yield* Effect.sleep("1 seconds")
  }).pipe(Effect.timeout(VIRTUAL_MAX_MS))

/** Entries on the vendor's records, as the Planner would have left them; answers how they should stand there. */
const fill = (vendor: Vendor) =>
  Effect.gen(function* () {
    const { write } = yield* Database.Database
    const ledger = yield* Ledger.Ledger
    const projections = yield* Projections.Projections
    const rows = Array.from({ length: WRITES }, (_, index) => {
      const record = vendor.records[index % RECORDS]!
      const ref = Ref.local("message", `${index}`)
      const subject = Key.interaction("desk", ref)
      const key = Key.derive("w", "there", "AppendTimeline", subject)
      return { index, record, ref, subject, key }
    })
    const contacts = vendor.records.map(
      ({ ref }, index): Ledger.ContactRow => ({
        contact: {
          key: Key.contact("there", ref),
          connection: "there",
          ref,
          kind: "record",
          name: { full: names[index]! },
          handles: [],
          version: { at: 1, rank: 0 }
        },
        hash: "h",
        deleted: false
      })
    )
    const interactions = rows.map(
      ({ index, ref, subject }): Ledger.InteractionRow => ({
        interaction: {
          kind: "chat",
          key: subject,
          connection: "desk",
          ref,
          direction: "inbound",
          startedAt: START + index,
          participants: [{ name: names[index % RECORDS]!, role: "customer" }],
          text: `Message ${index}: the parcel that you promised for today has not come.`,
          details: {},
          version: { at: 1, rank: 0 }
        },
        hash: `h${index}`,
        contacts: [],
        deleted: false,
        firstSeenAt: START
      })
    )
    const desired = rows.map(
      ({ index, record, subject, key }): Projections.Desired => ({
        key,
        destination: "there",
        verb: "AppendTimeline",
        subject,
        desired: `h${index}`,
        records: [Key.contact("there", record.ref)],
        state: "due",
        dueAt: START + index * DUE_EVERY_MS,
        lane: 1,
        at: START + index
      })
    )
    const nothing = { parts: [], aliases: [], rekeyed: [], organizations: [], at: START }
    yield* write(Effect.zipRight(ledger.save({ ...nothing, contacts, interactions }), projections.desire(desired)))
    return rows.map(({ key, record }): Standing => ({ key, on: record.shownAs }))
  })
