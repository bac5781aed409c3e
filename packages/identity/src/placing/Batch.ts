/**
 * The whole population at once: what arriving one by one comes to, computed in one go. For trying a model before it is
 * switched on, and for rebuilding.
 */
import * as BlockingKey from "../blocking/BlockingKey.ts"
import * as Cluster from "./Cluster.ts"
import * as Decision from "../decisions/Decision.ts"
import * as Evidence from "../evidence/Evidence.ts"
import { type Features, isBare } from "../features/Features.ts"
import type * as Model from "../model/Model.ts"
import * as Standing from "../evidence/Standing.ts"
import * as Steps from "../model/Steps.ts"

export interface Batch {
  /** The group of each contact, by position: equal numbers, one person. */
  readonly groups: Int32Array
  /** Pairs compared. */
  readonly compared: number
  /** Comparisons left out because even the finer key was over its cap. */
  readonly skipped: number
}

export const make = (
  model: Model.Model,
  contacts: ReadonlyArray<Features>,
  decisions: ReadonlyArray<Decision.Decision> = []
): Batch => Steps.run(stepwise(model, contacts, decisions))

/** The same in steps of some milliseconds. */
export function* stepwise(
  model: Model.Model,
  contacts: ReadonlyArray<Features>,
  decisions: ReadonlyArray<Decision.Decision>
): Steps.Steps<Batch> {
  const { postings, keys } = yield* index(contacts)
  const standings = yield* standingsOf(model, contacts, decisions)
  const standingOf = (handle: number) => standings.get(handle)
  const edges = new Map<string, Map<string, number>>()
  const seen = new Int32Array(contacts.length).fill(-1)
  let compared = 0
  let skipped = 0
  const link = (a: string, b: string, bits: number) => {
    const known = edges.get(a)
    if (known === undefined) edges.set(a, new Map([[b, bits]]))
    else known.set(b, bits)
  }
  yield* Steps.each(contacts, COMPARED_AT_ONCE, (contact, i) => {
    for (const { key, finer, most } of keys[i]!) {
      const posting = postings.get(key)!
      const isRefined = posting.length > most
      const list = !isRefined ? posting : finer === undefined ? [] : postings.get(finer)!
      if (list.length > most) skipped += list.length - most
      for (let at = 0; at < list.length && at < most; at++) {
        const j = list[at]!
        if (j >= i || seen[j] === i) continue
        seen[j] = i
        compared++
        const bits = Evidence.bits(model, contact, contacts[j]!, standingOf)
        if (bits < model.linkBits) continue
        link(contact.contact, contacts[j]!.contact, bits)
        link(contacts[j]!.contact, contact.contact, bits)
      }
    }
  })
  return { groups: yield* divide(model, contacts, edges, standingOf, decisions), compared, skipped }
}

// ---------------------------------------------------------------------------------------------------------

/** Contacts of one step: a few milliseconds each. */
const COMPARED_AT_ONCE = 64
const READ_AT_ONCE = 1_000

function* index(contacts: ReadonlyArray<Features>) {
  const postings = new Map<number, Array<number>>()
  const post = (key: number, contact: number) => {
    const posting = postings.get(key)
    if (posting === undefined) postings.set(key, [contact])
    else posting.push(contact)
  }
  const keys: Array<ReadonlyArray<BlockingKey.BlockingKey>> = []
  yield* Steps.each(contacts, READ_AT_ONCE, (features, contact) => {
    const ofContact = BlockingKey.make(features)
    keys.push(ofContact)
    for (const { key } of ofContact) post(key, contact)
  })
  yield* Steps.each(keys, READ_AT_ONCE, (ofContact, contact) => {
    for (const { key, finer, most } of ofContact) {
      if (finer !== undefined && postings.get(key)!.length > most) post(finer, contact)
    }
  })
  return { postings, keys }
}

function* standingsOf(
  model: Model.Model,
  contacts: ReadonlyArray<Features>,
  decisions: ReadonlyArray<Decision.Decision>
): Steps.Steps<Map<number, Evidence.HandleStanding>> {
  const holders = new Map<number, Array<Features>>()
  yield* Steps.each(contacts, READ_AT_ONCE, (features) => {
    for (const { key } of features.handles) {
      const known = holders.get(key)
      if (known === undefined) holders.set(key, [features])
      else known.push(features)
    }
  })
  const standings = new Map<number, Evidence.HandleStanding>()
  yield* Steps.each(holders, READ_AT_ONCE, ([handle, ofHandle]) => {
    if (ofHandle.length < 2) return
    const firstNames =
      ofHandle.length > BlockingKey.POSTING_MAX ? Standing.FIRST_NAMES_MAX : Standing.firstNames(model, ofHandle)
    if (firstNames > 1) standings.set(handle, { firstNames })
  })
  for (const decision of decisions) {
    if (decision._tag !== "HandleRule") continue
    const handle = Decision.handleOf(decision)
    standings.set(handle, { firstNames: standings.get(handle)?.firstNames ?? 1, use: decision.use })
  }
  return standings
}

function* divide(
  model: Model.Model,
  contacts: ReadonlyArray<Features>,
  edges: ReadonlyMap<string, ReadonlyMap<string, number>>,
  standingOf: Evidence.StandingOf,
  decisions: ReadonlyArray<Decision.Decision>
): Steps.Steps<Int32Array> {
  const positions = new Map(contacts.map((features, index) => [features.contact, index]))
  const groups = Int32Array.from({ length: contacts.length }, (_, at) => at)
  const eachEdge: Cluster.EachEdge = (contact, see) => edges.get(contact)?.forEach((bits, other) => see(other, bits))
  const bitsOf = (a: string, b: string): number =>
    edges.get(a)?.get(b) ?? Evidence.bits(model, contacts[positions.get(a)!]!, contacts[positions.get(b)!]!, standingOf)
  const known = { bitsOf, eachEdge, isBare: (contact: string) => isBare(contacts[positions.get(contact)!]!) }
  const decided = decisions.flatMap(Decision.contactsOf)
  const touched = new Set([...edges.keys(), ...decided.filter((contact) => positions.has(contact))])
  const components = Cluster.components(touched, eachEdge, decisions, model.linkBits)
  yield* Steps.each(components, COMPARED_AT_ONCE, (component) => {
    for (const group of Cluster.divide(model, component, known, decisions)) {
      const first = positions.get(group[0]!)!
      for (const contact of group) groups[positions.get(contact)!] = first
    }
  })
  return groups
}
