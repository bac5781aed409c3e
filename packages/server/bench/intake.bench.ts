/**
 * Webhooks a second, each signed, of 940 bytes, and durable (SQLite, synchronous=FULL) before its 200: in groups, against
 * one write each. The two take turns, and the medians are told. Arguments: rounds (default 3), seconds a round (default 4).
 */
import { fork } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Inbox, MasterKey, Store } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Intake from "../src/Intake.ts"
import { connected } from "../test/fixtures.ts"
import type { Load } from "./load.ts"

const [rounds = 3, seconds = 4] = process.argv.slice(2).map(Number)
const CONNECTIONS = 64
const LOAD = fileURLToPath(new URL("./load.ts", import.meta.url))

const load = (url: string, word: string): Promise<Load> =>
  new Promise((resolve, reject) => {
    const args = [url, String(CONNECTIONS), String(seconds * 1_000), word]
    const child = fork(LOAD, args, { execArgv: process.execArgv })
    child.once("message", (report) => resolve(report as Load))
    child.once("error", reject)
    child.once("exit", (code) => reject(new Error(`the load ended with ${code}`)))
  })

/** On a database of its own, so that each round begins with an empty one. */
const round = (word: string, batchMax: number) =>
  Effect.gen(function* () {
    const { url } = yield* Intake.serve({
      host: "127.0.0.1",
      port: 0,
      publicUrl: () => undefined,
      connected,
      batchMax
    })
    const begun = process.cpuUsage()
    const report = yield* Effect.promise(() => load(url, word))
    const { user, system } = process.cpuUsage(begun)
    const [stored] = yield* (yield* Inbox.Inbox).counts
    if (stored?.pending !== report.taken || report.refused > 0) {
      return yield* Effect.dieMessage(`${report.taken} taken, ${report.refused} refused, ${stored?.pending} stored`)
    }
    const perSecond = (report.taken / report.ms) * 1_000
    return { ...report, perSecond, perCpuSecond: (report.taken / (user + system)) * 1_000_000 }
  }).pipe(
    Effect.scoped,
    Effect.provide(Store.layerSqlite({ file: join(folder, `${word}.db`), masterKey: MasterKey.generate() }))
  )

const folder = mkdtempSync(join(tmpdir(), "interchannel-bench-"))
type Round = Effect.Effect.Success<ReturnType<typeof round>>
const grouped: Array<Round> = []
const single: Array<Round> = []
for (let turn = 0; turn < rounds; turn++) {
  grouped.push(await Effect.runPromise(round(`grouped-${turn}`, 256)))
  single.push(await Effect.runPromise(round(`single-${turn}`, 1)))
}
rmSync(folder, { recursive: true })

const median = (all: ReadonlyArray<Round>, of: (one: Round) => number): number =>
  all.map(of).sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
const value = median(grouped, (one) => one.perSecond)
const baseline = median(single, (one) => one.perSecond)
console.log(
  JSON.stringify({
    name: "intake",
    value: Math.round(value),
    unit: "webhooks/s",
    baseline: Math.round(baseline),
    per_cpu_second: Math.round(median(grouped, (one) => one.perCpuSecond)),
    ratio: Number((value / baseline).toFixed(2)),
    p50_ms: Number(median(grouped, (one) => one.p50Ms).toFixed(2)),
    p99_ms: Number(median(grouped, (one) => one.p99Ms).toFixed(2)),
    rss_mb: Math.round(process.memoryUsage().rss / 1_048_576)
  })
)
