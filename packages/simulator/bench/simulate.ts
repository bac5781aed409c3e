/** `npm run simulate -- --seeds 1000 [--from SEED]`: prints what went wrong how often, and how to see it again. */
import { parseArgs } from "node:util"
import * as Simulation from "../src/Simulation.ts"
import * as Trouble from "../src/Trouble.ts"

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "50" },
    from: { type: "string", default: "1" },
    log: { type: "boolean", default: false }
  }
})
const from = Number(values.from)
const seeds = Number(values.seeds)
const began = process.cpuUsage()
const counts = new Map<Trouble.Kind, number>()
let failed = 0
for (let seed = from; seed < from + seeds; seed++) {
  const outcome = await Simulation.run({ seed, isLogged: values.log })
  for (const kind of Trouble.kinds) counts.set(kind, (counts.get(kind) ?? 0) + (outcome.trouble.counts()[kind] ?? 0))
  if (values.log) console.log(outcome.log.join("\n"))
  if (outcome.problems.length === 0) continue
  failed += 1
  console.log(`seed ${seed}: ${outcome.problems.length} problems (${outcome.events} events)`)
  for (const problem of outcome.problems.slice(0, 6)) console.log(`  ${problem}`)
}
const { user, system } = process.cpuUsage(began)
const seconds = (user + system) / 1e6
console.log([...counts].map(([kind, count]) => `${kind}: ${count}`).join(", "))
console.log(
  `${seeds} seeds, ${failed} failed, ${seconds.toFixed(1)} s of processor time, ${(seconds / seeds).toFixed(3)} s a seed`
)
process.exitCode = failed === 0 ? 0 : 1
