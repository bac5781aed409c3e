/** Who-is-who in memory: for tests, measurements and trying a model. Loses everything with the process. */
import type { Key } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as BlockingKey from "./BlockingKey.ts"
import type * as Decision from "./Decision.ts"
import { handleOf } from "./Decision.ts"
import { IdentityStore } from "./IdentityStore.ts"
import * as Neighbourhood from "./Neighbourhood.ts"
import type { Person, PersonId } from "./Person.ts"
import * as Place from "./Place.ts"

type Contact = Key.ContactKey

interface Kept {
  readonly features: Neighbourhood.Member["features"]
  person?: PersonId
}

export interface Memory {
  readonly contacts: ReadonlyMap<Contact, Neighbourhood.Member>
  readonly persons: ReadonlyMap<PersonId, Person>
  readonly decisions: ReadonlyMap<string, Decision.Decision>
  /** Contacts of a person. */
  readonly members: (person: PersonId) => ReadonlySet<Contact>
  /** Contacts that have the handle, by `BlockingKey.ofHandle`. */
  readonly posting: (key: number) => ReadonlySet<Contact>
  readonly load: (query: Neighbourhood.Query) => Neighbourhood.Neighbourhood
  readonly save: (placement: Place.Placement) => void
  /** Loads, decides and saves in one go. */
  readonly apply: (context: Place.Context, change: Place.Change) => Place.Placement
}

export const layer: Layer.Layer<IdentityStore> = Layer.sync(IdentityStore, () => {
  const memory = make()
  return {
    load: (query) => Effect.sync(() => memory.load(query)),
    save: (placement) => Effect.sync(() => memory.save(placement))
  }
})

export const make = (): Memory => {
  const state: State = {
    contacts: new Map(),
    edges: new Map(),
    postings: new Map(),
    refined: new Set(),
    persons: new Map(),
    firstOf: new Map(),
    members: new Map(),
    firstNames: new Map(),
    decisions: new Map(),
    decisionsOf: new Map()
  }
  const memory: Memory = {
    contacts: state.contacts,
    persons: state.persons,
    decisions: state.decisions,
    members: (person) => state.members.get(person) ?? none,
    posting: (key) => setOf(state.postings.get(key)),
    load: (query) => load(state, query),
    save: (placement) => save(state, placement),
    apply: (context, change) => {
      let near = load(state, Place.firstQuery(context.model, change))
      for (let round = 1; ; round++) {
        const answer = Place.place(context, near, change, round)
        if (answer._tag === "Placement") {
          save(state, answer)
          return answer
        }
        const more = load(state, answer.query)
        near = answer.afresh ? more : Neighbourhood.join(near, more)
      }
    }
  }
  return memory
}

// ---------------------------------------------------------------------------------------------------------

/** Most keys have one contact: a set for each would take most of the memory. */
type Bag = Contact | Set<Contact>

interface State {
  readonly contacts: Map<Contact, Kept>
  readonly edges: Map<Contact, Map<Contact, number>>
  readonly postings: Map<number, Bag>
  readonly refined: Set<number>
  readonly persons: Map<PersonId, Person>
  readonly firstOf: Map<Contact, Array<PersonId>>
  readonly members: Map<PersonId, Set<Contact>>
  readonly firstNames: Map<number, number>
  readonly decisions: Map<string, Decision.Decision>
  /** Decision ids by contact and by handle. */
  readonly decisionsOf: Map<Contact | number, Set<string>>
}

const none: ReadonlySet<Contact> = new Set()
const noEdges: ReadonlyMap<Contact, number> = new Map()

const setOf = (bag: Bag | undefined): ReadonlySet<Contact> =>
  bag === undefined ? none : typeof bag === "string" ? new Set([bag]) : bag

const load = (state: State, query: Neighbourhood.Query): Neighbourhood.Neighbourhood => {
  const near = Neighbourhood.empty(query.bits)
  for (const { key, finer } of query.keys) {
    const refined = state.refined.has(key)
    const bag = state.postings.get(refined ? finer : key)
    const contacts: Array<Contact> = []
    let full = false
    if (typeof bag === "string") contacts.push(bag)
    else if (bag !== undefined) {
      full = bag.size > BlockingKey.POSTING_MAX
      for (const contact of bag) if (contacts.push(contact) >= BlockingKey.POSTING_MAX) break
    }
    near.postings.set(key, { refined, contacts, full })
    for (const contact of contacts) addMember(state, near, contact)
  }
  reach(state, query, near)
  return near
}

const addMember = (state: State, near: Neighbourhood.Neighbourhood, contact: Contact) => {
  if (near.members.has(contact)) return
  const member = state.contacts.get(contact)
  if (member === undefined) return
  near.members.set(contact, member)
  for (const { key } of member.features.handles) {
    const names = state.firstNames.get(key)
    if (names !== undefined) near.firstNames.set(key, names)
    addDecisions(state, near, key)
  }
  addDecisions(state, near, contact)
}

const addDecisions = (state: State, near: Neighbourhood.Neighbourhood, about: Contact | number) => {
  if (state.decisions.size === 0) return
  for (const id of state.decisionsOf.get(about) ?? []) {
    const decision = state.decisions.get(id)
    if (decision !== undefined) near.decisions.set(id, decision)
  }
}

