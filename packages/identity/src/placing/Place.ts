/**
 * Where a contact belongs, decided from a Neighbourhood. Pure: the same contacts, decisions and model come to the same
 * persons in whatever order they arrive, and taking something back leaves no trace but in ids.
 *
 * ```
 * change ─► firstQuery ─► load ─► place ─┬─► NeedMore ─► load ─► place …
 *                                        └─► Placement ─► save
 * ```
 */
import type { Instant, Key } from "@interchannel/domain"
import * as BlockingKey from "../blocking/BlockingKey.ts"
import * as Cluster from "./Cluster.ts"
import type * as Decision from "../decisions/Decision.ts"
import * as Draft from "./draft.ts"
import { type Features, isBare, isCaller } from "../features/Features.ts"
import type { HandleFeature } from "../features/HandleFeature.ts"
import * as Model from "../model/Model.ts"
import type { Neighbourhood, Query } from "./Neighbourhood.ts"
import * as Person from "./Person.ts"

type Contact = Key.ContactKey

export type Change =
  /** A new contact, or a new snapshot of a known one. */
  | { readonly _tag: "Put"; readonly features: Features }
  /** `into`: the system made one record of two; what was only this one's person is that one's now. */
  | { readonly _tag: "Remove"; readonly contact: Contact; readonly into?: Contact }
  | { readonly _tag: "Decide"; readonly decisions: ReadonlyArray<Decision.Decision> }
  | { readonly _tag: "Revoke"; readonly decisions: ReadonlyArray<Decision.Decision> }

export interface Edge {
  readonly a: Contact
  readonly b: Contact
  readonly bits: number
}

export interface PostingRow {
  readonly key: number
  readonly contact: Contact
}

/** What to save, in one transaction. Rows only: saving the same placements again in order gives the same state. */
export interface Placement {
  readonly _tag: "Placement"
  readonly modelVersion: string
  readonly put?: Features
  readonly removed?: Contact
  readonly post: ReadonlyArray<PostingRow>
  readonly unpost: ReadonlyArray<PostingRow>
  /** Keys that from now on are looked up by their finer form. */
  readonly refined: ReadonlyArray<number>
  /** Forget all edges of this contact before saving `edges`. */
  readonly unlinked?: Contact
  readonly edges: ReadonlyArray<Edge>
  /** First names seen with a handle; below two the row can go. */
  readonly firstNames: ReadonlyArray<{ readonly handle: number; readonly names: number }>
  readonly decided: ReadonlyArray<Decision.Decision>
  /** Ids of decisions taken back. */
  readonly revoked: ReadonlyArray<string>
  readonly persons: ReadonlyArray<Person.Person>
  /** Absent person: a caller on a line. */
  readonly moved: ReadonlyArray<{ readonly contact: Contact; readonly person?: Person.PersonId }>
  /** Contacts whose sure group is now another. */
  readonly sure: ReadonlyArray<{ readonly contact: Contact; readonly sure: Contact }>
  readonly events: ReadonlyArray<Person.PersonEvent>
  /** Keys of which even the finer form brought up more contacts than may be compared. */
  readonly skipped: number
  /** More is connected than can be weighed at once: the contact stands alone; place it again later. */
  readonly unresolved: boolean
}

export interface NeedMore {
  readonly _tag: "NeedMore"
  readonly query: Query
  /** Forget what was loaded: too much is connected, ask for stronger connections. */
  readonly afresh: boolean
}

export interface Context {
  readonly model: Model.Model
  readonly at: Instant.Instant
}

/** Rounds of loading; three do unless very much is connected. From the last one on `place` always decides. */
export const ROUNDS_MAX = 6

/** What to load first. */
export const firstQuery = (model: Model.Model, change: Change): Query => ({
  keys: change._tag === "Put" ? BlockingKey.make(change.features) : handleKeys(change, undefined),
  reach: Draft.seedsOf(change),
  handles: Draft.handlesOf(change, undefined).map(({ key }) => key),
  bits: model.linkBits
})

/** Decides, or says what else must be loaded. `round` counts from 1. */
export const place = (context: Context, near: Neighbourhood, change: Change, round = 1): Placement | NeedMore => {
  const drafted = draftOf(context.model, near, change, round)
  if ("query" in drafted) return drafted
  return settle(context, drafted, change, near.truncated || reachOf(drafted).length > 0)
}

/** What else must be loaded, without deciding: for whoever loads ahead for many changes at once. */
export const need = (model: Model.Model, near: Neighbourhood, change: Change, round: number): NeedMore | undefined => {
  const drafted = draftOf(model, near, change, round)
  return "query" in drafted ? drafted : undefined
}

