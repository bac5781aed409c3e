/**
 * The bounded part of the whole that one placement looks at, and the question that asks a store for it. Sets in, sets
 * out: a store answers with a handful of statements whatever the number of keys.
 */
import type { Key } from "@interchannel/domain"
import type { BlockingKey } from "../blocking/BlockingKey.ts"
import type { Decision } from "../decisions/Decision.ts"
import type { Features } from "../features/Features.ts"
import type { Person, PersonId } from "./Person.ts"

export interface Member {
  readonly features: Features
  /** Absent for callers on a line, and where only the features were looked at. */
  readonly person?: PersonId
  /** Names its sure group, by the group's first contact: those of the same person and name are one beyond doubt. */
  readonly sure?: Key.ContactKey
}

/** The contacts under one key, or under its finer form once the key was refined. */
export interface Posting {
  readonly refined: boolean
  /** At most as many as the key may bring up. */
  readonly contacts: ReadonlyArray<Key.ContactKey>
  /** There are more, even under the finer key, or it has none. */
  readonly full: boolean
}

export interface Query {
  readonly keys: ReadonlyArray<BlockingKey>
  /**
   * Load everything that these are connected with: over edges of at least `bits`, over must-links, and as contacts of the
   * same person, again and again.
   */
  readonly reach: ReadonlyArray<Key.ContactKey>
  /** Handles of which it matters how they stand, beside those of the contacts that are reached. */
  readonly handles: ReadonlyArray<number>
  readonly bits: number
}

export interface Neighbourhood {
  readonly postings: Map<number, Posting>
  /** The contacts in postings, by their features alone, and those in reach. */
  readonly members: Map<Key.ContactKey, Member>
  /** Contacts whose connections are loaded completely. */
  readonly reached: Set<Key.ContactKey>
  /** Of each reached contact: bits to others, of whatever strength they were saved. */
  readonly edges: Map<Key.ContactKey, ReadonlyMap<Key.ContactKey, number>>
  /** Persons of the reached contacts, and all that were founded by one of them or by one asked for. */
  readonly persons: Map<PersonId, Person>
  /** First names seen with the handles of the reached contacts and those asked for; absent when fewer than two. */
  readonly firstNames: Map<number, number>
  /** Decisions about the same contacts, and about the handles of all members: other spellings count as well. */
  readonly decisions: Map<string, Decision>
  /** Bits between the contact that is placed and others, once compared: another round need not compare them again. */
  readonly compared: Map<Key.ContactKey, number>
  /** How strong edges had to be to count as connections. */
  bits: number
  /** More than `REACH_MAX` contacts are connected; `reached` is not complete. */
  truncated: boolean
}

/** Contacts that are weighed against each other at once. */
export const REACH_MAX = 300

export const empty = (bits: number): Neighbourhood => ({
  bits,
  postings: new Map(),
  members: new Map(),
  reached: new Set(),
  edges: new Map(),
  persons: new Map(),
  firstNames: new Map(),
  decisions: new Map(),
  compared: new Map(),
  truncated: false
})

/** Adds what another round brought. */
export const join = (into: Neighbourhood, more: Neighbourhood): Neighbourhood => {
  for (const [key, posting] of more.postings) into.postings.set(key, posting)
  for (const [contact, member] of more.members) {
    if (more.reached.has(contact) || !into.reached.has(contact)) into.members.set(contact, member)
  }
  for (const contact of more.reached) into.reached.add(contact)
  for (const [contact, edges] of more.edges) into.edges.set(contact, edges)
  for (const [id, person] of more.persons) into.persons.set(id, person)
  for (const [handle, names] of more.firstNames) into.firstNames.set(handle, names)
  for (const [id, decision] of more.decisions) into.decisions.set(id, decision)
  into.truncated = into.truncated || more.truncated
  return into
}
