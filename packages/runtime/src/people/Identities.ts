/**
 * What people ask about who is who, and what they decide. Answers come from the store alone, beside a running daemon or
 * without one; a decision is saved with its mark and takes effect when the Resolver reaches it, and again at every rebuild.
 */
import { type Contact, Handle, Key, Ref } from "@interchannel/domain"
import { BlockingKey, Decision, Explain, HandleFeature, Person } from "@interchannel/identity"
import { Database, Dirty, Ledger, Persons, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ControlError } from "../control/Control.ts"
import * as Placer from "./Placer.ts"
import * as Models from "./Models.ts"

export type Services = Database.Database | Dirty.Dirty | Ledger.Ledger | Persons.Persons
type Reading = Ledger.Ledger | Persons.Persons
type Answer<A, R = Reading> = Effect.Effect<A, ControlError | StoreError, R>

/** A contact with where it was placed; without a person it is on a line. */
export interface Placed extends Persons.Member {
  readonly record: Contact
  readonly deleted: boolean
}

export interface PersonView {
  readonly person: string
  readonly since: number
  readonly contacts: ReadonlyArray<Placed>
  /** Strongest links, weakest bridge, objections, and the sure groups that history is written within. */
  readonly explained: Explain.PersonExplained
  /** Newest first, at most `HISTORY_MAX`; `data` is a `History.Told`. */
  readonly history: ReadonlyArray<Persons.EventRow>
}

export interface PairView {
  readonly a: Placed
  readonly b: Placed
  /** Parts that sum to the bits, guards among them, and what people decided. */
  readonly explained: Explain.PairExplained
  /** History of the one is written to the records of the other. */
  readonly sure: boolean
}

/** Whose word a decision is. */
export interface Word {
  readonly by: string
  readonly why: string
}

/** Contacts that one handle may bring up. */
const FOUND_MAX = 50
const HISTORY_MAX = 100
/** Cannot-links of one unmerge: contacts of the one part times those of the other. */
const PAIRS_MAX = 2_000

/**
 * Whom a text names: a person's id, also a retired one, a contact as `connection/kind/id`, an e-mail address, a telephone
 * number, or a handle as `kind:value`.
 */
export const find = (
  text: string,
  options: { readonly defaultRegion?: string | undefined } = {}
): Answer<ReadonlyArray<Placed>> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    if (text.startsWith("p_")) {
      const id = yield* currentOf(text)
      return yield* placed(((yield* persons.membersOf([id])).get(id) ?? []).map(({ contact }) => contact))
    }
    const ref = Ref.parse(text)
    if (ref !== undefined) return yield* placed([yield* contactKey(ref)])
    const keys = handlesIn(text, options.defaultRegion)
      .flatMap((handle) => HandleFeature.make([handle]))
      .map((feature) => BlockingKey.ofHandle(feature))
    if (keys.length === 0) return yield* unclear(text)
    return yield* placed([...(yield* persons.postings(keys, FOUND_MAX)).values()].flat())
  })

/** Everything about the person of a given id; a retired id leads to its heir. */
export const person = (asked: string): Answer<PersonView> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const id = yield* currentOf(asked)
    const row = (yield* persons.persons([id])).get(id)
    const members = (yield* persons.membersOf([id])).get(id) ?? []
    if (row === undefined || members.length === 0) {
      const remedy = "look for one of its handles; its contacts may be gone from every system"
      return yield* Effect.fail(new ControlError({ what: `${asked} has no contacts`, remedy }))
    }
    const model = yield* Models.inUse
    const placer = yield* Placer.make(model)
    const reach = members.map(({ contact }) => contact)
    const near = yield* placer.near({ keys: [], reach, handles: [], bits: model.linkBits })
    return {
      person: id,
      since: row.createdAt,
      contacts: yield* placed(reach),
      explained: Explain.person(model, near, id),
      history: yield* persons.history(id, { limit: HISTORY_MAX })
    }
  })

/** Why two contacts are one person, or are not. */
export const pair = (a: string, b: string): Answer<PairView> =>
  Effect.gen(function* () {
    const [one, other] = yield* both(a, b)
    const model = yield* Models.inUse
    const placer = yield* Placer.make(model)
    const near = yield* placer.near({ keys: [], reach: [a, b], handles: [], bits: model.linkBits })
    const explained = Explain.pair(model, near, a, b)
    if (explained === undefined) return yield* notPlaced(a)
    return { a: one, b: other, explained, sure: explained.together && one.sure === other.sure }
  })

/** Two contacts are one person, whatever the evidence says. */
export const merge = (a: string, b: string, word: Word): Answer<ReadonlyArray<Decision.Decision>, Services> =>
  Effect.gen(function* () {
    yield* both(a, b)
    return yield* decide([Decision.mustLink(a, b, yield* attributed(word))])
  })

/** Takes these contacts away from the others of their person, for good: also from who joins it later through those. */
export const unmerge = (
  contacts: ReadonlyArray<string>,
  word: Word
): Answer<ReadonlyArray<Decision.Decision>, Services> =>
  Effect.gen(function* () {
    return yield* decide(Decision.unlink(contacts, yield* othersOf(contacts), yield* attributed(word)))
  })

/** The other contacts of their persons, from which they can be taken away. */
export const othersOf = (contacts: ReadonlyArray<string>): Answer<ReadonlyArray<string>> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const members = yield* persons.members(contacts)
    const ids = [...new Set([...members.values()].flatMap(({ person: id }) => id ?? []))]
    const all = [...(yield* persons.membersOf(ids)).values()].flat().map(({ contact }) => contact)
    const rest = all.filter((contact) => !contacts.includes(contact))
    if (members.size < contacts.length || rest.length === 0) {
      const what = `${contacts.join(", ")} cannot be taken away from anybody`
      const remedy = "name some of the contacts of a person, as `interchannel person` shows them, but not all"
      return yield* Effect.fail(new ControlError({ what, remedy }))
    }
    if (contacts.length * rest.length > PAIRS_MAX) {
      const what = `more than ${PAIRS_MAX} pairs would be parted`
      const remedy = "take fewer contacts away at once, or rule that the handle they share is `shared`"
      return yield* Effect.fail(new ControlError({ what, remedy }))
    }
    return rest
  })

