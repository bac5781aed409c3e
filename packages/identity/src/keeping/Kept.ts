/**
 * The rows of who-is-who, each by what it is found by, and the two things done with them: gathering what a placement
 * looks at, and saving what it decided. What keeps the rows, memory or a cache over a database, is its own business.
 */
import type { Key } from "@interchannel/domain"
import type * as Decision from "../decisions/Decision.ts"
import type { Features } from "../features/Features.ts"
import * as Neighbourhood from "../placing/Neighbourhood.ts"
import type { Person, PersonId } from "../placing/Person.ts"
import type { Placement } from "../placing/Place.ts"

type Contact = Key.ContactKey

/** What is read while gathering; whoever does not know an answer yet gives an empty one and asks for it. */
export interface Readable {
  readonly contact: (contact: Contact) => Neighbourhood.Member | undefined
  readonly person: (id: PersonId) => Person | undefined
  readonly membersOf: (person: PersonId) => Iterable<Contact>
  /** Every person ever made for this contact. */
  readonly foundedBy: (contact: Contact) => Iterable<Person>
  readonly isRefined: (key: number) => boolean
  /** The first contacts under a key, at most `most`, always in the same order. */
  readonly posting: (key: number, most: number) => Posted
  readonly edgesOf: (contact: Contact) => ReadonlyMap<Contact, number>
  /** Absent below two. */
  readonly firstNames: (handle: number) => number | undefined
  /** Decisions about a contact, or about a handle by its number. */
  readonly decisionsOf: (about: Contact | number) => Iterable<Decision.Decision>
}

export interface Posted {
  readonly contacts: ReadonlyArray<Contact>
  /** Of each contact, in the same place; `undefined` where it is not known yet. */
  readonly features: ReadonlyArray<Features | undefined>
  /** There are more. */
  readonly full: boolean
}

export interface Kept extends Readable {
  /** Without a member the contact is forgotten. */
  readonly setContact: (contact: Contact, member: Neighbourhood.Member | undefined) => void
  readonly setPerson: (person: Person) => void
  readonly refine: (key: number) => void
  readonly post: (key: number, contact: Contact) => void
  readonly unpost: (key: number, contact: Contact) => void
  /** One direction; `undefined` takes it away. */
  readonly setEdge: (a: Contact, b: Contact, bits: number | undefined) => void
  readonly setFirstNames: (handle: number, names: number | undefined) => void
  readonly setDecision: (id: string, decision: Decision.Decision | undefined) => void
}

/** The answer to a query. */
export const gather = (kept: Readable, query: Neighbourhood.Query): Neighbourhood.Neighbourhood => {
  const near = Neighbourhood.empty(query.bits)
  for (const { key, finer, most } of query.keys) {
    const refined = kept.isRefined(key)
    const under = refined ? finer : key
    const { contacts, features, full } = under === undefined ? nobody : kept.posting(under, most)
    near.postings.set(key, { refined, contacts, full })
    contacts.forEach((contact, at) => {
      const known = features[at]
      if (known === undefined) return
      near.members.set(contact, { features: known })
      for (const handle of known.handles) addDecisions(kept, near, handle.key)
    })
  }
  for (const handle of query.handles) addStanding(kept, near, handle)
  reach(kept, query, near)
  return near
}

/** Saves a placement. Saving the same placements again in order gives the same rows. */
export const save = (kept: Kept, placement: Placement): void => {
  if (placement.unlinked !== undefined) unlink(kept, placement.unlinked)
  if (placement.removed !== undefined) kept.setContact(placement.removed, undefined)
  for (const key of placement.refined) kept.refine(key)
  for (const { key, contact } of placement.unpost) kept.unpost(key, contact)
  for (const { key, contact } of placement.post) kept.post(key, contact)
  for (const { a, b, bits } of placement.edges) {
    kept.setEdge(a, b, bits)
    kept.setEdge(b, a, bits)
  }
  for (const { handle, names } of placement.firstNames) kept.setFirstNames(handle, names < 2 ? undefined : names)
  for (const id of placement.revoked) kept.setDecision(id, undefined)
  for (const decision of placement.decided) kept.setDecision(decision.id, decision)
  for (const person of placement.persons) kept.setPerson(person)
  saveMembers(kept, placement)
}

