/**
 * A thousand entries for each of the real connectors, over HTTP, by the real daemon, while three calls in ten go wrong: every
 * entry stands once, on its record.
 */
import { HubSpot } from "@interchannel/connector-hubspot"
import { startHubSpot } from "@interchannel/connector-hubspot/emulator"
import { Slack } from "@interchannel/connector-slack"
import { startSlack } from "@interchannel/connector-slack/emulator"
import type { EmulatorClock } from "@interchannel/connector/testing"
import { Key, type LocalRef, Ref } from "@interchannel/domain"
import { Database, Ledger, Projections } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { describe, expect, it } from "vitest"
import * as FaultyDaemon from "./FaultyDaemon.ts"

const WRITES = 1_000
const RECORDS = 20
/** Records that a first approval may write to. */
const CANARY = 5
/** An entry falls due this often, so that they go out in many small batches. */
const DUE_EVERY_MS = 1_000
const WITHIN_MS = 300_000

/** A vendor with records in it that entries can stand on. */
interface Vendor extends FaultyDaemon.Vendor {
  readonly records: ReadonlyArray<{ readonly ref: LocalRef; readonly shownAs: string }>
  /** Every entry of ours that stands there, and what it stands on. */
  readonly standing: () => ReadonlyArray<Standing>
}
interface Standing {
  readonly key: string
  readonly on: string
}

const names = Array.from({ length: RECORDS }, (_, index) => `Ana Example ${index}`)
const destination = { from: ["desk"], writesPerHourMax: Number.POSITIVE_INFINITY, canaryRecords: CANARY }

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
      const { vendor, line, filled: entries, canary, tally, aside } = await FaultyDaemon.perform(name, open, fill)
      const begun = threads
        ? vendor.records.map(({ ref, shownAs }) => ({
            key: Key.derive("t", ref.kind, ref.id),
            on: `thread ${shownAs}`
          }))
        : []
      expect(sorted(vendor.standing())).toEqual(sorted([...entries, ...begun]))
      expect(tally).toEqual([
        { destination: "there", verb: "AppendTimeline", state: "settled", count: WRITES, standing: WRITES }
      ])
      expect(aside).toEqual([])
      expect(canary).toEqual({ records: CANARY, writes: (WRITES / RECORDS) * CANARY })
      FaultyDaemon.expectFaults(line)
    },
    WITHIN_MS
  )
})

// ---------------------------------------------------------------------------------------------------------------------

const sorted = (standing: ReadonlyArray<Standing>) =>
  standing.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))

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
          startedAt: FaultyDaemon.START + index,
          participants: [{ name: names[index % RECORDS]!, role: "customer" }],
          text: `Message ${index}: the parcel that you promised for today has not come.`,
          details: {},
          version: { at: 1, rank: 0 }
        },
        hash: `h${index}`,
        contacts: [],
        deleted: false,
        firstSeenAt: FaultyDaemon.START
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
        dueAt: FaultyDaemon.START + index * DUE_EVERY_MS,
        lane: 1,
        at: FaultyDaemon.START + index
      })
    )
    const nothing = { parts: [], aliases: [], rekeyed: [], organizations: [], at: FaultyDaemon.START }
    yield* write(Effect.zipRight(ledger.save({ ...nothing, contacts, interactions }), projections.desire(desired)))
    return rows.map(({ key, record }): Standing => ({ key, on: record.shownAs }))
  })