/** None of the ones is the same person as one of the others; where a list is empty, nothing is decided. */
export const part = (
  ones: ReadonlyArray<string>,
  others: ReadonlyArray<string>,
  word: Word
): Effect.Effect<void, StoreError, Services> =>
  Effect.gen(function* () {
    const decisions = Decision.unlink(ones, others, yield* attributed(word))
    if (decisions.length > 0) yield* decide(decisions)
  })

/** How a handle is used: `blocked` and `own` prove nothing, `shared` little, `personal` overrules what was seen. */
export const rule = (
  handle: string,
  use: Decision.HandleUse,
  word: Word,
  options: { readonly defaultRegion?: string | undefined } = {}
): Answer<ReadonlyArray<Decision.Decision>, Services> =>
  Effect.gen(function* () {
    const [named] = handlesIn(handle, options.defaultRegion)
    if (named === undefined) return yield* unclear(handle)
    return yield* decide([Decision.handleRule(Handle.keyOf(named), use, yield* attributed(word))])
  })

/** Saves decisions; one about the same pair or handle replaces the earlier one. */
export const decide = (
  decisions: ReadonlyArray<Decision.Decision>
): Effect.Effect<ReadonlyArray<Decision.Decision>, StoreError, Services> =>
  Effect.as(saveDecisions(decisions.map((data) => ({ id: data.id, data }))), decisions)

/** Takes a decision back; who is who becomes what it would be without it. */
export const revoke = (id: string, { by, why }: Word): Answer<void, Services> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const row = (yield* persons.decisions([id])).get(id)
    if (row === undefined || row.revoked !== undefined) {
      const remedy = "`interchannel person` lists the decisions about its contacts"
      return yield* Effect.fail(new ControlError({ what: `there is no decision ${id} in force`, remedy }))
    }
    const at = yield* Clock.currentTimeMillis
    yield* saveDecisions([{ ...row, revoked: { by, why, at } }])
  })

/** Contacts as they are in the ledger, with where they were placed; those that were not are left out. */
export const placed = (keys: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Placed>, StoreError, Reading> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const ledger = yield* Ledger.Ledger
    const members = yield* persons.members(keys)
    const rows = yield* ledger.contacts([...members.keys()])
    return [...new Set(keys)].flatMap((key) => {
      const [member, row] = [members.get(key), rows.get(key)]
      return member === undefined || row === undefined ? [] : [{ ...member, record: row.contact, deleted: row.deleted }]
    })
  })

// ---------------------------------------------------------------------------------------------------------------------

const saveDecisions = (rows: ReadonlyArray<Persons.DecisionRow>) =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const dirty = yield* Dirty.Dirty
    const database = yield* Database.Database
    const dueAt = yield* Clock.currentTimeMillis
    const marks = rows.map(({ id }) => ({ kind: "decision", key: id, dueAt, lane: 0 }) as const)
    yield* database.write(Effect.zipRight(persons.decide(rows), dirty.mark(marks)))
  })

const attributed = ({ by, why }: Word) => Effect.map(Clock.currentTimeMillis, (at) => ({ by, why, at }))

const contactKey = (ref: Ref.VendorRef) =>
  Effect.gen(function* () {
    const key = Key.contact(ref.connection, ref)
    return (yield* (yield* Ledger.Ledger).resolve([key])).get(key) ?? key
  })

/** Follows redirects, step by step. */
const currentOf = (id: string) =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    let current = id
    for (let hops = 0; hops < Person.HOPS_MAX; hops++) {
      const next = (yield* persons.persons([current])).get(current)?.mergedInto
      if (next === undefined) break
      current = next
    }
    return current
  })

const both = (a: string, b: string): Answer<readonly [Placed, Placed]> =>
  Effect.gen(function* () {
    const found = yield* placed([a, b])
    const [one, other] = [a, b].map((key) => found.find(({ contact }) => contact === key))
    if (one === undefined) return yield* notPlaced(a)
    if (other === undefined || a === b) return yield* notPlaced(b)
    return [one, other] as const
  })

const notPlaced = (contact: string): Effect.Effect<never, ControlError> =>
  Effect.fail(
    new ControlError({
      what: `${contact} is no other contact that was placed`,
      remedy: "name two contacts, as `interchannel person` shows them; one that was just read is placed within a moment"
    })
  )

const unclear = (text: string): Effect.Effect<never, ControlError> =>
  Effect.fail(
    new ControlError({
      what: `${text} names nobody`,
      remedy: "give an e-mail address, a number with its country, connection/kind/id, or a person's id"
    })
  )

/** `kind:value` as it is, else whatever address or number it reads as. */
const handlesIn = (text: string, defaultRegion: string | undefined): ReadonlyArray<Handle.Handle> => {
  const end = text.indexOf(":")
  const kind = Handle.HandleKind.literals.find((literal) => literal === text.slice(0, end))
  if (kind !== undefined && end + 1 < text.length) return [{ kind, value: text.slice(end + 1) }]
  const handle = Handle.email(text) ?? Handle.phone(text, defaultRegion === undefined ? {} : { defaultRegion })
  // A word is a sender's name to whoever expects a number.
  return handle === undefined || handle.kind === "sender-name" || handle.kind === "short-code" ? [] : [handle]
}
