/** Puts contacts through resolution the two ways there are, and says who came out together. */
import * as Batch from "../src/placing/Batch.ts"
import type { Features } from "../src/features/Features.ts"
import * as Estimate from "../src/model/Estimate.ts"
import * as Memory from "../src/keeping/Memory.ts"
import type * as Model from "../src/model/Model.ts"

export interface Outcome {
  /** The group of each contact, by position. */
  readonly groups: ReadonlyArray<string>
  /** Milliseconds that each contact took; empty for a batch. */
  readonly latencies: Float64Array
  readonly elapsedMs: number
  readonly model: Model.Model
}

/** Nobody has counted anything at first; the model is estimated each time the contacts have doubled, and after the last. */
const ESTIMATE_FROM = 256

/**
 * One contact after another. Whenever the model has been estimated anew, all contacts so far are placed again under it,
 * one by one, as a daemon does at night; only arrivals are timed.
 */
export const incremental = (base: Model.Model, contacts: ReadonlyArray<Features>): Outcome => {
  const latencies = new Float64Array(contacts.length)
  let model = base
  let memory = Memory.make()
  const put = (features: Features, at: number) => memory.apply({ model, at }, { _tag: "Put", features })
  const estimate = (known: ReadonlyArray<Features>) => {
    model = Estimate.make(base, `estimated-${known.length}`, known, partners(groupsOf(memory, known)))
    memory = Memory.make()
    known.forEach(put)
  }
  contacts.forEach((features, index) => {
    if (index >= ESTIMATE_FROM && Number.isInteger(Math.log2(index))) estimate(contacts.slice(0, index))
    const startedAt = performance.now()
    put(features, index)
    latencies[index] = performance.now() - startedAt
  })
  estimate(contacts)
  return { groups: groupsOf(memory, contacts), latencies, elapsedMs: latencies.reduce((a, b) => a + b, 0), model }
}

/** All at once, with a model estimated from all, twice: the second time knowing how many contacts a person has. */
export const batch = (base: Model.Model, contacts: ReadonlyArray<Features>): Outcome => {
  const startedAt = performance.now()
  const first = Batch.make(Estimate.make(base, "estimated-1", contacts), contacts)
  const model = Estimate.make(base, "estimated-2", contacts, partners([...first.groups].map(String)))
  const { groups } = Batch.make(model, contacts)
  return {
    groups: [...groups].map(String),
    latencies: new Float64Array(0),
    elapsedMs: performance.now() - startedAt,
    model
  }
}

/** Other contacts of the same person, on average. */
export const partners = (groups: ReadonlyArray<string>): number => {
  const sizes = new Map<string, number>()
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  let pairs = 0
  for (const size of sizes.values()) pairs += size * (size - 1)
  return groups.length === 0 ? 1 : pairs / groups.length
}

const groupsOf = (memory: Memory.Memory, contacts: ReadonlyArray<Features>): ReadonlyArray<string> =>
  contacts.map(({ contact }) => memory.contacts.get(contact)?.person ?? `alone ${contact}`)