const reach = (state: State, query: Neighbourhood.Query, near: Neighbourhood.Neighbourhood) => {
  const queue: Array<Contact> = []
  const visit = (contact: Contact) => {
    if (near.reached.has(contact) || !state.contacts.has(contact)) return
    near.reached.add(contact)
    queue.push(contact)
  }
  for (const contact of query.reach) {
    visit(contact)
    addFounded(state, near, contact)
    // Decided about before it arrived.
    addDecisions(state, near, contact)
    for (const other of mustLinked(state, contact)) visit(other)
  }
  for (let at = 0; at < queue.length; at++) {
    if (queue.length > Neighbourhood.REACH_MAX) {
      near.truncated = true
      return
    }
    const contact = queue[at]!
    addMember(state, near, contact)
    const edges = state.edges.get(contact) ?? noEdges
    near.edges.set(contact, edges)
    for (const [other, bits] of edges) if (bits >= query.bits) visit(other)
    for (const other of mustLinked(state, contact)) visit(other)
    const person = state.contacts.get(contact)?.person
    for (const other of person === undefined ? [] : membersOf(state, person)) visit(other)
    addFounded(state, near, contact)
    const known = person === undefined ? undefined : state.persons.get(person)
    if (known !== undefined) near.persons.set(known.id, known)
  }
}

const addFounded = (state: State, near: Neighbourhood.Neighbourhood, contact: Contact) => {
  for (const id of state.firstOf.get(contact) ?? []) {
    const known = state.persons.get(id)
    if (known !== undefined) near.persons.set(id, known)
  }
}

const mustLinked = (state: State, contact: Contact): ReadonlyArray<Contact> =>
  [...(state.decisionsOf.get(contact) ?? [])].flatMap((id) => {
    const decision = state.decisions.get(id)
    return decision?._tag === "MustLink" ? [decision.a === contact ? decision.b : decision.a] : []
  })

const membersOf = (state: State, person: PersonId): ReadonlySet<Contact> => state.members.get(person) ?? none

const save = (state: State, placement: Place.Placement) => {
  if (placement.unlinked !== undefined) dropEdges(state, placement.unlinked)
  if (placement.put !== undefined) {
    const person = state.contacts.get(placement.put.contact)?.person
    state.contacts.set(
      placement.put.contact,
      person === undefined ? { features: placement.put } : { features: placement.put, person }
    )
  }
  if (placement.removed !== undefined) forget(state, placement.removed)
  for (const key of placement.refined) state.refined.add(key)
  for (const { key, contact } of placement.unpost) unpost(state, key, contact)
  for (const { key, contact } of placement.post) post(state, key, contact)
  for (const { a, b, bits } of placement.edges) {
    setEdge(state, a, b, bits)
    setEdge(state, b, a, bits)
  }
  for (const { handle, names } of placement.firstNames) {
    if (names < 2) state.firstNames.delete(handle)
    else state.firstNames.set(handle, names)
  }
  for (const id of placement.revoked) setDecision(state, id, undefined)
  for (const decision of placement.decided) setDecision(state, decision.id, decision)
  for (const person of placement.persons) {
    if (!state.persons.has(person.id)) pushTo(state.firstOf, person.first, person.id)
    state.persons.set(person.id, person)
  }
  for (const { contact, person } of placement.moved) move(state, contact, person)
}

const dropEdges = (state: State, contact: Contact) => {
  for (const other of state.edges.get(contact)?.keys() ?? []) state.edges.get(other)?.delete(contact)
  state.edges.delete(contact)
}

const setEdge = (state: State, a: Contact, b: Contact, bits: number) => {
  const edges = state.edges.get(a)
  if (edges === undefined) state.edges.set(a, new Map([[b, bits]]))
  else edges.set(b, bits)
}

const forget = (state: State, contact: Contact) => {
  move(state, contact, undefined)
  state.contacts.delete(contact)
}

const move = (state: State, contact: Contact, person: PersonId | undefined) => {
  const member = state.contacts.get(contact)
  if (member === undefined) return
  if (member.person !== undefined) {
    const members = state.members.get(member.person)
    members?.delete(contact)
    if (members?.size === 0) state.members.delete(member.person)
  }
  if (person === undefined) {
    delete member.person
    return
  }
  member.person = person
  const members = state.members.get(person)
  if (members === undefined) state.members.set(person, new Set([contact]))
  else members.add(contact)
}

const post = (state: State, key: number, contact: Contact) => {
  const bag = state.postings.get(key)
  if (bag === undefined || bag === contact) state.postings.set(key, contact)
  else if (typeof bag === "string") state.postings.set(key, new Set([bag, contact]))
  else bag.add(contact)
}

const unpost = (state: State, key: number, contact: Contact) => {
  const bag = state.postings.get(key)
  if (bag === contact) state.postings.delete(key)
  else if (bag !== undefined && typeof bag !== "string") {
    bag.delete(contact)
    if (bag.size === 0) state.postings.delete(key)
  }
}

const setDecision = (state: State, id: string, decision: Decision.Decision | undefined) => {
  const old = state.decisions.get(id)
  for (const about of old === undefined ? [] : aboutOf(old)) state.decisionsOf.get(about)?.delete(id)
  if (decision === undefined) {
    state.decisions.delete(id)
    return
  }
  state.decisions.set(id, decision)
  for (const about of aboutOf(decision)) {
    const ids = state.decisionsOf.get(about)
    if (ids === undefined) state.decisionsOf.set(about, new Set([id]))
    else ids.add(id)
  }
}

const aboutOf = (decision: Decision.Decision): ReadonlyArray<Contact | number> =>
  decision._tag === "HandleRule" ? [handleOf(decision)] : [decision.a, decision.b]

const pushTo = <K, V>(map: Map<K, Array<V>>, key: K, value: V) => {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}
