/**
 * Who contacts belong to: an id that systems may remember. Ids are append-only: a merge keeps the oldest and the others
 * redirect to it, a part that holds the first contact of a retired id gets that id back, and otherwise a split leaves the id with
 * the largest part.
 */
import { type Instant, Key } from "@interchannel/domain"

/** Derived from the founder: the same contacts in the same order give the same ids, also in a ledger that was rebuilt. */
export type PersonId = string

/** The id of the nth person, from 0, that was founded by a contact; a second one only while the first lives elsewhere. */
export const derive = (founder: Key.ContactKey, nth: number): PersonId =>
  nth === 0 ? Key.derive("p", founder) : Key.derive("p", founder, String(nth))

export interface Person {
  readonly id: PersonId
  readonly since: Instant.Instant
  /** The contact it was made for. */
  readonly first: Key.ContactKey
  /** Retired: who it became. */
  readonly into?: PersonId
  /** Retired: its last contact was removed. */
  readonly empty?: true
}

export type PersonEvent =
  | { readonly _tag: "Made"; readonly person: PersonId; readonly contacts: ReadonlyArray<Key.ContactKey> }
  | { readonly _tag: "Merged"; readonly person: PersonId; readonly into: PersonId }
  | {
      readonly _tag: "Split"
      readonly person: PersonId
      readonly from: PersonId
      readonly contacts: ReadonlyArray<Key.ContactKey>
    }
  | { readonly _tag: "Revived"; readonly person: PersonId }
  | { readonly _tag: "Emptied"; readonly person: PersonId }
  | {
      readonly _tag: "Moved"
      readonly contact: Key.ContactKey
      readonly from: PersonId | undefined
      readonly to: PersonId | undefined
    }

export interface Assignment {
  /** New persons and those whose state changed. */
  readonly persons: ReadonlyArray<Person>
  /** Contacts whose person changed; `undefined` for a caller on a line. */
  readonly moved: ReadonlyMap<Key.ContactKey, PersonId | undefined>
  readonly events: ReadonlyArray<PersonEvent>
}

export interface Group {
  /** Sorted. */
  readonly contacts: ReadonlyArray<Key.ContactKey>
  /** Nothing but callers: a line, not a person. */
  readonly line: boolean
}

export interface Before {
  readonly personOf: (contact: Key.ContactKey) => PersonId | undefined
  /** Every person of the contacts, and every retired one that was made for one of them. */
  readonly persons: ReadonlyMap<PersonId, Person>
  /** Persons whose contacts are all in the groups, but for one that was removed. */
  readonly whole: ReadonlySet<PersonId>
}

/** Gives each group its id. The groups hold all contacts of every person they touch. */
export const assign = (groups: ReadonlyArray<Group>, before: Before, at: Instant.Instant): Assignment => {
  const persons = new Map<PersonId, Person>()
  const events: Array<PersonEvent> = []
  const owner = ownersOf(groups, before)
  const chosen = groups.map((group, index) => {
    if (group.line) return undefined
    const claimed = oldest(owner.claims.get(index) ?? [], before)
    const revived = retiredIn(group, before, persons)
    if (claimed !== undefined && (revived === undefined || isOlder(claimed, revived))) return claimed.id
    if (revived !== undefined) {
      persons.set(revived.id, { id: revived.id, since: revived.since, first: revived.first })
      events.push({ _tag: "Revived", person: revived.id })
      return revived.id
    }
    const made = found(group, before, at)
    persons.set(made.id, made)
    events.push(madeEvent(made.id, group, before))
    return made.id
  })
  for (const [id, index] of owner.preferred) {
    const into = chosen[index]
    const person = before.persons.get(id)
    if (into === id || into === undefined || person === undefined) continue
    persons.set(id, { id, since: person.since, first: person.first, into })
    events.push({ _tag: "Merged", person: id, into })
  }
  retireEmpty(before, owner.preferred, chosen, persons, events)
  return { persons: [...persons.values()], ...movesOf(groups, chosen, before, events) }
}

/** More merges in a row than any person lives through. */
export const HOPS_MAX = 64

/** Follows redirects to the id that is alive; the id itself when it is. At most `HOPS_MAX` hops. */
export const current = (id: PersonId, lookUp: (id: PersonId) => Person | undefined): PersonId => {
  let person = lookUp(id)
  for (let hops = 0; person?.into !== undefined && hops < HOPS_MAX; hops++) person = lookUp(person.into)
  return person?.id ?? id
}

