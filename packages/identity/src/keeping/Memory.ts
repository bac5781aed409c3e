/** Who-is-who in memory: for tests, measurements and trying a model. Loses everything with the process. */
import type { Key } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Decision from "../decisions/Decision.ts"
import * as Decisions from "../decisions/Decisions.ts"
import type { Features } from "../features/Features.ts"
import { IdentityStore } from "./IdentityStore.ts"
import * as Kept from "./Kept.ts"
import * as Packed from "./packed.ts"
import * as Neighbourhood from "../placing/Neighbourhood.ts"
import type { Person, PersonId } from "../placing/Person.ts"
import * as Place from "../placing/Place.ts"
import { Rings } from "./rings.ts"
import { NONE, Pairs, Slab } from "./slab.ts"
import { Texts } from "./texts.ts"
import { View } from "./view.ts"
import { Recent } from "./recent.ts"

type Contact = Key.ContactKey

export interface Memory {
  readonly contacts: ReadonlyMap<Contact, Neighbourhood.Member>
  readonly persons: ReadonlyMap<PersonId, Person>
  readonly decisions: ReadonlyMap<string, Decision.Decision>
  /** Contacts of a person. */
  readonly members: (person: PersonId) => ReadonlySet<Contact>
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
    contacts: new Texts(),
    features: new Slab(),
    words: new Packed.Words(),
    placed: new Pairs(),
    recent: new Recent(),
    persons: new Texts(),
    personRows: new Slab(),
    members: new Rings(),
    founded: new Rings(),
    edges: new Rings({ weighted: true }),
    postings: new Rings(),
    refined: new Rings(),
    firstNames: new Rings(),
    decisions: Decisions.make()
  }
  const kept = keptIn(state)
  const load = (query: Neighbourhood.Query) => Kept.gather(kept, query)
  const save = (placement: Place.Placement) => Kept.save(kept, placement)
  return {
    contacts: new View(state.contacts, (row) => memberAt(state, row)),
    persons: new View(state.persons, (row) => personAt(state, row)),
    decisions: state.decisions.all,
    members: (person) => new Set(kept.membersOf(person)),
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

/** Contacts and persons by number, and everything else by these numbers, in flat arrays. */
interface State {
  readonly contacts: Texts
  /** As texts, with their words by number. */
  readonly features: Slab
  readonly words: Packed.Words
  /** Of each contact its person, and the contact that names its sure group. */
  readonly placed: Pairs
  readonly recent: Recent<Features>
  readonly persons: Texts
  /** As JSON. */
  readonly personRows: Slab
  /** The contacts of a person. */
  readonly members: Rings
  /** The persons made for a contact. */
  readonly founded: Rings
  readonly edges: Rings
  readonly postings: Rings
  /** Keys alone. */
  readonly refined: Rings
  /** The one number of a handle. */
  readonly firstNames: Rings
  readonly decisions: Decisions.Decisions
}

const noEdges: ReadonlyMap<Contact, number> = new Map()
const ALL = Number.POSITIVE_INFINITY

const keptIn = (state: State): Kept.Kept => {
  const { contacts, persons } = state
  /** What is kept in the rings under the number of a key. */
  const under = <A>(keys: Texts, rings: Rings, key: string, of: (row: number) => A): ReadonlyArray<A> => {
    const row = keys.numberOf(key)
    return row === undefined ? [] : rings.first(row, ALL).map(of)
  }
  return {
    contact: (contact) => at(contacts, contact, (row) => memberAt(state, row)),
    person: (id) => at(persons, id, (row) => personAt(state, row)),
    membersOf: (person) => under(persons, state.members, person, (row) => contacts.text(row)),
    foundedBy: (contact) => under(contacts, state.founded, contact, (row) => personAt(state, row)!),
    isRefined: (key) => state.refined.has(key, 0),
    posting: (key, most) => {
      const rows = state.postings.first(key, most + 1)
      const full = rows.length > most
      if (full) rows.length = most
      const features = rows.map((row) => featuresAt(state, row))
      return { contacts: rows.map((row, at) => features[at]?.contact ?? contacts.text(row)), features, full }
    },
    edgesOf: (contact) => at(contacts, contact, (row) => edgesAt(state, row)) ?? noEdges,
    firstNames: (handle) => state.firstNames.first(handle, 1)[0],
    decisionsOf: state.decisions.of,
    setContact: (contact, member) => setContact(state, contacts.number(contact), member),
    setPerson: (person) => {
      const row = persons.number(person.id)
      if (!state.personRows.has(row)) state.founded.add(contacts.number(person.first), row)
      state.personRows.set(row, JSON.stringify(person))
    },
    refine: (key) => state.refined.set(key, 0, 0),
    post: (key, contact) => post(state, key, contact),
    unpost: (key, contact) => state.postings.remove(key, contacts.number(contact)),
    setEdge: (a, b, bits) => {
      const [from, to] = [contacts.number(a), contacts.number(b)]
      if (bits === undefined) state.edges.remove(from, to)
      else state.edges.set(from, to, bits)
    },
    setFirstNames: (handle, names) => {
      const [known] = state.firstNames.first(handle, 1)
      if (known !== undefined) state.firstNames.remove(handle, known)
      if (names !== undefined) state.firstNames.add(handle, names)
    },
    setDecision: state.decisions.set
  }
}

const at = <A>(keys: Texts, key: string, of: (row: number) => A): A | undefined => {
  const row = keys.numberOf(key)
  return row === undefined ? undefined : of(row)
}

const featuresAt = (state: State, row: number): Features | undefined => {
  const recent = state.recent.get(row)
  if (recent !== undefined) return recent
  const packed = state.features.get(row)
  if (packed === undefined) return undefined
  const features = Packed.unpack(state.words, state.contacts.text(row), packed)
  state.recent.set(row, features)
  return features
}

const memberAt = (state: State, row: number): Neighbourhood.Member | undefined => {
  const features = featuresAt(state, row)
  if (features === undefined) return undefined
  const [person, sure] = [state.placed.first(row), state.placed.second(row)]
  return {
    features,
    ...(person === NONE ? {} : { person: state.persons.text(person) }),
    ...(sure === NONE ? {} : { sure: state.contacts.text(sure) })
  }
}

const personAt = (state: State, row: number): Person | undefined => {
  const packed = state.personRows.get(row)
  return packed === undefined ? undefined : (JSON.parse(packed) as Person)
}

const setContact = (state: State, row: number, member: Neighbourhood.Member | undefined) => {
  if (member === undefined) state.features.delete(row)
  else if (member.features !== state.recent.get(row)) state.features.set(row, Packed.pack(state.words, member.features))
  state.recent.set(row, member?.features)
  const from = state.placed.first(row)
  const to = member?.person === undefined ? NONE : state.persons.number(member.person)
  state.placed.set(row, to, member?.sure === undefined ? NONE : state.contacts.number(member.sure))
  if (from === to) return
  if (from !== NONE) state.members.remove(from, row)
  if (to !== NONE) state.members.add(to, row)
}

const edgesAt = (state: State, row: number): ReadonlyMap<Contact, number> => {
  const edges = new Map<Contact, number>()
  state.edges.forEach(row, (other, bits) => edges.set(state.contacts.text(other), bits))
  return edges
}

const post = (state: State, key: number, contact: Contact) => {
  const row = state.contacts.number(contact)
  // Who is new is nowhere yet, and some keys have very many contacts.
  if (state.features.has(row) && state.postings.has(key, row)) return
  state.postings.add(key, row)
}
