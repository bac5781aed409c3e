/**
 * Who is who on SQLite: contacts placed as the Resolver does, many to a commit and one to a commit, looked up by handle and
 * taken apart again; against the same contacts placed in memory. Arguments: number of contacts (default 100,000).
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BlockingKey, Decision, Memory, Model, type Features, type Place } from "@interchannel/identity"
import { Database, MasterKey, Persons, Store } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Placer from "../src/people/Placer.ts"
import * as Resolver from "../src/people/Resolver.ts"
import { contactCentre } from "./contactCentre.ts"

const CONTACTS = Number(process.argv[2] ?? 100_000)
/** Placed with a commit each, at the end; look-ups and unmerges are as many. */
const SINGLE = 1_000

const folder = mkdtempSync(join(tmpdir(), "interchannel-bench-"))
const model: Model.Model = { ...Model.standard, population: 2 ** Math.floor(Math.log2(CONTACTS)) }

const rssMb = () => {
  globalThis.gc?.()
  return Math.round(process.memoryUsage().rss / 1_048_576)
}
const round = (ms: number) => Number(ms.toFixed(2))
const quantile = (times: ReadonlyArray<number>, share: number): number => {
  const sorted = [...times].sort((a, b) => a - b)
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
}
const emit = (name: string, perSecond: number, times: ReadonlyArray<number>, more: Record<string, unknown> = {}) =>
  console.log(
    JSON.stringify({
      name: `identity ${name} ${CONTACTS}`,
      value: Math.round(perSecond),
      unit: "per s",
      p50_ms: quantile(times, 0.5),
      p99_ms: quantile(times, 0.99),
      max_ms: quantile(times, 1),
      ...more
    })
  )
const perSecond = (count: number, times: ReadonlyArray<number>) =>
  (count * 1_000) / times.reduce((sum, time) => sum + time, 0)

const put = (features: Features.Features): Place.Change => ({ _tag: "Put", features })

const timed = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const begun = performance.now()
    yield* work
    return performance.now() - begun
  })

const onStore = Effect.gen(function* () {
  const persons = yield* Persons.Persons
  const database = yield* Database.Database
  const placer = yield* Placer.make(model)
  const commit = Effect.gen(function* () {
    yield* database.write(persons.save({ ...placer.rows(), events: [] }))
    placer.settle()
  })
  const place = (changes: ReadonlyArray<Place.Change>) =>
    Effect.gen(function* () {
      yield* placer.prepare(changes)
      for (const change of changes) yield* placer.place(change, 0)
      yield* commit
    })

  const cpu = process.cpuUsage()
  const batches: Array<number> = []
  const keys: Array<number> = []
  let batch: Array<Place.Change> = []
  let last: Array<Place.Change> = []
  let count = 0
  for (const features of contactCentre(CONTACTS)) {
    count += 1
    if (count % 97 === 0 && features.handles[0] !== undefined) keys.push(BlockingKey.ofHandle(features.handles[0]))
    if (count > CONTACTS - SINGLE) {
      last.push(put(features))
      continue
    }
    batch.push(put(features))
    if (batch.length < Resolver.BATCH_MAX) continue
    batches.push(yield* timed(place(batch)))
    batch = []
  }
  batches.push(yield* timed(place(batch)))
  const { user, system } = process.cpuUsage(cpu)
  const many = CONTACTS - SINGLE
  emit("place, many a commit", perSecond(many, batches), batches, {
    per_cpu_second: Math.round((many * 1e6) / (user + system)),
    rss_mb: rssMb()
  })

  const singles = yield* Effect.forEach(last, (change) => timed(place([change])))
  last = []
  emit("place, one a commit", perSecond(SINGLE, singles), singles)

  const lookUps = yield* Effect.forEach(keys.slice(0, SINGLE), (key) =>
    timed(
      Effect.gen(function* () {
        const found = [...(yield* persons.postings([key], BlockingKey.POSTING_MAX)).values()].flat()
        yield* persons.members(found)
      })
    )
  )
  emit("look up by handle", perSecond(lookUps.length, lookUps), lookUps)

  const word = { by: "bench", why: "measured", at: 0 }
  const pairs: Array<Decision.Decision> = []
  for (const { contact, person } of yield* persons.features({ after: "", limit: SINGLE * 2 })) {
    if (person === undefined || pairs.length >= SINGLE) continue
    const other = ((yield* persons.membersOf([person])).get(person) ?? []).find((one) => one.contact !== contact)
    if (other !== undefined) pairs.push(Decision.cannotLink(contact, other.contact, word))
  }
  const unmerges = yield* Effect.forEach(pairs, (decision) => timed(place([{ _tag: "Decide", decisions: [decision] }])))
  emit("unmerge", perSecond(unmerges.length, unmerges), unmerges, { rss_mb: rssMb(), persons: yield* persons.count })
})

const inMemory = () => {
  const memory = Memory.make()
  const times: Array<number> = []
  for (const features of contactCentre(CONTACTS)) {
    const begun = performance.now()
    memory.apply({ model, at: 0 }, put(features))
    times.push(performance.now() - begun)
  }
  const alive = [...memory.persons.values()].filter(({ into, empty }) => into === undefined && empty === undefined)
  emit("place in memory (baseline)", perSecond(CONTACTS, times), times, { rss_mb: rssMb(), persons: alive.length })
}

const store = Store.layerSqlite({ file: join(folder, "store.db"), masterKey: MasterKey.generate() })
await Effect.runPromise(Effect.provide(onStore, store))
inMemory()
rmSync(folder, { recursive: true })
