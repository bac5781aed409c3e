/**
 * `npm run simulate -- --seeds 1000 [--from SEED] [--log]`: prints what went wrong how often and how fast it was; of each run
 * that ends wrong what is wrong, which kinds of trouble that takes, and the command that shows it again, step by step.
 */
import { parseArgs } from "node:util"
import { Simulation, Trouble } from "../src/index.ts"

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "50" },
    from: { type: "string", default: "1" },
    log: { type: "boolean", default: false }
  }
})
const from = Number(values.from)
const seeds = Number(values.seeds)
/** Problems shown of one run. */
const SHOWN_MAX = 6
const PROGRESS_EVERY = 500

/** What is not needed for it is left out, one kind after the other. */
const needed = async (seed: number): Promise<ReadonlyArray<Trouble.Kind>> => {
  const without = new Set<Trouble.Kind>()
  for (const kind of Trouble.kinds) {
    const { problems } = await Simulation.run({ seed, without: new Set([...without, kind]) })
    if (problems.length > 0) without.add(kind)
  }
  return Trouble.kinds.filter((kind) => !without.has(kind))
}

const began = process.cpuUsage()
const seconds = () => {
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1e6
}
const counts = new Map<Trouble.Kind, number>()
let failed = 0
for (let seed = from; seed < from + seeds; seed++) {
  const { problems, log, trouble } = await Simulation.run({ seed, isLogged: values.log })
  for (const kind of Trouble.kinds) counts.set(kind, (counts.get(kind) ?? 0) + (trouble.counts()[kind] ?? 0))
  if (values.log) console.log(log.join("\n"))
  const done = seed - from + 1
  if (done % PROGRESS_EVERY === 0)
    console.log(`${done} seeds, ${failed} failed, ${seconds().toFixed(0)} s of processor time`)
  if (problems.length === 0) continue
  failed += 1
  console.log(`seed ${seed}: ${problems.length} problems`)
  for (const problem of problems.slice(0, SHOWN_MAX)) console.log(`  ${problem}`)
  console.log(`  it takes: ${(await needed(seed)).join(", ") || "no trouble at all"}`)
  console.log(`  npm run simulate -- --from ${seed} --seeds 1 --log`)
}
for (const [kind, count] of counts) console.log(`${String(count).padStart(8)}  ${kind}`)
console.log(
  `${seeds} seeds, ${failed} failed, ${seconds().toFixed(1)} s of processor time, ${(seeds / seconds()).toFixed(2)} seeds a second`
)
process.exitCode = failed === 0 ? 0 : 1