// ---------------------------------------------------------------------------------------------------------

/** How much stronger connections must be each time too many are found. */
const CUT_BITS = 3

const draftOf = (model: Model.Model, near: Neighbourhood, change: Change, round: number): Draft.Draft | NeedMore => {
  const last = round >= ROUNDS_MAX
  if (near.truncated && !last) {
    return { _tag: "NeedMore", query: { ...firstQuery(model, change), bits: near.bits + CUT_BITS }, afresh: true }
  }
  const subject =
    change._tag === "Put" ? change.features.contact : change._tag === "Remove" ? change.contact : undefined
  const before = subject === undefined ? undefined : near.members.get(subject)?.features
  const keys = handleKeys(change, before).filter(({ key }) => !near.postings.has(key))
  if (keys.length > 0 && !last) return needing(near, { keys })
  const draft = Draft.make(model, near, change)
  const reach = reachOf(draft)
  if (reach.length > 0 && !last) return needing(near, { reach })
  return draft
}

const needing = ({ bits }: Neighbourhood, asked: Partial<Query>): NeedMore => ({
  _tag: "NeedMore",
  query: { keys: [], reach: [], handles: [], bits, ...asked },
  afresh: false
})

/** Contacts that are touched, and what they are connected with is not loaded. */
const reachOf = ({ seeds, near }: Draft.Draft): ReadonlyArray<Contact> =>
  [...seeds].filter((contact) => !near.reached.has(contact) && near.members.has(contact))

const handleKeys = (change: Change, before: Features | undefined): ReadonlyArray<BlockingKey.BlockingKey> =>
  Draft.handlesOf(change, before).map((handle) => ({
    key: BlockingKey.ofHandle(handle),
    finer: undefined,
    most: BlockingKey.POSTING_MAX
  }))

const settle = (context: Context, draft: Draft.Draft, change: Change, unresolved: boolean): Placement => {
  const { near, subject, after } = draft
  const contacts = unresolved ? new Set<Contact>() : new Set(near.reached)
  if (subject !== undefined) contacts.delete(subject)
  if (after !== undefined) contacts.add(after.contact)
  const eachEdge: Cluster.EachEdge = (contact, see) => Draft.eachEdge(draft, contact, see)
  const known: Cluster.Known = {
    bitsOf: (a, b) => Draft.bitsOf(draft, a, b),
    eachEdge,
    isBare: (contact) => isA(isBare, draft, contact)
  }
  const decisions = [...draft.decisions.values()]
  const sureModel = Model.sure(draft.model)
  const groups: Array<Person.Group> = []
  const sure: Array<{ readonly contact: Contact; readonly sure: Contact }> = []
  const componentOf = new Map<Contact, number>()
  const components = unresolved
    ? [...contacts].map((contact) => [contact])
    : Cluster.components(contacts, eachEdge, decisions, near.bits)
  components.forEach((component, index) => {
    for (const contact of component) componentOf.set(contact, index)
    for (const group of Cluster.divide(draft.model, component, known, decisions)) {
      groups.push({ contacts: group, line: group.length === 1 && isLine(draft, group[0]!) })
      for (const part of Cluster.divide(sureModel, group, known, decisions)) {
        for (const contact of part) if (sureOf(near, contact) !== part[0]) sure.push({ contact, sure: part[0]! })
      }
    }
  })
  const ids = followed(Person.assign(groups, before(draft, contacts, unresolved), context.at), near, change)
  return {
    _tag: "Placement",
    modelVersion: draft.model.version,
    ...(after === undefined ? {} : { put: after }),
    ...(change._tag === "Remove" ? { removed: change.contact } : {}),
    ...postings(draft),
    ...(subject === undefined || draft.before === undefined ? {} : { unlinked: subject }),
    edges: unresolved ? [] : edgesToSave(draft, componentOf),
    firstNames: [...draft.firstNames].map(([handle, names]) => ({ handle, names })),
    decided: change._tag === "Decide" ? change.decisions : [],
    revoked: change._tag === "Revoke" ? change.decisions.map(({ id }) => id) : [],
    persons: ids.persons,
    moved: [...ids.moved].map(([contact, person]) => (person === undefined ? { contact } : { contact, person })),
    sure,
    events: ids.events,
    skipped: draft.skipped,
    unresolved
  }
}

