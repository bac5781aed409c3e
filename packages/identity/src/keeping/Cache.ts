/**
 * What was read of who-is-who, and what was placed on top of it and is not saved yet. It gathers like any keeper of rows;
 * what it does not know it asks for, all at once, and whoever owns it reads that and tells it. Only the owner writes the
 * rows meanwhile. Old entries make room once what they hold is saved.
 *
 * ```
 * gather ─► undefined: wanted ─► read ─► learn ─► gather …    save … ─► changes ─► write ─► settle
 * ```
 */
import type { Key } from "@interchannel/domain"
import * as BlockingKey from "../blocking/BlockingKey.ts"
import type * as Decision from "../decisions/Decision.ts"
import * as Decisions from "../decisions/Decisions.ts"
import * as Kept from "./Kept.ts"
import type * as Neighbourhood from "../placing/Neighbourhood.ts"
import type { Person, PersonId } from "../placing/Person.ts"
import type { Placement } from "../placing/Place.ts"
import { Bags, Shelf } from "./shelves.ts"

type Contact = Key.ContactKey

/** What has to be read; a list is empty where nothing is missing. */
export interface Wanted {
  readonly contacts: ReadonlyArray<Contact>
  readonly persons: ReadonlyArray<PersonId>
  /** Persons whose contacts are wanted. */
  readonly members: ReadonlyArray<PersonId>
  /** Contacts that may have founded persons. */
  readonly founded: ReadonlyArray<Contact>
  readonly refined: ReadonlyArray<number>
  readonly postings: ReadonlyArray<number>
  readonly edges: ReadonlyArray<Contact>
  readonly firstNames: ReadonlyArray<number>
}

/** What was found of it; what is absent here is not there. */
export interface Found {
  readonly contacts: ReadonlyMap<Contact, Neighbourhood.Member>
  readonly persons: ReadonlyArray<Person>
  readonly members: ReadonlyMap<PersonId, ReadonlyArray<Contact>>
  readonly refined: ReadonlySet<number>
  /** Sorted, at most `POSTING_READ_MAX` each. */
  readonly postings: ReadonlyMap<number, ReadonlyArray<Contact>>
  readonly edges: ReadonlyMap<Contact, ReadonlyMap<Contact, number>>
  readonly firstNames: ReadonlyMap<number, number>
}

/** Rows to write; saving them again changes nothing. */
export interface Changes {
  /** Without a member the contact goes. `sameFeatures`: only its person or sure group is another. */
  readonly contacts: ReadonlyArray<{
    readonly contact: Contact
    readonly member: Neighbourhood.Member | undefined
    readonly sameFeatures: boolean
  }>
  readonly persons: ReadonlyArray<Person>
  readonly refined: ReadonlyArray<number>
  readonly postings: ReadonlyArray<{ readonly key: number; readonly contact: Contact; readonly there: boolean }>
  /** One direction each; without bits it goes. */
  readonly edges: ReadonlyArray<{ readonly a: Contact; readonly b: Contact; readonly bits: number | undefined }>
  readonly firstNames: ReadonlyArray<{ readonly handle: number; readonly names: number | undefined }>
}

/** Contacts read of one posting: some more than are compared, since some may leave it before it is read again. */
export const POSTING_READ_MAX = 2 * BlockingKey.POSTING_MAX

export interface Cache {
  readonly decisions: ReadonlyMap<string, Decision.Decision>
  /** The answer to a query; `undefined` when something has to be read first. */
  readonly gather: (query: Neighbourhood.Query) => Neighbourhood.Neighbourhood | undefined
  readonly contact: (contact: Contact) => Neighbourhood.Member | undefined
  /** What was missing since the last time; `undefined` when nothing was. */
  readonly wanted: () => Wanted | undefined
  readonly learn: (wanted: Wanted, found: Found) => void
  readonly setDecision: (id: string, decision: Decision.Decision | undefined) => void
  readonly save: (placement: Placement) => void
  /** Everything saved since the last `settle`. */
  readonly changes: () => Changes
  /** The changes are written. */
  readonly settle: () => void
}

/** Entries that may be kept of each sort; twice as many at the most. */
export interface Limits {
  readonly contacts: number
  readonly keys: number
}

export const limits: Limits = { contacts: 10_000, keys: 50_000 }

export const make = ({ contacts: contactsMax, keys: keysMax }: Limits = limits): Cache => {
  const state: State = {
    contacts: new Shelf(contactsMax),
    features: new Set(),
    persons: new Shelf(contactsMax),
    members: new Bags(contactsMax),
    founded: new Bags(contactsMax),
    refined: new Shelf(keysMax),
    postings: new Bags(keysMax),
    edges: new Bags(contactsMax),
    firstNames: new Shelf(keysMax),
    decisions: Decisions.make()
  }
  const kept = keptIn(state)
  return {
    decisions: state.decisions.all,
    contact: kept.contact,
    gather: (query) => {
      const before = missesOf(state)
      const near = Kept.gather(kept, query)
      return missesOf(state) > before ? undefined : near
    },
    wanted: () => (isMissing(state) ? wantedOf(state) : undefined),
    learn: (wanted, found) => learn(state, wanted, found),
    setDecision: state.decisions.set,
    save: (placement) => Kept.save(kept, placement),
    changes: () => changesOf(state),
    settle: () => {
      // Read in part only: what was taken out of it may have left room for one that was not read.
      for (const key of state.postings.changedKeys()) {
        if (state.postings.sizeOf(key) > BlockingKey.POSTING_MAX) state.postings.drop(key)
      }
      state.features.clear()
      for (const shelf of shelvesOf(state)) shelf.settle()
    }
  }
}

