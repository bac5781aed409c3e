/**
 * Latency: from a signed Slack event at the intake to the entry in HubSpot's stand-in, one message after the other, without
 * quota. Baseline: as many durable commits, and one HTTP call to the same stand-in. Arguments: number of messages.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Limits } from "@interchannel/connector"
import { HubSpot } from "@interchannel/connector-hubspot"
import { type HubSpotEmulator, startHubSpot } from "@interchannel/connector-hubspot/emulator"
import { Slack } from "@interchannel/connector-slack"
import { startSlack } from "@interchannel/connector-slack/emulator"
import { Control, Daemon, defineConfig } from "@interchannel/runtime"
import { Intake } from "@interchannel/server"
import { Database, Dirty, MasterKey, Store } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"

const MESSAGES = Number(process.argv[2] ?? 200)
const WARM_UP = 20
/** Writes from intake to receipt: intake, normalize, plan, begin, finish. */
const COMMITS = 5
const unlimited = Limits.make({ concurrency: 32, buckets: {}, operations: {}, otherwise: [] })

const folder = mkdtempSync(join(tmpdir(), "interchannel-bench-"))

const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2))

/** Completes when the stand-in holds so many entries. */
const written = (portal: HubSpotEmulator["portals"][number], count: number) =>
  Effect.gen(function* () {
    while (Object.keys(portal.records.notes).length < count) yield* Effect.sleep("1 millis")
  }).pipe(Effect.timeout("20 seconds"))

const run = Effect.gen(function* () {
  const slack = yield* startSlack()
  const hubspot = yield* startHubSpot()
  const workspace = slack.installs[0]!
  const portal = hubspot.portals[0]!
  const team = slack.world.addTeam("Acme")
  const ana = slack.world.addUser({ team, name: "Ana Example", email: "ana@example.com" })
  const channel = slack.world.addChannel({
    team: workspace.team,
    name: "acme",
    members: [workspace.user, ana],
    sharedWith: [team]
  })
  hubspot.world.create(portal, "contacts", { email: "ana@example.com", firstname: "Ana" })
  const configuration = defineConfig({
    own: { teams: [workspace.team] },
    connections: {
      support: {
        connector: { ...Slack, limits: () => unlimited },
        credentials: { botToken: workspace.botToken, signingSecret: workspace.signingSecret },
        settings: { apiUrl: slack.apiUrl }
      },
      crm: {
        connector: { ...HubSpot, limits: () => unlimited },
        credentials: { accessToken: portal.accessToken },
        settings: { portalId: portal.portalId, apiUrl: hubspot.url },
        destination: { from: ["support"], writesPerHourMax: 1_000_000 }
      }
    }
  })
  const daemon = Daemon.embedded(configuration)
  const store = Store.layerSqlite({ file: join(folder, "store.db"), masterKey: MasterKey.generate() })
  return yield* Effect.gen(function* () {
    const control = yield* Control
    const connected = yield* Daemon.Connected
    const intake = yield* Intake.serve({ host: "127.0.0.1", port: 0, publicUrl: () => undefined, connected })
    const pushing = slack.push(`http://127.0.0.1:${intake.port}/webhooks/support/events`)
    while ((yield* control.status).contacts < 2) yield* Effect.sleep("50 millis")
    yield* control.approve("crm", { all: true, by: "bench" })
    const times: Array<number> = []
    for (let index = 1; index <= MESSAGES + WARM_UP; index++) {
      const begun = performance.now()
      slack.world.post(channel, ana, `Message ${index}`)
      yield* written(portal, index)
      if (index > WARM_UP) times.push(performance.now() - begun)
    }
    pushing.stop()
    return {
      times: times.sort((a, b) => a - b),
      baseline: (yield* baseline(hubspot.url, portal.accessToken)).sort((a, b) => a - b)
    }
  }).pipe(Effect.provide(Layer.provideMerge(daemon, store)))
})

const baseline = (url: string, token: string) =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const dirty = yield* Dirty.Dirty
    return yield* Effect.forEach(Array.from({ length: 100 }), (_, index) =>
      Effect.gen(function* () {
        const begun = performance.now()
        for (let commit = 0; commit < COMMITS; commit++) {
          yield* database.write(
            dirty.mark([{ kind: "card", key: `baseline ${index} ${commit}`, dueAt: 9e15, lane: 3 }])
          )
        }
        yield* Effect.promise(() =>
          fetch(`${url}/crm/objects/2026-09/contacts?limit=1`, { headers: { authorization: `Bearer ${token}` } }).then(
            (it) => it.text()
          )
        )
        return performance.now() - begun
      })
    )
  })

const { times, baseline: base } = await Effect.runPromise(
  run.pipe(Effect.scoped, Effect.provide(Logger.remove(Logger.defaultLogger)))
)
rmSync(folder, { recursive: true })
console.log(
  JSON.stringify({
    name: "latency",
    value: quantile(times, 0.5),
    unit: "ms",
    baseline: quantile(base, 0.5),
    ratio: Number((quantile(times, 0.5) / quantile(base, 0.5)).toFixed(2)),
    p50_ms: quantile(times, 0.5),
    p99_ms: quantile(times, 0.99),
    rss_mb: Math.round(process.memoryUsage().rss / 1_048_576)
  })
)
