/** Whom a request means: an address or number, a person's id, or a record. Found in what is known, not at the vendors. */
import { type Contact, Handle, Key, Ref } from "@interchannel/domain"
import { BlockingKey, HandleFeature } from "@interchannel/identity"
import { Dirty, Ledger, Persons, type StoreError, Pages } from "@interchannel/store"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"

export type Subject =
  | { readonly _tag: "Handle"; readonly handle: Handle.Handle }
  | { readonly _tag: "Person"; readonly id: string }
  | { readonly _tag: "Record"; readonly ref: Ref.VendorRef }

/** Words would be read as a sender's name. */
const NUMBER = /^\+?[\d\s().-]{4,}$/
/** Contacts looked at in one read while an address is looked for. */
const PAGE_MAX = 1_000
/** Contacts that may wait to be placed; with more it takes no longer to look at all. */
const WAITING_MAX = 10_000

export type Services = Dirty.Dirty | Ledger.Ledger | Persons.Persons

/** `undefined`: it is none of these. */
export const parse = (text: string, defaultRegion: string | undefined): Subject | undefined => {
  if (/^p_[A-Za-z0-9_-]{22}$/.test(text)) return { _tag: "Person", id: text }
  const ref = Ref.parse(text)
  if (ref !== undefined) return { _tag: "Record", ref }
  if (!text.includes("@") && !NUMBER.test(text)) return undefined
  const handle = text.includes("@")
    ? Handle.email(text)
    : Handle.phone(text, defaultRegion === undefined ? {} : { defaultRegion })
  return handle === undefined ? undefined : { _tag: "Handle", handle }
}

export interface Found {
  /** The person's beyond doubt, and those who are nobody's but have the address. */
  readonly contacts: ReadonlyArray<Contact>
  /** Likely the person's as well. */
  readonly maybe: ReadonlyArray<Contact>
  /** Ids of the people who have the address; of several, none is meant but who is known otherwise. */
  readonly owners: ReadonlyArray<string>
}

/** `known`: contacts that are meant as well, by their keys. */
export const find = (subject: Subject, known: ReadonlyArray<string> = []): Effect.Effect<Found, StoreError, Services> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const persons = yield* Persons.Persons
    const named = yield* firstOf(subject)
    const owners = personsOf(yield* persons.members(named))
    const first = [...known, ...(owners.length > 1 ? [] : named)]
    const placed = [...(yield* persons.members(first)).values()]
    const ids = [...(subject._tag === "Person" ? [subject.id] : []), ...placed.flatMap(({ person }) => person ?? [])]
    const members = [...(yield* persons.membersOf([...new Set(ids)])).values()].flat()
    const sure = new Set(placed.map((member) => member.sure))
    // Whoever names the person means all of it.
    const isMeant = (member: Persons.Member) => subject._tag === "Person" || sure.has(member.sure)
    const keysOf = (list: ReadonlyArray<Persons.Member>) => list.map(({ contact }) => contact)
    const meant = new Set([...first, ...keysOf(members.filter(isMeant))])
    const rows = yield* ledger.contacts([...new Set([...meant, ...keysOf(members)])])
    const found = [...rows.values()].map(({ contact }) => contact)
    return {
      contacts: found.filter(({ key }) => meant.has(key)),
      maybe: found.filter(({ key }) => !meant.has(key)),
      owners
    }
  })

/** Keys of those of their handles that other people have as well: a family's number says of nobody who they are. */
export const handlesOfOthers = (
  theirs: ReadonlyArray<Contact>
): Effect.Effect<ReadonlySet<string>, StoreError, Services> =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const keys = theirs.map(({ key }) => key)
    const handles = new Map(
      theirs.flatMap((contact) => contact.handles.map((handle) => [Handle.keyOf(handle), handle] as const))
    )
    const have = (yield* contactsWith([...handles.values()])).filter(({ key }) => !keys.includes(key))
    const erased = new Set(personsOf(yield* persons.members(keys)))
    const placed = yield* persons.members(have.map(({ key }) => key))
    const others = have.filter(({ key }) => {
      const person = placed.get(key)?.person
      return person !== undefined && !erased.has(person)
    })
    return new Set(others.flatMap((contact) => contact.handles.map(Handle.keyOf)).filter((key) => handles.has(key)))
  })

// ---------------------------------------------------------------------------------------------------------------------

const personsOf = (members: ReadonlyMap<string, Persons.Member>): ReadonlyArray<string> => [
  ...new Set([...members.values()].flatMap(({ person }) => person ?? []))
]

const firstOf = (subject: Subject): Effect.Effect<ReadonlyArray<string>, StoreError, Services> =>
  Effect.gen(function* () {
    if (subject._tag === "Person") return []
    const ledger = yield* Ledger.Ledger
    if (subject._tag === "Record") {
      const key = Key.contact(subject.ref.connection, subject.ref)
      return [(yield* ledger.resolve([key])).get(key) ?? key]
    }
    return (yield* contactsWith([subject.handle])).map(({ key }) => key)
  })

/**
 * All contacts that have one of the handles: of those that were placed by what they are found by, and each of those that
 * wait for it. All contacts there are when very many wait, or when by such a handle nobody is found.
 */
const contactsWith = (
  handles: ReadonlyArray<Handle.Handle>
): Effect.Effect<ReadonlyArray<Contact>, StoreError, Services> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const persons = yield* Persons.Persons
    const { toResolve } = yield* Dirty.Dirty
    const asked = new Set(handles.map(Handle.keyOf))
    const found = new Map<string, Contact>()
    const look = (keys: ReadonlyArray<string>) =>
      Effect.map(ledger.contacts(keys), (contacts) => {
        for (const [key, { contact }] of contacts) {
          if (contact.handles.some((handle) => asked.has(Handle.keyOf(handle)))) found.set(key, contact)
        }
      })
    const lookThrough = (page: (after: string) => Effect.Effect<ReadonlyArray<string>, StoreError>) =>
      Pages.forEach({ limit: PAGE_MAX, page, keyOf: identity }, look)
    const features = HandleFeature.make(handles)
    const waiting = yield* toResolve.due(Number.MAX_SAFE_INTEGER, WAITING_MAX)
    if (features.length < asked.size || waiting.length === WAITING_MAX) {
      yield* lookThrough((after) => ledger.contactKeys({ after, limit: PAGE_MAX }))
    } else {
      yield* look(waiting.map(({ key }) => key))
      for (const key of new Set(features.map(BlockingKey.ofHandle))) {
        yield* lookThrough((after) => persons.posting({ key, after, limit: PAGE_MAX }))
      }
    }
    return [...found.values()]
  })