// ---------------------------------------------------------------------------------------------------------

interface State {
  readonly contacts: Shelf<Contact, Neighbourhood.Member>
  /** Contacts whose features were put since the last `settle`. */
  readonly features: Set<Contact>
  readonly persons: Shelf<PersonId, Person>
  readonly members: Bags<PersonId, Contact, true>
  readonly founded: Bags<Contact, PersonId, true>
  readonly refined: Shelf<number, true>
  readonly postings: Bags<number, Contact, true>
  readonly edges: Bags<Contact, Contact, number>
  readonly firstNames: Shelf<number, number>
  readonly decisions: Decisions.Decisions
}

const shelvesOf = ({ contacts, persons, members, founded, refined, postings, edges, firstNames }: State) => [
  contacts,
  persons,
  members,
  founded,
  refined,
  postings,
  edges,
  firstNames
]

const missesOf = (state: State): number => shelvesOf(state).reduce((sum, { misses }) => sum + misses, 0)

const isMissing = (state: State): boolean => shelvesOf(state).some(({ missing }) => missing.size > 0)

const wantedOf = (state: State): Wanted => ({
  contacts: state.contacts.takeMissing(),
  persons: state.persons.takeMissing(),
  members: state.members.takeMissing(),
  founded: state.founded.takeMissing(),
  refined: state.refined.takeMissing(),
  postings: state.postings.takeMissing(),
  edges: state.edges.takeMissing(),
  firstNames: state.firstNames.takeMissing()
})

const keptIn = (state: State): Kept.Kept => ({
  contact: (contact) => state.contacts.get(contact),
  person: (id) => state.persons.get(id),
  membersOf: (person) => state.members.get(person).keys(),
  foundedBy: (contact) => [...state.founded.get(contact).keys()].flatMap((id) => state.persons.get(id) ?? []),
  isRefined: (key) => state.refined.get(key) === true,
  posting: (key, most) => {
    const posting = [...state.postings.get(key).keys()]
    const contacts = posting.slice(0, most)
    const features = contacts.map((contact) => state.contacts.get(contact)?.features)
    return { contacts, features, full: posting.length > most }
  },
  edgesOf: (contact) => state.edges.get(contact),
  firstNames: (handle) => state.firstNames.get(handle),
  decisionsOf: state.decisions.of,
  setContact: (contact, member) => {
    const before = state.contacts.get(contact)
    // Who was not there is connected with nobody, but for what was saved just now.
    if (before === undefined && state.contacts.knows(contact)) state.edges.learnNew(contact)
    state.contacts.set(contact, member)
    if (member?.features !== before?.features) state.features.add(contact)
    if (before?.person === member?.person) return
    if (before?.person !== undefined) state.members.set(before.person, contact, undefined)
    if (member?.person !== undefined) state.members.set(member.person, contact, true)
  },
  setPerson: (person) => {
    const known = state.founded.knows(person.first)
    if (known && !state.founded.get(person.first).has(person.id)) state.members.learnNew(person.id)
    state.persons.set(person.id, person)
    state.founded.set(person.first, person.id, true)
  },
  refine: (key) => state.refined.set(key, true),
  post: (key, contact) => state.postings.set(key, contact, true),
  unpost: (key, contact) => state.postings.set(key, contact, undefined),
  setEdge: (a, b, bits) => state.edges.set(a, b, bits),
  setFirstNames: (handle, names) => state.firstNames.set(handle, names),
  setDecision: state.decisions.set
})

const learn = (state: State, wanted: Wanted, found: Found) => {
  for (const contact of wanted.contacts) state.contacts.learn(contact, found.contacts.get(contact))
  const founded = new Map<Contact, Array<PersonId>>()
  for (const person of found.persons) {
    state.persons.learn(person.id, person)
    founded.set(person.first, [...(founded.get(person.first) ?? []), person.id])
  }
  for (const id of wanted.persons) if (!state.persons.knows(id)) state.persons.learn(id, undefined)
  for (const contact of wanted.founded) state.founded.learn(contact, truths(founded.get(contact)))
  for (const person of wanted.members) state.members.learn(person, truths(found.members.get(person)))
  for (const key of wanted.refined) state.refined.learn(key, found.refined.has(key) ? true : undefined)
  for (const key of wanted.postings) state.postings.learn(key, truths(found.postings.get(key)))
  for (const contact of wanted.edges) state.edges.learn(contact, found.edges.get(contact) ?? [])
  for (const handle of wanted.firstNames) state.firstNames.learn(handle, found.firstNames.get(handle))
}

const truths = <A>(list: ReadonlyArray<A> = []): ReadonlyArray<readonly [A, true]> => list.map((one) => [one, true])

const changesOf = (state: State): Changes => ({
  contacts: state.contacts
    .changes()
    .map(([contact, member]) => ({ contact, member, sameFeatures: !state.features.has(contact) })),
  persons: state.persons.changes().flatMap(([, person]) => person ?? []),
  refined: state.refined.changes().map(([key]) => key),
  postings: state.postings.changes().map(([key, contact, there]) => ({ key, contact, there: there === true })),
  edges: state.edges.changes().map(([a, b, bits]) => ({ a, b, bits })),
  firstNames: state.firstNames.changes().map(([handle, names]) => ({ handle, names }))
})
