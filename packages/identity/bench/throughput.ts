/**
 * How fast contacts are placed, in memory, on one core: `node packages/identity/bench/run.mjs throughput [contacts]`. One line of
 * JSON per figure: `{ name, value, unit, p50_ms, p99_ms, max_ms, rss_mb }`.
 */
import * as Decision from "../src/Decision.ts"
import * as BlockingKey from "../src/BlockingKey.ts"
import * as Features from "../src/Features.ts"
import * as Memory from "../src/Memory.ts"
import * as Model from "../src/Model.ts"
import type * as Place from "../src/Place.ts"
import * as Population from "./Population.ts"
import * as Quantile from "./Quantile.ts"

/** Look-ups, merges and unmerges timed at the end. */
const SAMPLES = 2_000

const line = (name: string, value: number, unit: string, latencies: ArrayLike<number>) =>
  console.log(
    JSON.stringify({
      name,
      value: Math.round(value),
      unit,
      p50_ms: Quantile.of(latencies, 0.5),
      p99_ms: Quantile.of(latencies, 0.99),
      max_ms: Quantile.of(latencies, 1),
      rss_mb: Math.round(process.memoryUsage().rss / 1_048_576)
    })
  )

const timed = (times: number, run: (index: number) => void): Float64Array => {
  const latencies = new Float64Array(times)
  for (let index = 0; index < times; index++) {
    const startedAt = performance.now()
    run(index)
    latencies[index] = performance.now() - startedAt
  }
  return latencies
}

const measure = (contacts: number) => {
  const people = Population.make(1, contacts).map(({ contact }) => contact)
  const memory = Memory.make()
  const context: Place.Context = {
    model: { ...Model.standard, population: 2 ** Math.floor(Math.log2(contacts)) },
    at: 0
  }
  const cpuBefore = process.cpuUsage()
  const latencies = timed(people.length, (index) => {
    memory.apply(context, { _tag: "Put", features: Features.make(people[index]!) })
  })
  const cpu = process.cpuUsage(cpuBefore)
  const elapsed = latencies.reduce((sum, each) => sum + each, 0)
  line(`identity place ${contacts}`, (people.length * 1000) / elapsed, "records/s", latencies)
  line(`identity place ${contacts} by CPU time`, (people.length * 1e6) / (cpu.user + cpu.system), "records/s", [])
  const stored = [...memory.contacts.values()].filter(({ features }) => features.handles.length > 0)
  const lookUps = timed(SAMPLES, (index) => {
    const { handles } = stored[(index * 7919) % stored.length]!.features
    memory.load({ keys: [{ key: BlockingKey.ofHandle(handles[0]!), finer: 0 }], reach: [], bits: 0 })
  })
  line(`identity look up by handle ${contacts}`, SAMPLES, "look-ups", lookUps)
  const attributed = { by: "bench", why: "measured", at: 0 }
  const decisions = Array.from({ length: SAMPLES }, (_, index) => {
    const [a, b] = [stored[(index * 7919) % stored.length]!, stored[(index * 104_729 + 1) % stored.length]!]
    return [Decision.mustLink(a.features.contact, b.features.contact, attributed)]
  })
  line(
    "identity merge",
    SAMPLES,
    "merges",
    timed(SAMPLES, (index) => memory.apply(context, { _tag: "Decide", decisions: decisions[index]! }))
  )
  line(
    "identity unmerge",
    SAMPLES,
    "unmerges",
    timed(SAMPLES, (index) => memory.apply(context, { _tag: "Revoke", decisions: decisions[index]! }))
  )
}

if (process.argv[1]?.endsWith("throughput.mjs") === true) measure(Number(process.argv[2] ?? 100_000))
