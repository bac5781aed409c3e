/** What a change does to evidence, before groups are formed: new scores, handles that turned out shared, who is touched. */
import type { Key } from "@interchannel/domain"
import * as BlockingKey from "../blocking/BlockingKey.ts"
import * as Decision from "../decisions/Decision.ts"
import * as Evidence from "../evidence/Evidence.ts"
import type { Features } from "../features/Features.ts"
import type { HandleFeature } from "../features/HandleFeature.ts"
import type * as Model from "../model/Model.ts"
import type { Neighbourhood } from "./Neighbourhood.ts"
import type { Change } from "./Place.ts"
import * as Standing from "../evidence/Standing.ts"

type Contact = Key.ContactKey
type Edges = ReadonlyMap<Contact, number>

export interface Draft {
  readonly model: Model.Model
  readonly near: Neighbourhood
  /** The contact that is put or removed. */
  readonly subject: Contact | undefined
  readonly before: Features | undefined
  readonly after: Features | undefined
  readonly decisions: ReadonlyMap<string, Decision.Decision>
  /** Counts of first names that changed. */
  readonly firstNames: ReadonlyMap<number, number>
  readonly standingOf: Evidence.StandingOf
  /** Scores between others made anew, kept both ways; the subject's are in the neighbourhood. */
  readonly fresh: Map<Contact, Map<Contact, number>>
  /** Contacts whose connections may change. */
  readonly seeds: ReadonlySet<Contact>
  readonly skipped: number
}

export const make = (model: Model.Model, near: Neighbourhood, change: Change): Draft => {
  const subject =
    change._tag === "Put" ? change.features.contact : change._tag === "Remove" ? change.contact : undefined
  const before = subject === undefined ? undefined : near.members.get(subject)?.features
  const after = change._tag === "Put" ? change.features : undefined
  const decisions = decisionsAfter(near, change)
  const firstNames = new Map<number, number>()
  const standingOf = standings(near, decisions, firstNames)
  const base = { model, near, subject, before, after, decisions, firstNames, standingOf, fresh: new Map() }
  const seeds = new Set(seedsOf(change))
  const shaken = countFirstNames(base, change)
  const skipped = after === undefined ? 0 : compareCandidates(base, after, seeds)
  for (const holders of shaken) rescore(base, holders, seeds)
  if (after === undefined && subject !== undefined) seeds.delete(subject)
  return { ...base, seeds, skipped }
}

/** Contacts that a change is about. */
export const seedsOf = (change: Change): ReadonlyArray<Contact> => {
  if (change._tag === "Put") return [change.features.contact]
  if (change._tag === "Remove") return change.into === undefined ? [change.contact] : [change.contact, change.into]
  return change.decisions.flatMap(Decision.contactsOf)
}

/** Handles whose holders count anew: those of the contact, before and after, and those that a rule is about. */
export const handlesOf = (change: Change, before: Features | undefined): ReadonlyArray<HandleFeature> => {
  const rules = change._tag === "Decide" || change._tag === "Revoke" ? change.decisions : []
  return [
    ...(before?.handles ?? []),
    ...(change._tag === "Put" ? change.features.handles : []),
    ...rules.flatMap((decision) => (decision._tag === "HandleRule" ? Decision.handleFeatures(decision) : []))
  ]
}

/** Bits between two contacts as they are now. */
export const bitsOf = (draft: Base, a: Contact, b: Contact): number => {
  if (a === draft.subject) return subjectBits(draft, b)
  if (b === draft.subject) return subjectBits(draft, a)
  const known = draft.fresh.get(a)?.get(b) ?? savedBits(draft, a, b)
  if (known !== undefined) return known
  const bits = compare(draft, a, b)
  keep(draft.fresh, a, b, bits)
  return bits
}

/** Shows the connections of a contact as they are now. */
export const eachEdge = (draft: Draft, contact: Contact, see: (other: Contact, bits: number) => void): void => {
  const { near, subject, after } = draft
  const show = (bits: number, other: Contact) => see(other, bits)
  if (contact === subject) return near.compared.forEach(show)
  const fresh = draft.fresh.get(contact) ?? noEdges
  near.edges.get(contact)?.forEach((bits, other) => {
    if (other !== subject && !fresh.has(other)) see(other, bits)
  })
  fresh.forEach(show)
  const own = after === undefined ? undefined : near.compared.get(contact)
  if (own !== undefined) see(subject!, own)
}

/** Shows the scores made for this change, each pair once. */
export const eachScore = (draft: Draft, see: (a: Contact, b: Contact, bits: number) => void): void => {
  const { near, subject, fresh } = draft
  if (subject !== undefined) near.compared.forEach((bits, contact) => see(subject, contact, bits))
  fresh.forEach((ofA, a) => {
    ofA.forEach((bits, b) => {
      if (a < b) see(a, b, bits)
    })
  })
}

export const featuresOf = (draft: Pick<Draft, "subject" | "after" | "near">, contact: Contact): Features | undefined =>
  contact === draft.subject ? draft.after : draft.near.members.get(contact)?.features

/** Bits as they were saved, unless they have to be made anew. */
export const savedBits = (draft: Pick<Draft, "subject" | "near">, a: Contact, b: Contact): number | undefined =>
  a === draft.subject || b === draft.subject ? undefined : draft.near.edges.get(a)?.get(b)

