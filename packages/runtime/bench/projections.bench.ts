/**
 * Many entries that wait to be written: how long `plan` takes over them, how fast the Dispatcher writes them where the vendor
 * costs nothing, and whether memory stays flat. Baseline of the writes: as many durable commits of the same rows, nothing
 * rendered. Arguments: number of entries (default 100,000). Prints one JSON object a measurement.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Action, Connector, Limits } from "@interchannel/connector"
import { Key, Own, Ref } from "@interchannel/domain"
import { Connections, Database, Leases, Ledger, MasterKey, Projections, Store } from "@interchannel/store"
import { Context, Effect, Either, Layer, Schema } from "effect"
import * as Destinations from "../src/writing/Destinations.ts"
import * as Dispatcher from "../src/writing/Dispatcher.ts"
import * as Inquiry from "../src/health/Inquiry.ts"
import * as Installation from "../src/configuration/Installation.ts"
import type { Running } from "../src/connections/Running.ts"

const ENTRIES = Number(process.argv[2] ?? 100_000)
const RECORDS = 1_000
const PAGE = 1_000
const BATCH = 100
const HOUR = 3_600_000
const folder = mkdtempSync(join(tmpdir(), "interchannel-bench-"))

const emit = (row: Record<string, unknown>) => console.log(JSON.stringify(row))
const rate = (count: number, ms: number) => Math.round((count / ms) * 1_000)
const heapMb = () => {
  globalThis.gc?.()
  return Math.round(process.memoryUsage().heapUsed / 1_048_576)
}

const unlimited = Limits.make({ concurrency: 32, buckets: {}, operations: {}, otherwise: [] })
class Nothing extends Context.Tag("bench/Nothing")<Nothing, object>() {}
const system = (id: string) =>
  Connector.make(id, {
    title: id,
    credentials: Schema.Struct({}),
    settings: Schema.Struct({}),
    api: () => Layer.succeed(Nothing, {}),
    limits: unlimited,
    check: Effect.succeed([]),
    actions: [
      Action.AppendTimeline.with({
        idempotency: "vendor key",
        batchMax: BATCH,
        write: (inputs) =>
          Effect.succeed(inputs.map(({ key }) => Either.right({ ref: Ref.local("note", key), written: key })))
      })
    ]
  })

const contact = (index: number): Ledger.ContactRow => ({
  contact: {
    key: Key.contact("crm", Ref.local("contact", `${index}`)),
    connection: "crm",
    ref: Ref.local("contact", `${index}`),
    kind: "record",
    name: { full: `Ana Example ${index}` },
    handles: [],
    version: { at: 1, rank: 0 }
  },
  hash: "h",
  deleted: false
})

const interaction = (index: number, now: number): Ledger.InteractionRow => ({
  interaction: {
    kind: "chat",
    key: Key.interaction("chat", Ref.local("message", `${index}`)),
    connection: "chat",
    ref: Ref.local("message", `${index}`),
    direction: "inbound",
    startedAt: now + index,
    participants: [{ name: `Ana Example ${index % RECORDS}`, role: "customer" }],
    text: `Message ${index}: the parcel that you promised for today has not come, could you please have a look?`,
    details: {},
    version: { at: 1, rank: 0 }
  },
  hash: `h${index}`,
  contacts: [],
  deleted: false,
  firstSeenAt: now
})

const desired = (
  { interaction: { key, startedAt }, hash }: Ledger.InteractionRow,
  index: number
): Projections.Desired => ({
  key: Key.derive("w", "crm", "AppendTimeline", key),
  destination: "crm",
  verb: "AppendTimeline",
  subject: key,
  desired: hash,
  records: [Key.contact("crm", Ref.local("contact", `${index % RECORDS}`))],
  state: "due",
  dueAt: 0,
  lane: 1,
  at: startedAt
})

const fill = (now: number) =>
  Effect.gen(function* () {
    const { write } = yield* Database.Database
    const ledger = yield* Ledger.Ledger
    const projections = yield* Projections.Projections
    const nothing = { parts: [], aliases: [], rekeyed: [], contacts: [], organizations: [], interactions: [], at: now }
    yield* ledger.save({ ...nothing, contacts: Array.from({ length: RECORDS }, (_, index) => contact(index)) })
    for (let from = 0; from < ENTRIES; from += PAGE) {
      const rows = Array.from({ length: Math.min(PAGE, ENTRIES - from) }, (_, at) => interaction(from + at, now))
      yield* write(
        Effect.zipRight(
          ledger.save({ ...nothing, interactions: rows }),
          projections.desire(rows.map((row, at) => desired(row, from + at)))
        )
      )
    }
  })

const install = (now: number) =>
  Effect.gen(function* () {
    const installation = Either.getOrThrow(
      Installation.load(
        {
          connections: {
            chat: { connector: system("chat"), credentials: {} },
            crm: {
              connector: system("crm"),
              credentials: {},
              destination: { since: "1 days", writesPerHourMax: Number.POSITIVE_INFINITY }
            }
          }
        },
        {}
      )
    )
    const connections = yield* Connections.Connections
    for (const { id, connector } of installation.connections.values()) yield* connections.install(id, connector.id, now)
    return installation
  })

const timedPlan = (installation: Installation.Installation, name: string) =>
  Effect.gen(function* () {
    const begun = performance.now()
    const [plan] = yield* Inquiry.plan(installation, "crm")
    const seconds = (performance.now() - begun) / 1_000
    const writes = plan?.writes.reduce((sum, { create, update, remove }) => sum + create + update + remove, 0)
    emit({ name: `plan, ${name}`, value: Number(seconds.toFixed(2)), unit: "s", entries: ENTRIES, writes })
  })

/** The same rows' states, saved as the Dispatcher saves them, with nothing looked up or rendered. */
const commitsOnly = (destination: "crm", rows: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { write } = yield* Database.Database
    const projections = yield* Projections.Projections
    const begun = performance.now()
    for (let from = 0; from < rows.length; from += BATCH) {
      const keys = rows.slice(from, from + BATCH)
      yield* write(projections.begin(keys, 1))
      const outcomes = keys.map(
        (key): Projections.Outcome => ({
          _tag: "Delivered",
          key,
          desired: "x",
          records: [],
          ref: { kind: "note", id: `${destination} ${key}` }
        })
      )
      yield* write(projections.finish(outcomes, 1))
    }
    return rate(rows.length, performance.now() - begun)
  })

