/**
 * Backfill: pages of a chat to ledger to persons to projections on SQLite, against raw driver inserts of the very same rows.
 * Arguments: number of messages (default 20,000). Prints one JSON object a stage and one for the whole.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Own } from "@interchannel/domain"
import { Connections, Leases, MasterKey, Store } from "@interchannel/store"
import { Effect, Either } from "effect"
import { rawInsertMs } from "./rawInserts.ts"
import * as Destinations from "../src/writing/Destinations.ts"
import * as Installation from "../src/configuration/Installation.ts"
import * as Normalizer from "../src/ledger/Normalizer.ts"
import * as Planner from "../src/writing/Planner.ts"
import * as Puller from "../src/feeds/Puller.ts"
import * as Resolver from "../src/people/Resolver.ts"
import type { Running } from "../src/connections/Running.ts"
import { ChatWorld, chat, chatWorld } from "../test/sampleVendors/chat.ts"
import { crm } from "../test/sampleVendors/crm.ts"
import { CrmWorld, crmWorld } from "../test/sampleVendors/crmWorld.ts"

const MESSAGES = Number(process.argv[2] ?? 20_000)
const CUSTOMERS = Math.max(1, Math.round(MESSAGES / 10))
const HOUR = 3_600_000

const folder = mkdtempSync(join(tmpdir(), "interchannel-bench-"))
const file = join(folder, "store.db")

const fill = (now: number) => {
  const chatState = chatWorld()
  const crmState = crmWorld()
  chatState.pageSize = 200
  for (let index = 0; index < CUSTOMERS; index++) {
    crmState.records.push({ id: `r${index}`, email: `ana.${index}@example.com`, updatedAt: now })
  }
  for (let index = 0; index < MESSAGES; index++) {
    const who = index % CUSTOMERS
    chatState.messages.push({
      id: `m${index}`,
      at: now - HOUR + Math.floor((index / MESSAGES) * HOUR),
      from: `c${who}`,
      email: `ana.${who}@example.com`,
      text: `Message ${index}: the parcel that you promised for today has not come, could you please have a look?`,
      thread: `t${who}`
    })
  }
  return { chatState, crmState }
}

const emit = (row: Record<string, unknown>) => console.log(JSON.stringify(row))
const rssMb = () => Math.round(process.memoryUsage().rss / 1_048_576)
const rate = (count: number, ms: number) => Math.round((count / ms) * 1_000)

const run = Effect.gen(function* () {
  const now = Date.now()
  const { chatState, crmState } = fill(now)
  const since = "1 days" as const
  const installation = Either.getOrThrow(
    Installation.load(
      {
        connections: {
          chat: { connector: chat(chatState), credentials: { secret: "s" }, since },
          crm: { connector: crm(crmState), credentials: { token: "t" }, destination: { since } }
        }
      },
      {}
    )
  )
  const connections = yield* Connections.Connections
  for (const { id, connector } of installation.connections.values()) yield* connections.install(id, connector.id, now)
  const lease = (yield* (yield* Leases.Leases).take("bench", "me", { now, forMs: 24 * HOUR }))!
  const call: Running["call"] = (effect) =>
    effect.pipe(Effect.provideService(ChatWorld, chatState), Effect.provideService(CrmWorld, crmState)) as never
  const options = {
    own: Own.none,
    destinations: Destinations.of(installation, yield* connections.all),
    titleOf: Destinations.titleOf(installation)
  }
  const until = <E, R>(step: Effect.Effect<boolean, E, R>) =>
    Effect.gen(function* () {
      for (;;) if (!(yield* step)) return
    })
  const timed = <E, R>(name: string, count: number, work: Effect.Effect<unknown, E, R>) =>
    Effect.gen(function* () {
      const begun = performance.now()
      yield* work
      const ms = performance.now() - begun
      emit({ name: `backfill ${name}`, value: rate(count, ms), unit: "per s", rss_mb: rssMb() })
      return ms
    })
  const pull = (id: string) =>
    Effect.forEach(installation.connections.get(id)!.connector.feeds, (feed) => {
      const running = {
        installed: installation.connections.get(id)!,
        installedAt: now,
        since: now,
        lease,
        call,
        open: call as never
      }
      return until(Effect.map(Puller.reader(running, feed), ({ _tag }) => _tag === "Read"))
    })
  const normalize = until(
    Effect.map(
      Normalizer.step({ installed: (id) => installation.connections.get(id), defaultRegion: undefined, lease }),
      ({ rows }) => rows > 0
    )
  )
  const plan = until(Effect.map(Planner.step(options, lease), (marks) => marks > 0))
  const resolver = Resolver.make({ own: () => options.own }, lease)
  const resolve = until(Effect.map(resolver.step, (marks) => marks > 0))
  yield* pull("crm")
  yield* normalize
  yield* resolve
  yield* plan
  const pulled = yield* timed("pages to inbox", MESSAGES, pull("chat"))
  const normalized = yield* timed("inbox to ledger", MESSAGES, normalize)
  const resolved = yield* timed("contacts to persons", CUSTOMERS, resolve)
  const planned = yield* timed("ledger to projections", MESSAGES, plan)
  return pulled + normalized + resolved + planned
})

const ms = await Effect.runPromise(Effect.provide(run, Store.layerSqlite({ file, masterKey: MasterKey.generate() })))
const raw = rawInsertMs(file, join(folder, "baseline.db"), Normalizer.BATCH_MAX)
emit({
  name: "backfill",
  value: rate(MESSAGES, ms),
  unit: "interactions/s",
  baseline: rate(MESSAGES, raw),
  ratio: Number((raw / ms).toFixed(3)),
  rss_mb: rssMb()
})
rmSync(folder, { recursive: true })
