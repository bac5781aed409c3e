/**
 * How fast contacts are placed, in memory, on one core: `node packages/identity/bench/run.mjs throughput [contacts]`. One
 * line of JSON per figure. The rate is by the time of the processor, which other programs on the machine hardly change,
 * garbage collection on all its threads included; single runs are by the wall. The baseline is what reading the same
 * contacts from JSON costs in the same run; it tells machines apart.
 */
import type { Contact } from "@interchannel/domain"
import * as BlockingKey from "../src/blocking/BlockingKey.ts"
import * as Decision from "../src/decisions/Decision.ts"
import * as Estimate from "../src/model/Estimate.ts"
import * as Features from "../src/features/Features.ts"
import * as Memory from "../src/keeping/Memory.ts"
import * as Model from "../src/model/Model.ts"
import type * as Place from "../src/placing/Place.ts"
import { Slab } from "../src/keeping/slab.ts"
import * as Population from "./Population.ts"
import * as Quantile from "./Quantile.ts"

/** Look-ups, merges and unmerges timed at the end. */
const SAMPLES = 2_000
/** Contacts that the model is estimated from, as a nightly run would from all. */
const ESTIMATED = 20_000
/** Contacts of others that are placed before: a daemon that runs for a year is compiled. */
const WARMED = 10_000
/** What the cost of a large population is compared with: a smaller one, as full of people who are there already. */
const COMPARED = 100_000
/** So many are the last ones. */
const LAST = 10_000
/** Runs after which the processor is asked for its time: asking after each costs as much as a third of a placement. */
const BLOCK = 1_000

const print = (name: string, figures: object) => console.log(JSON.stringify({ name: `identity ${name}`, ...figures }))

const quantiles = (times: Float64Array) => ({
  p50_ms: Quantile.of(times, 0.5),
  p99_ms: Quantile.of(times, 0.99),
  max_ms: Quantile.of(times, 1)
})

const processorMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const sum = (times: Float64Array): number => times.reduce((total, each) => total + each, 0)

/** In ms: each run by the wall, and each block of runs, with what prepares them, by the processor. */
const timed = <A>(times: number, prepare: (index: number) => A, run: (prepared: A) => unknown) => {
  const taken = new Float64Array(times)
  const blocks = new Float64Array(Math.ceil(times / BLOCK))
  for (const block of blocks.keys()) {
    const began = processorMs()
    for (let index = block * BLOCK; index < Math.min((block + 1) * BLOCK, times); index++) {
      const prepared = prepare(index)
      const startedAt = performance.now()
      run(prepared)
      taken[index] = performance.now() - startedAt
    }
    blocks[block] = processorMs() - began
  }
  return { taken, blocks }
}

/** As texts outside the heap, so that it holds nothing but what is measured. */
const population = (seed: number, contacts: number): Slab => {
  const texts = new Slab()
  Population.make(seed, contacts).forEach(({ contact }, index) => texts.set(index, JSON.stringify(contact)))
  return texts
}

const heapMb = (): number => {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1_048_576
}

const contextOf = (contacts: number, read: (index: number) => Contact): Place.Context => {
  const known = Array.from({ length: Math.min(ESTIMATED, contacts) }, (_, index) => Features.make(read(index)))
  const estimated = Estimate.make(Model.standard, "estimated", known)
  return { model: { ...estimated, population: 2 ** Math.floor(Math.log2(contacts)) }, at: 0 }
}

/** What a contact costs, in ms: on average, and of the last ones. */
interface Cost {
  readonly mean: number
  readonly ofTheLast: number
}

/** Places a population one by one. */
const placed = (contacts: number, seed = 1) => {
  const people = population(seed, contacts)
  const read = (index: number): Contact => JSON.parse(people.get(index)!) as Contact
  const context = contextOf(contacts, read)
  const before = heapMb()
  const memory = Memory.make()
  const reading = sum(timed(contacts, read, () => undefined).blocks)
  const { taken, blocks } = timed(contacts, read, (contact) =>
    memory.apply(context, { _tag: "Put", features: Features.make(contact) })
  )
  const costSince = (from: number) => sum(blocks.subarray(from / BLOCK)) / (contacts - from) - reading / contacts
  const cost: Cost = { mean: costSince(0), ofTheLast: costSince(Math.max(0, contacts - LAST)) }
  const timesReading = Number(((cost.mean * contacts) / reading).toFixed(1))
  const report = () => {
    const perSecond = Math.round(1000 / cost.mean)
    print(`place ${contacts}`, { records_per_s: perSecond, times_reading_json: timesReading, ...quantiles(taken) })
    print(`memory ${contacts}`, { bytes_per_contact: Math.round(((heapMb() - before) * 1_048_576) / contacts) })
  }
  return { memory, context, cost, report }
}

const measure = (contacts: number) => {
  placed(WARMED, 2)
  const compared = contacts > COMPARED ? placed(COMPARED) : undefined
  compared?.report()
  const { memory, context, cost, report } = placed(contacts)
  report()
  if (compared !== undefined) printRatio(contacts, cost, compared.cost)
  measureQuestions(memory, context)
}

const printRatio = (contacts: number, cost: Cost, compared: Cost) => {
  const ratio = (later: number, earlier: number) => Number((later / earlier).toFixed(2))
  print(`cost of a contact, ${contacts} against ${COMPARED}`, {
    ratio: ratio(cost.mean, compared.mean),
    ratio_of_the_last: ratio(cost.ofTheLast, compared.ofTheLast)
  })
}

const measureQuestions = (memory: Memory.Memory, context: Place.Context) => {
  const stored = [...memory.contacts.values()].filter(({ features }) => features.handles.length > 0)
  const some = (index: number, step: number) => stored[(index * step) % stored.length]!.features
  const { taken: lookUps } = timed(
    SAMPLES,
    (index) => BlockingKey.ofHandle(some(index, 7919).handles[0]!),
    (key) =>
      memory.load({ keys: [{ key, finer: undefined, most: BlockingKey.POSTING_MAX }], reach: [], handles: [], bits: 0 })
  )
  print("look up by handle", quantiles(lookUps))
  const attributed = { by: "bench", why: "measured", at: 0 }
  const decisionOf = (index: number) => [
    Decision.mustLink(some(index, 7919).contact, some(index + 1, 104_729).contact, attributed)
  ]
  for (const [name, tag] of [
    ["merge", "Decide"],
    ["unmerge", "Revoke"]
  ] as const) {
    const { taken } = timed(SAMPLES, decisionOf, (decisions) => memory.apply(context, { _tag: tag, decisions }))
    print(name, quantiles(taken))
  }
}

if (process.argv[1]?.endsWith("throughput.mjs") === true) measure(Number(process.argv[2] ?? COMPARED))