const run = Effect.gen(function* () {
  const now = Date.now()
  const installation = yield* install(now)
  yield* fill(now)
  yield* timedPlan(installation, "all of them new")
  const connections = yield* Connections.Connections
  yield* connections.update("crm", { mode: "live" })
  const destinations = Destinations.of(installation, yield* connections.all)
  const options = { own: Own.none, destinations, titleOf: Destinations.titleOf(installation) }
  const lease = (yield* (yield* Leases.Leases).take("bench", "me", { now, forMs: 24 * HOUR }))!
  const call: Running["call"] = (effect) => effect as never
  const running = {
    installed: installation.connections.get("crm")!,
    installedAt: now,
    since: now,
    lease,
    call,
    open: call as never
  }
  const heaps: Array<number> = []
  let written = 0
  const begun = performance.now()
  for (;;) {
    const { rest, written: some } = yield* Dispatcher.step(running, destinations[0]!, options)
    written += some
    if (written >= (heaps.length + 1) * (ENTRIES / 10)) heaps.push(heapMb())
    if (rest !== undefined) break
  }
  const ms = performance.now() - begun
  const sample = yield* (yield* Projections.Projections).list({
    destination: "crm",
    after: "",
    limit: Math.min(ENTRIES, 20_000)
  })
  const baseline = yield* commitsOnly(
    "crm",
    sample.map(({ key }) => key)
  )
  emit({
    name: "dispatch",
    value: rate(written, ms),
    unit: "writes/s",
    baseline,
    ratio: Number((rate(written, ms) / baseline).toFixed(2)),
    heap_mb_first_to_last_tenth: `${heaps[0]} … ${heaps.at(-1)}`
  })
  yield* timedPlan(installation, "all of them written")
})

await Effect.runPromise(
  Effect.provide(run, Store.layerSqlite({ file: join(folder, "store.db"), masterKey: MasterKey.generate() }))
)
rmSync(folder, { recursive: true })