/** Whose only contact went into another's became that one. */
const followed = (ids: Person.Assignment, near: Neighbourhood, change: Change): Person.Assignment => {
  if (change._tag !== "Remove" || change.into === undefined) return ids
  const [from, into] = [near.members.get(change.contact)?.person, near.members.get(change.into)?.person]
  const heir = ids.moved.has(change.into) ? ids.moved.get(change.into) : into
  const emptied = ids.persons.find(({ id, empty }) => id === from && empty === true)
  if (emptied === undefined || heir === undefined) return ids
  const { empty: _, ...person } = emptied
  return {
    ...ids,
    persons: ids.persons.map((each) => (each === emptied ? { ...person, into: heir } : each)),
    events: ids.events.map((event) =>
      event._tag === "Emptied" && event.person === person.id ? { _tag: "Merged", person: person.id, into: heir } : event
    )
  }
}

const sureOf = (near: Neighbourhood, contact: Contact): Contact | undefined => near.members.get(contact)?.sure

const isA = (is: (features: Features) => boolean, draft: Draft.Draft, contact: Contact): boolean => {
  const features = Draft.featuresOf(draft, contact)
  return features === undefined || is(features)
}

/** Nobody by themselves: a caller, or a sender from a mailbox that is several people's or nobody's in particular. */
const isLine = (draft: Draft.Draft, contact: Contact): boolean =>
  isA(
    (features) =>
      isCaller(features) || (isBare(features) && features.handles.every((handle) => isShared(draft, handle))),
    draft,
    contact
  )

const isShared = ({ standingOf }: Draft.Draft, { key, grade }: HandleFeature): boolean => {
  const standing = standingOf(key)
  return (
    grade === "shared" || standing?.use === "shared" || (standing?.use === undefined && (standing?.firstNames ?? 1) > 1)
  )
}

const before = (draft: Draft.Draft, contacts: ReadonlySet<Contact>, unresolved: boolean): Person.Before => {
  const personOf = (contact: Contact) => draft.near.members.get(contact)?.person
  const whole = new Set<Person.PersonId>()
  if (unresolved) return { personOf, persons: draft.near.persons, whole }
  for (const contact of draft.subject === undefined ? contacts : [...contacts, draft.subject]) {
    const person = personOf(contact)
    if (person !== undefined) whole.add(person)
  }
  return { personOf, persons: draft.near.persons, whole }
}

/** Scores worth keeping: within a component, for review, and those that were kept before. */
const edgesToSave = (draft: Draft.Draft, componentOf: ReadonlyMap<Contact, number>): ReadonlyArray<Edge> => {
  const edges: Array<Edge> = []
  Draft.eachScore(draft, (one, other, bits) => {
    const saved = Draft.savedBits(draft, one, other)
    if (saved === bits) return
    const together = componentOf.get(one) !== undefined && componentOf.get(one) === componentOf.get(other)
    if (!together && bits < draft.model.reviewBits && saved === undefined) return
    edges.push(one < other ? { a: one, b: other, bits } : { a: other, b: one, bits })
  })
  return edges
}

const postings = (draft: Draft.Draft): Pick<Placement, "post" | "unpost" | "refined"> => {
  const { subject, before, after, near } = draft
  const post: Array<PostingRow> = []
  const refined: Array<number> = []
  for (const { key, finer, most } of after === undefined ? [] : BlockingKey.make(after)) {
    const contact = after!.contact
    const posting = near.postings.get(key)
    post.push({ key, contact })
    if (posting?.refined === true) post.push(...rowOf(finer, contact))
    else if (posting !== undefined && posting.contacts.length >= most) {
      const others = posting.contacts.filter((other) => other !== contact)
      if (others.length < most) continue
      refined.push(key)
      for (const other of [contact, ...others]) post.push(...rowOf(finerOf(draft, other, key), other))
    }
  }
  if (before === undefined) return { post, unpost: [], refined }
  const posted = new Set(post.flatMap(({ key, contact }) => (contact === subject ? [key] : [])))
  const old = BlockingKey.make(before).flatMap(({ key, finer }) => (finer === undefined ? [key] : [key, finer]))
  return { post, unpost: old.flatMap((key) => (posted.has(key) ? [] : [{ key, contact: subject! }])), refined }
}

const rowOf = (key: number | undefined, contact: Contact): ReadonlyArray<PostingRow> =>
  key === undefined ? [] : [{ key, contact }]

const finerOf = (draft: Draft.Draft, contact: Contact, key: number): number | undefined => {
  const features = Draft.featuresOf(draft, contact)
  return features === undefined ? undefined : BlockingKey.make(features).find((each) => each.key === key)?.finer
}
