/**
 * How fast contacts are placed, in memory, on one core: `node packages/identity/bench/run.mjs throughput [contacts]`. One
 * line of JSON per figure. Times are of the processor, which other programs on the machine hardly change, garbage
 * collection on all its threads included; what asking for them takes is not in the rate. The baseline is what reading the
 * same contacts from JSON costs in the same run; it tells machines apart.
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
/** What the cost of a large population is compared with. */
const COMPARED = 100_000

const print = (name: string, figures: object) => console.log(JSON.stringify({ name: `identity ${name}`, ...figures }))

const quantiles = (times: Float64Array) => ({
  p50_ms: Quantile.of(times, 0.5),
  p99_ms: Quantile.of(times, 0.99),
  max_ms: Quantile.of(times, 1)
})

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const sum = (times: Float64Array): number => times.reduce((total, each) => total + each, 0)

/** What asking for the processor time takes of the time asked for: with small work not little. */
const askingMs = (): number => {
  const { taken } = timed(
    SAMPLES,
    () => undefined,
    () => undefined
  )
  return sum(taken) / SAMPLES
}

/** Processor time of each run in ms, and that of all preparing, which is not in it. */
const timed = <A>(times: number, prepare: (index: number) => A, run: (prepared: A) => unknown) => {
  const taken = new Float64Array(times)
  let preparedMs = 0
  let endedAt = cpuMs()
  for (let index = 0; index < times; index++) {
    const prepared = prepare(index)
    const startedAt = cpuMs()
    preparedMs += startedAt - endedAt
    run(prepared)
    endedAt = cpuMs()
    taken[index] = endedAt - startedAt
  }
  return { taken, preparedMs }
}

/** As texts outside the heap, so that it holds nothing but what is measured. */
const population = (contacts: number): Slab => {
  const texts = new Slab()
  Population.make(1, contacts).forEach(({ contact }, index) => texts.set(index, JSON.stringify(contact)))
  return texts
}

const heapMb = (): number => {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1_048_576
}

const measure = (contacts: number) => {
  const people = population(contacts)
  const read = (index: number): Contact => JSON.parse(people.get(index)!) as Contact
  const known = Array.from({ length: Math.min(ESTIMATED, contacts) }, (_, index) => Features.make(read(index)))
  const estimated = Estimate.make(Model.standard, "estimated", known)
  const context: Place.Context = { model: { ...estimated, population: 2 ** Math.floor(Math.log2(contacts)) }, at: 0 }
  const before = heapMb()
  const memory = Memory.make()
  const { taken: placed, preparedMs } = timed(contacts, read, (contact) =>
    memory.apply(context, { _tag: "Put", features: Features.make(contact) })
  )
  const asking = contacts * askingMs()
  const placingMs = sum(placed) - asking
  const perSecond = Math.round((contacts * 1000) / placingMs)
  const timesReading = Number((placingMs / (preparedMs - asking)).toFixed(1))
  print(`place ${contacts}`, { records_per_s: perSecond, times_reading_json: timesReading, ...quantiles(placed) })
  if (contacts > COMPARED) {
    const window = COMPARED / 10
    const ratio = (later: Float64Array, earlier: Float64Array) =>
      Number((sum(later) / later.length / (sum(earlier) / earlier.length)).toFixed(2))
    print(`cost of a contact, ${contacts} against ${COMPARED}`, {
      ratio: ratio(placed, placed.subarray(0, COMPARED)),
      ratio_of_the_last: ratio(placed.subarray(contacts - window), placed.subarray(COMPARED - window, COMPARED))
    })
  }
  print(`memory ${contacts}`, { bytes_per_contact: Math.round(((heapMb() - before) * 1_048_576) / contacts) })
  measureQuestions(memory, context)
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
