/**
 * The store alone on SQLite: interactions accepted, folded, marked, and their projections desired, three writes a batch.
 * Arguments: number of interactions (default 30,000), batch size (default 500). Prints one JSON object.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { MasterKey, Store } from "../src/index.ts"
import { pass } from "./load.ts"

const [total = 30_000, size = 500] = process.argv.slice(2).map(Number)
const folder = mkdtempSync(join(tmpdir(), "interchannel-bench-"))
const file = join(folder, "store.db")

const run = Effect.gen(function* () {
  const begun = performance.now()
  const cpu = process.cpuUsage()
  for (let first = 0; first < total; first += size) yield* pass(first, size)
  const { user, system } = process.cpuUsage(cpu)
  return { ms: performance.now() - begun, cpuMs: (user + system) / 1_000 }
})

const layer = Store.layerSqlite({ file, masterKey: MasterKey.generate() })
const { ms, cpuMs } = await Effect.runPromise(Effect.provide(run, layer))
const perSecond = (milliseconds: number) => Math.round((total / milliseconds) * 1_000)
console.log(
  JSON.stringify({
    name: "store",
    value: perSecond(ms),
    unit: "interactions/s",
    per_cpu_second: perSecond(cpuMs),
    rss_mb: Math.round(process.memoryUsage().rss / 1_048_576)
  })
)
rmSync(folder, { recursive: true })
