/** Who-is-who in memory: for tests, measurements and trying a model. Loses everything with the process. */
import type { Key } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as BlockingKey from "../blocking/BlockingKey.ts"
import type * as Decision from "../decisions/Decision.ts"
import * as Decisions from "../decisions/Decisions.ts"
import { IdentityStore } from "./IdentityStore.ts"
import * as Kept from "./Kept.ts"
import * as Neighbourhood from "../placing/Neighbourhood.ts"
import type { Person, PersonId } from "../placing/Person.ts"
import * as Place from "../placing/Place.ts"
import { Rings } from "./rings.ts"
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
    edges: new Rings({ weighted: true }),
    numbers: new ShardedMap(),
    names: [],
    postings: new Rings(),
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
    members: (person) => new Set(valuesIn(state.members, person)),
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

/** Most persons have one contact, most contacts founded one person, and none has many. */
type Bag = string | ReadonlyArray<string>

interface State {
  readonly contacts: ShardedMap<Contact, Neighbourhood.Member>
  /** From number to number, with their bits. */
  readonly edges: Rings
  /** Postings and edges hold contacts by number; a number is never given again. */
  readonly numbers: ShardedMap<Contact, number>
  readonly names: Array<Contact>
  readonly postings: Rings
  readonly refined: Set<number>
  readonly persons: ShardedMap<PersonId, Person>
  readonly firstOf: ShardedMap<Contact, Bag>
  readonly members: ShardedMap<PersonId, Bag>
  readonly firstNames: Map<number, number>
  readonly decisions: Decisions.Decisions
}

const noEdges: ReadonlyMap<Contact, number> = new Map()

const keptIn = (state: State): Kept.Kept => ({
  contact: (contact) => state.contacts.get(contact),
  person: (id) => state.persons.get(id),
  membersOf: (person) => valuesIn(state.members, person),
  foundedBy: (contact) => valuesIn(state.firstOf, contact).map((id) => state.persons.get(id)!),
  isRefined: (key) => state.refined.has(key),
  posting: (key) => state.postings.first(key, BlockingKey.POSTING_MAX + 1).map((number) => state.names[number]!),
  edgesOf: (contact) => edgesOf(state, contact),
  firstNames: (handle) => state.firstNames.get(handle),
  decisionsOf: state.decisions.of,
  setContact: (contact, member) => setContact(state, contact, member),
  setPerson: (person) => {
    if (!state.persons.has(person.id)) putIn(state.firstOf, person.first, person.id)
    state.persons.set(person.id, person)
  },
  refine: (key) => void state.refined.add(key),
  post: (key, contact) => post(state, key, contact),
  unpost: (key, contact) => unpost(state, key, contact),
  setEdge: (a, b, bits) => {
    const [from, to] = [numberOf(state, a), numberOf(state, b)]
    if (bits === undefined) state.edges.remove(from, to)
    else state.edges.set(from, to, bits)
  },
  setFirstNames: (handle, names) => {
    if (names === undefined) state.firstNames.delete(handle)
    else state.firstNames.set(handle, names)
  },
  setDecision: state.decisions.set
})

const setContact = (state: State, contact: Contact, member: Neighbourhood.Member | undefined) => {
  const [from, to] = [state.contacts.get(contact)?.person, member?.person]
  if (member === undefined) state.contacts.delete(contact)
  else state.contacts.set(contact, member)
  if (from === to) return
  if (from !== undefined) takeFrom(state.members, from, contact)
  if (to !== undefined) putIn(state.members, to, contact)
}

const edgesOf = (state: State, contact: Contact): ReadonlyMap<Contact, number> => {
  const number = state.numbers.get(contact)
  if (number === undefined) return noEdges
  const edges = new Map<Contact, number>()
  state.edges.forEach(number, (other, bits) => edges.set(state.names[other]!, bits))
  return edges
}

const numberOf = (state: State, contact: Contact): number => {
  const known = state.numbers.get(contact)
  if (known !== undefined) return known
  const number = state.names.push(contact) - 1
  state.numbers.set(contact, number)
  return number
}

const post = (state: State, key: number, contact: Contact) => {
  const number = numberOf(state, contact)
  // Who is new is nowhere yet, and some keys have very many contacts.
  if (state.contacts.has(contact) && state.postings.has(key, number)) return
  state.postings.add(key, number)
}

const unpost = (state: State, key: number, contact: Contact) => state.postings.remove(key, numberOf(state, contact))

const valuesIn = (bags: ShardedMap<string, Bag>, key: string): ReadonlyArray<string> => {
  const bag = bags.get(key)
  return bag === undefined ? none : typeof bag === "string" ? [bag] : bag
}

const none: ReadonlyArray<string> = []

const putIn = (bags: ShardedMap<string, Bag>, key: string, value: string) => {
  const bag = valuesIn(bags, key)
  bags.set(key, bag.length === 0 ? value : [...bag, value])
}

const takeFrom = (bags: ShardedMap<string, Bag>, key: string, value: string) => {
  const left = valuesIn(bags, key).filter((each) => each !== value)
  if (left.length === 0) bags.delete(key)
  else bags.set(key, left.length === 1 ? left[0]! : left)
}