// ---------------------------------------------------------------------------------------------------------

/** There are too many, and no finer key tells them apart. */
const nobody: Posted = { contacts: [], features: [], full: true }

const addStanding = (kept: Readable, near: Neighbourhood.Neighbourhood, handle: number) => {
  const names = kept.firstNames(handle)
  if (names !== undefined) near.firstNames.set(handle, names)
  addDecisions(kept, near, handle)
}

const addDecisions = (kept: Readable, near: Neighbourhood.Neighbourhood, about: Contact | number) => {
  for (const decision of kept.decisionsOf(about)) near.decisions.set(decision.id, decision)
}

const reach = (kept: Readable, query: Neighbourhood.Query, near: Neighbourhood.Neighbourhood) => {
  const queue: Array<Contact> = []
  const visit = (contact: Contact) => {
    if (near.reached.has(contact)) return
    const member = kept.contact(contact)
    if (member === undefined) return
    near.members.set(contact, member)
    near.reached.add(contact)
    queue.push(contact)
  }
  const walked = new Set<PersonId>()
  for (const contact of query.reach) {
    visit(contact)
    if (near.reached.has(contact)) continue
    addFounded(kept, near, contact)
    // Decided about before it arrived.
    addDecisions(kept, near, contact)
    for (const other of mustLinked(kept, contact)) visit(other)
  }
  for (let at = 0; at < queue.length; at++) {
    if (queue.length > Neighbourhood.REACH_MAX) {
      near.truncated = true
      return
    }
    const contact = queue[at]!
    const { features, person } = near.members.get(contact)!
    for (const { key } of features.handles) addStanding(kept, near, key)
    addDecisions(kept, near, contact)
    const edges = kept.edgesOf(contact)
    near.edges.set(contact, edges)
    for (const [other, bits] of edges) if (bits >= query.bits) visit(other)
    for (const other of mustLinked(kept, contact)) visit(other)
    addFounded(kept, near, contact)
    if (person === undefined || walked.has(person)) continue
    walked.add(person)
    for (const other of kept.membersOf(person)) visit(other)
    const known = near.persons.get(person) ?? kept.person(person)
    if (known !== undefined) near.persons.set(known.id, known)
  }
}

const addFounded = (kept: Readable, near: Neighbourhood.Neighbourhood, contact: Contact) => {
  for (const person of kept.foundedBy(contact)) near.persons.set(person.id, person)
}

const mustLinked = (kept: Readable, contact: Contact): ReadonlyArray<Contact> => {
  const others: Array<Contact> = []
  for (const decision of kept.decisionsOf(contact)) {
    if (decision._tag === "MustLink") others.push(decision.a === contact ? decision.b : decision.a)
  }
  return others
}

const unlink = (kept: Kept, contact: Contact) => {
  for (const other of kept.edgesOf(contact).keys()) {
    kept.setEdge(contact, other, undefined)
    kept.setEdge(other, contact, undefined)
  }
}

/** Each contact once, however many of its fields change. */
const saveMembers = (kept: Kept, { put, moved, sure }: Placement) => {
  const changed = new Map<Contact, { -readonly [K in keyof Neighbourhood.Member]: Neighbourhood.Member[K] }>()
  const changing = (contact: Contact) => {
    const known = changed.get(contact)
    const saved = known === undefined ? kept.contact(contact) : undefined
    if (saved === undefined) return known
    const copy = { ...saved }
    changed.set(contact, copy)
    return copy
  }
  if (put !== undefined) changed.set(put.contact, { ...kept.contact(put.contact), features: put })
  for (const { contact, person } of moved) {
    const member = changing(contact)
    if (member === undefined) continue
    if (person === undefined) delete member.person
    else member.person = person
  }
  for (const each of sure) {
    const member = changing(each.contact)
    if (member !== undefined) member.sure = each.sure
  }
  for (const [contact, member] of changed) kept.setContact(contact, member)
}
