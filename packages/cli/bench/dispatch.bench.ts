/**
 * Writing: entries that wait for HubSpot, from the approval to the last receipt, against its stand-in without quota, in the
 * batches that HubSpot takes. Baseline: the same calls to a stand-in of its own, without a daemon. Arguments: entries.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Connector, Limits } from "@interchannel/connector"
import { HubSpot } from "@interchannel/connector-hubspot"
import { startHubSpot } from "@interchannel/connector-hubspot/emulator"
import { Key, Ref } from "@interchannel/domain"
import { Control, Daemon, defineConfig } from "@interchannel/runtime"
import { Database, Ledger, MasterKey, Projections, Store } from "@interchannel/store"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"

const ENTRIES = Number(process.argv[2] ?? 20_000)
const RECORDS = 200
const BATCH = 100
/** Of the association from a note to a contact, in HubSpot's documentation. */
const NOTE_TO_CONTACT = 202
const unlimited = Limits.make({ concurrency: 32, buckets: {}, operations: {}, otherwise: [] })
const folder = mkdtempSync(join(tmpdir(), "interchannel-bench-"))

class Nothing extends Context.Tag("bench/Nothing")<Nothing, object>() {}
const chat = Connector.make("chat", {
  title: "Chat",
  credentials: Schema.Struct({}),
  settings: Schema.Struct({}),
  api: () => Layer.succeed(Nothing, {}),
  limits: unlimited,
  check: Effect.succeed([])
})

const until = (done: Effect.Effect<boolean, unknown>) =>
  Effect.gen(function* () {
    while (!(yield* done)) yield* Effect.sleep("20 millis")
  }).pipe(Effect.timeout("10 minutes"))

/** Entries on the contacts that the daemon has read, as the Planner would have left them. */
const fill = (contacts: ReadonlyArray<string>, now: number) =>
  Effect.gen(function* () {
    const { write } = yield* Database.Database
    const ledger = yield* Ledger.Ledger
    const projections = yield* Projections.Projections
    const nothing = { parts: [], aliases: [], rekeyed: [], contacts: [], organizations: [], at: now }
    for (let from = 0; from < ENTRIES; from += 1_000) {
      const rows = Array.from({ length: Math.min(1_000, ENTRIES - from) }, (_, at): Ledger.InteractionRow => {
        const ref = Ref.local("message", `${from + at}`)
        return {
          interaction: {
            kind: "chat",
            key: Key.interaction("chat", ref),
            connection: "chat",
            ref,
            direction: "inbound",
            startedAt: now + from + at,
            participants: [{ name: "Ana Example", role: "customer" }],
            text: `Message ${from + at}: the parcel that you promised for today has not come.`,
            details: {},
            version: { at: 1, rank: 0 }
          },
          hash: `h${from + at}`,
          contacts: [],
          deleted: false,
          firstSeenAt: now
        }
      })
      const desired = rows.map(
        ({ interaction, hash }, at): Projections.Desired => ({
          key: Key.derive("w", "crm", "AppendTimeline", interaction.key),
          destination: "crm",
          verb: "AppendTimeline",
          subject: interaction.key,
          desired: hash,
          records: [Key.contact("crm", Ref.local("contact", contacts[(from + at) % contacts.length]!))],
          state: "due",
          dueAt: 0,
          lane: 1,
          at: interaction.startedAt
        })
      )
      yield* write(Effect.zipRight(ledger.save({ ...nothing, interactions: rows }), projections.desire(desired)))
    }
  })

const daemonMs = Effect.gen(function* () {
  const hubspot = yield* startHubSpot()
  const portal = hubspot.portals[0]!
  const contacts = Array.from(
    { length: RECORDS },
    (_, index) => hubspot.world.create(portal, "contacts", { email: `ana.${index}@example.com` }).id
  )
  const configuration = defineConfig({
    connections: {
      chat: { connector: chat, credentials: {} },
      crm: {
        connector: { ...HubSpot, limits: () => unlimited },
        credentials: { accessToken: portal.accessToken },
        settings: { portalId: portal.portalId, apiUrl: hubspot.url },
        destination: { writesPerHourMax: Number.POSITIVE_INFINITY }
      }
    }
  })
  const daemon = Daemon.embedded(configuration)
  const store = Store.layerSqlite({ file: join(folder, "store.db"), masterKey: MasterKey.generate() })
  return yield* Effect.gen(function* () {
    const control = yield* Control
    yield* until(Effect.map(control.status, (status) => status.contacts >= RECORDS))
    yield* fill(contacts, Date.now())
    const begun = performance.now()
    const cpu = process.cpuUsage()
    yield* control.approve("crm", { all: true, by: "bench" })
    yield* until(Effect.sync(() => Object.keys(portal.records.notes).length >= ENTRIES))
    const { user, system } = process.cpuUsage(cpu)
    return { ms: performance.now() - begun, cpuMs: (user + system) / 1_000 }
  }).pipe(Effect.provide(Layer.provideMerge(daemon, store)))
})

/** The same calls, one batch after the other. */
const callsMs = Effect.gen(function* () {
  const hubspot = yield* startHubSpot()
  const portal = hubspot.portals[0]!
  const to = hubspot.world.create(portal, "contacts", { email: "ana@example.com" }).id
  const post = (path: string, body: unknown) =>
    Effect.promise(async () => {
      const response = await fetch(`${hubspot.url}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${portal.accessToken}`, "content-type": "application/json" },
        body: JSON.stringify(body)
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 300)}`)
      return JSON.parse(text) as { readonly results: ReadonlyArray<{ readonly id: string }> }
    })
  const begun = performance.now()
  for (let from = 0; from < ENTRIES; from += BATCH) {
    const inputs = Array.from({ length: BATCH }, (_, at) => ({
      properties: { hs_timestamp: new Date(from + at).toISOString(), hs_note_body: "The parcel has not come." }
    }))
    const { results } = yield* post("/crm/objects/2026-09/notes/batch/create", { inputs })
    yield* post("/crm/associations/2026-09/notes/contacts/batch/create", {
      inputs: results.map(({ id }) => ({
        from: { id },
        to: { id: to },
        types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: NOTE_TO_CONTACT }]
      }))
    })
  }
  return performance.now() - begun
})

const quietly = <A, E>(effect: Effect.Effect<A, E, never>) =>
  Effect.runPromise(Effect.provide(effect, Logger.remove(Logger.defaultLogger)))
const rate = (ms: number) => Math.round((ENTRIES / ms) * 1_000)

const { ms, cpuMs } = await quietly(Effect.scoped(daemonMs))
const base = await quietly(Effect.scoped(callsMs))
rmSync(folder, { recursive: true })
console.log(
  JSON.stringify({
    name: "dispatch",
    value: rate(ms),
    unit: "writes/s",
    baseline: rate(base),
    ratio: Number((base / ms).toFixed(2)),
    per_cpu_second: rate(cpuMs),
    rss_mb: Math.round(process.memoryUsage().rss / 1_048_576)
  })
)
