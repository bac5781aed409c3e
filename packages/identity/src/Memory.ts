/** Who-is-who in memory: for tests, measurements and trying a model. Loses everything with the process. */
import type { Key } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as BlockingKey from "./BlockingKey.ts"
import type * as Decision from "./Decision.ts"
import * as Decisions from "./Decisions.ts"
import { IdentityStore } from "./IdentityStore.ts"
import * as Kept from "./Kept.ts"
import * as Neighbourhood from "./Neighbourhood.ts"
import type { Person, PersonId } from "./Person.ts"
import * as Place from "./Place.ts"
import { ShardedMap } from "./shardedMap.ts"

type Contact = Key.ContactKey

export interface Memory {
  readonly contacts: ReadonlyMap<Contact, Neighbourhood.Member>
  readonly persons: ReadonlyMap<PersonId, Person>
  readonly decisions: ReadonlyMap<string, Decision.Decision>
  /** Contacts of a person. */
  readonly members: (person: PersonId) => ReadonlySet<Contact>
  /** Contacts that have the handle, by `BlockingKey.ofHandle`; at most one more than are compared. */
  readonly posting: (key: number) => ReadonlyArray<Contact>
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
    contacts: new ShardedMap(),
    edges: new ShardedMap(),
    postings: new ShardedMap(),
    refined: new Set(),
    persons: new ShardedMap(),
    firstOf: new ShardedMap(),
    members: new ShardedMap(),
    firstNames: new Map(),
    decisions: Decisions.make()
  }
  const kept = keptIn(state)
  const load = (query: Neighbourhood.Query) => Kept.gather(kept, query)
  const save = (placement: Place.Placement) => Kept.save(kept, placement)
  return {
    contacts: state.contacts,
    persons: state.persons,
    decisions: state.decisions.all,
    members: (person) => state.members.get(person) ?? none,
    posting: kept.posting,
    load,
    save,
    apply: (context, change) => {
      let near = load(Place.firstQuery(context.model, change))
      for (let round = 1; ; round++) {
        const answer = Place.place(context, near, change, round)
        if (answer._tag === "Placement") {
          save(answer)
          return answer
        }
        const more = load(answer.query)
        near = answer.afresh ? more : Neighbourhood.join(near, more)
      }
    }
  }
}

// ---------------------------------------------------------------------------------------------------------

/** Most keys have one contact: a set for each would take most of the memory. */
type Bag = Contact | Set<Contact>

interface State {
  readonly contacts: ShardedMap<Contact, Neighbourhood.Member>
  readonly edges: ShardedMap<Contact, Map<Contact, number>>
  readonly postings: ShardedMap<number, Bag>
  readonly refined: Set<number>
  readonly persons: ShardedMap<PersonId, Person>
  readonly firstOf: ShardedMap<Contact, Array<PersonId>>
  readonly members: ShardedMap<PersonId, Set<Contact>>
  readonly firstNames: Map<number, number>
  readonly decisions: Decisions.Decisions
}

const none: ReadonlySet<Contact> = new Set()
const noEdges: ReadonlyMap<Contact, number> = new Map()

const keptIn = (state: State): Kept.Kept => ({
  contact: (contact) => state.contacts.get(contact),
  person: (id) => state.persons.get(id),
  membersOf: (person) => state.members.get(person) ?? none,
  foundedBy: (contact) => (state.firstOf.get(contact) ?? []).map((id) => state.persons.get(id)!),
  isRefined: (key) => state.refined.has(key),
  posting: (key) => {
    const bag = state.postings.get(key)
    return bag === undefined ? [] : typeof bag === "string" ? [bag] : firstOf(bag, BlockingKey.POSTING_MAX + 1)
  },
  edgesOf: (contact) => state.edges.get(contact) ?? noEdges,
  firstNames: (handle) => state.firstNames.get(handle),
  decisionsOf: state.decisions.of,
  setContact: (contact, member) => setContact(state, contact, member),
  setPerson: (person) => {
    if (!state.persons.has(person.id)) pushTo(state.firstOf, person.first, person.id)
    state.persons.set(person.id, person)
  },
  refine: (key) => void state.refined.add(key),
  post: (key, contact) => post(state, key, contact),
  unpost: (key, contact) => unpost(state, key, contact),
  setEdge: (a, b, bits) => {
    const edges = state.edges.get(a)
    if (bits === undefined) {
      edges?.delete(b)
      if (edges?.size === 0) state.edges.delete(a)
    } else if (edges === undefined) state.edges.set(a, new Map([[b, bits]]))
    else edges.set(b, bits)
  },
  setFirstNames: (handle, names) => {
    if (names === undefined) state.firstNames.delete(handle)
    else state.firstNames.set(handle, names)
  },
  setDecision: state.decisions.set
})

const firstOf = (bag: ReadonlySet<Contact>, most: number): ReadonlyArray<Contact> => {
  const contacts: Array<Contact> = []
  for (const contact of bag) if (contacts.push(contact) === most) break
  return contacts
}

const setContact = (state: State, contact: Contact, member: Neighbourhood.Member | undefined) => {
  const [from, to] = [state.contacts.get(contact)?.person, member?.person]
  if (member === undefined) state.contacts.delete(contact)
  else state.contacts.set(contact, member)
  if (from === to) return
  if (from !== undefined) {
    const members = state.members.get(from)
    members?.delete(contact)
    if (members?.size === 0) state.members.delete(from)
  }
  if (to === undefined) return
  const members = state.members.get(to)
  if (members === undefined) state.members.set(to, new Set([contact]))
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

const pushTo = <K extends string, V>(map: ShardedMap<K, Array<V>>, key: K, value: V) => {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}