// ---------------------------------------------------------------------------------------------------------

type Base = Omit<Draft, "seeds" | "skipped">

const noEdges: Edges = new Map()

const subjectBits = (draft: Base, other: Contact): number => {
  const known = draft.near.compared.get(other)
  if (known !== undefined) return known
  const bits = compare(draft, draft.subject!, other)
  draft.near.compared.set(other, bits)
  return bits
}

const compare = (draft: Base, a: Contact, b: Contact): number => {
  const [one, other] = [featuresOf(draft, a), featuresOf(draft, b)]
  // Only contacts that were loaded are ever asked about.
  if (one === undefined || other === undefined) return -Infinity
  return Evidence.bits(draft.model, one, other, draft.standingOf)
}

const decisionsAfter = (near: Neighbourhood, change: Change): ReadonlyMap<string, Decision.Decision> => {
  if (change._tag === "Put" || change._tag === "Remove") return near.decisions
  const decisions = new Map(near.decisions)
  for (const decision of change.decisions) {
    if (change._tag === "Decide") decisions.set(decision.id, decision)
    else decisions.delete(decision.id)
  }
  return decisions
}

const standings = (
  near: Neighbourhood,
  decisions: ReadonlyMap<string, Decision.Decision>,
  changed: ReadonlyMap<number, number>
): Evidence.StandingOf => {
  const uses = new Map<number, Decision.HandleUse>()
  for (const decision of decisions.values()) {
    if (decision._tag === "HandleRule") uses.set(Decision.handleOf(decision), decision.use)
  }
  return (handle) => {
    const firstNames = changed.get(handle) ?? near.firstNames.get(handle) ?? 1
    const use = uses.get(handle)
    if (use !== undefined) return { firstNames, use }
    return firstNames < 2 ? undefined : { firstNames }
  }
}

/** Those who have the handle, the subject last. */
const holdersOf = (base: Base, handle: HandleFeature): ReadonlyArray<Features> => {
  const holders: Array<Features> = []
  for (const contact of base.near.postings.get(BlockingKey.ofHandle(handle))?.contacts ?? []) {
    const features = contact === base.subject ? undefined : base.near.members.get(contact)?.features
    if (features !== undefined && has(features, handle)) holders.push(features)
  }
  if (base.after !== undefined && has(base.after, handle)) holders.push(base.after)
  return holders
}

const has = (features: Features, { key }: HandleFeature): boolean =>
  features.handles.some((handle) => handle.key === key)

/** Counts the first names of each touched handle and returns the holders of those whose standing changed. */
const countFirstNames = (base: Base, change: Change): ReadonlyArray<ReadonlyArray<Features>> => {
  const counts = base.firstNames as Map<number, number>
  const ruled = change._tag === "Decide" || change._tag === "Revoke"
  const shaken: Array<ReadonlyArray<Features>> = []
  for (const handle of new Map(handlesOf(change, base.before).map((each) => [each.key, each])).values()) {
    const known = base.near.firstNames.get(handle.key) ?? 1
    const refined = base.near.postings.get(BlockingKey.ofHandle(handle))?.refined === true
    const holders = holdersOf(base, handle)
    const names =
      refined || holders.length > BlockingKey.POSTING_MAX
        ? Standing.FIRST_NAMES_MAX
        : holders.length < 2
          ? 1
          : Math.max(1, Standing.firstNames(base.model, holders))
    if (names !== known) counts.set(handle.key, names)
    if (names !== known || ruled) shaken.push(holders)
  }
  return shaken
}

/** Compares the contact with everyone its keys bring up; returns how many comparisons the caps cost. */
const compareCandidates = (base: Base, after: Features, seeds: Set<Contact>): number => {
  let skipped = 0
  const seen = new Set<Contact>([after.contact])
  for (const { key } of BlockingKey.make(after)) {
    const posting = base.near.postings.get(key)
    if (posting === undefined) continue
    if (posting.full) skipped++
    for (const contact of posting.contacts) {
      if (seen.has(contact)) continue
      seen.add(contact)
      const bits = bitsOf(base, after.contact, contact)
      if (bits >= base.near.bits) seeds.add(contact)
    }
  }
  return skipped
}

/** Scores the holders of a handle against each other once it turned out shared, or no longer. */
const rescore = (base: Base, holders: ReadonlyArray<Features>, seeds: Set<Contact>) => {
  for (let i = 0; i < holders.length; i++) {
    const a = holders[i]!
    seeds.add(a.contact)
    for (let j = i + 1; j < holders.length; j++) {
      const b = holders[j]!
      const bits = Evidence.bits(base.model, a, b, base.standingOf)
      if (b.contact === base.subject) base.near.compared.set(a.contact, bits)
      else keep(base.fresh, a.contact, b.contact, bits)
    }
  }
}

const keep = (fresh: Map<Contact, Map<Contact, number>>, a: Contact, b: Contact, bits: number) => {
  const ofA = fresh.get(a)
  if (ofA === undefined) fresh.set(a, new Map([[b, bits]]))
  else ofA.set(b, bits)
  const ofB = fresh.get(b)
  if (ofB === undefined) fresh.set(b, new Map([[a, bits]]))
  else ofB.set(a, bits)
}