// ---------------------------------------------------------------------------------------------------------

/** Which group each living id goes to: where most of its contacts are; ties by its first contact, then by order. */
const ownersOf = (groups: ReadonlyArray<Group>, before: Before) => {
  const votes = new Map<PersonId, Map<number, number>>()
  const home = new Map<PersonId, number>()
  groups.forEach((group, index) => {
    if (group.line) return
    for (const contact of group.contacts) {
      const id = before.personOf(contact)
      if (id === undefined) continue
      const ofId = votes.get(id) ?? new Map<number, number>()
      votes.set(id, ofId.set(index, (ofId.get(index) ?? 0) + 1))
      if (before.persons.get(id)?.first === contact) home.set(id, index)
    }
  })
  const returning = new Set<number>()
  groups.forEach((group, index) => {
    if (retiredIn(group, before, new Map()) !== undefined) returning.add(index)
  })
  const preferred = new Map<PersonId, number>()
  const claims = new Map<number, Array<PersonId>>()
  for (const [id, ofId] of votes) {
    // A part that gets its own id back leaves this one to the rest: so taking a merge back restores both.
    const rest = [...ofId].filter(([index]) => home.get(id) === index || !returning.has(index))
    const parts = rest.length === 0 ? [...ofId] : rest
    const [best] = parts.reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && home.get(id) === b[0]) ? b : a))
    preferred.set(id, best)
    claims.set(best, [...(claims.get(best) ?? []), id])
  }
  return { preferred, claims }
}

const oldest = (ids: ReadonlyArray<PersonId>, before: Before): Person | undefined => {
  let best: Person | undefined
  for (const id of ids) {
    const person = before.persons.get(id)
    if (person !== undefined && (best === undefined || isOlder(person, best))) best = person
  }
  return best
}

const isOlder = (a: Person, b: Person): boolean => a.since < b.since || (a.since === b.since && a.id < b.id)

const retiredIn = (group: Group, before: Before, taken: ReadonlyMap<PersonId, Person>): Person | undefined => {
  let best: Person | undefined
  for (const person of before.persons.values()) {
    if ((person.into === undefined && person.empty === undefined) || taken.has(person.id)) continue
    if (!group.contacts.includes(person.first)) continue
    if (best === undefined || isOlder(person, best)) best = person
  }
  return best
}

/** Founded by the first contact that founded nobody yet. */
const found = (group: Group, before: Before, at: Instant.Instant): Person => {
  const counts = new Map<string, number>(group.contacts.map((contact) => [contact, 0]))
  for (const { first } of before.persons.values()) {
    const count = counts.get(first)
    if (count !== undefined) counts.set(first, count + 1)
  }
  const first = group.contacts.find((contact) => counts.get(contact) === 0) ?? group.contacts[0]!
  return { id: derive(first, counts.get(first) ?? 0), since: at, first }
}

const madeEvent = (person: PersonId, group: Group, before: Before): PersonEvent => {
  const from = group.contacts.map(before.personOf).find((id) => id !== undefined)
  return from === undefined
    ? { _tag: "Made", person, contacts: group.contacts }
    : { _tag: "Split", person, from, contacts: group.contacts }
}

const retireEmpty = (
  before: Before,
  preferred: ReadonlyMap<PersonId, number>,
  chosen: ReadonlyArray<PersonId | undefined>,
  persons: Map<PersonId, Person>,
  events: Array<PersonEvent>
) => {
  for (const id of before.whole) {
    const person = before.persons.get(id)
    if (person === undefined || preferred.has(id) || chosen.includes(id)) continue
    persons.set(id, { ...person, empty: true })
    events.push({ _tag: "Emptied", person: id })
  }
}

const movesOf = (
  groups: ReadonlyArray<Group>,
  chosen: ReadonlyArray<PersonId | undefined>,
  before: Before,
  events: ReadonlyArray<PersonEvent>
) => {
  const moved = new Map<Key.ContactKey, PersonId | undefined>()
  const moves: Array<PersonEvent> = []
  groups.forEach((group, index) => {
    for (const contact of group.contacts) {
      const [from, to] = [before.personOf(contact), chosen[index]]
      if (from === to) continue
      moved.set(contact, to)
      moves.push({ _tag: "Moved", contact, from, to })
    }
  })
  return { moved, events: [...events, ...moves] }
}
