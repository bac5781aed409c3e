/**
 * Who is who, asked and decided in people's words: an e-mail address, a number, `connection/kind/id` or a person's id where
 * `Identities` takes keys.
 */
import { Decision } from "@interchannel/identity"
import { Contacts, Ref } from "@interchannel/domain"
import { Ledger, Persons, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ControlError } from "../control/Control.ts"
import * as Identities from "./Identities.ts"

export interface Known extends Identities.PersonView {
  /** At most `INTERACTIONS_MAX`. */
  readonly interactions: number
}

/** Everyone whom a text names. */
export interface Found {
  readonly people: ReadonlyArray<Known>
  /** Contacts that are on a line: nobody knows yet whose it is. */
  readonly lines: ReadonlyArray<Identities.Placed>
  /** Persons beyond `PEOPLE_MAX`. */
  readonly more: number
}

/** Contacts that would be somebody else, and those with whom they are one person now. */
export interface Parting {
  readonly gone: ReadonlyArray<Identities.Placed>
  readonly rest: ReadonlyArray<Identities.Placed>
}

/** A decision with whom it is about: a handle, or contacts by name and record, by key those that are gone. */
export type Decided = Decision.Decision & { readonly about: ReadonlyArray<string> }

export interface Region {
  readonly defaultRegion?: string | undefined
}

type Reading = Ledger.Ledger | Persons.Persons
type Answer<A, R = Reading> = Effect.Effect<A, ControlError | StoreError, R>

/** More people than these share a switchboard; one more of them tells nothing. */
const PEOPLE_MAX = 5
export const INTERACTIONS_MAX = 1_000
/** Contacts that an error names to choose of. */
const CHOICE_MAX = 5
/** Contacts of the two persons that one merge links. */
const CONTACTS_MAX = 200
const DECISIONS_PAGE = 1_000
/** Decisions that one answer lists. */
const DECISIONS_MAX = 10_000

export const who = (text: string, region: Region = {}): Answer<Found> =>
  Effect.gen(function* () {
    const found = yield* Identities.find(text, region)
    const ids = [...new Set(found.flatMap(({ person }) => person ?? []))]
    const people = yield* Effect.forEach(ids.slice(0, PEOPLE_MAX), known)
    return {
      people,
      lines: found.filter(({ person }) => person === undefined),
      more: Math.max(0, ids.length - PEOPLE_MAX)
    }
  })

/** Why two are one person, or are not. */
export const why = (a: string, b: string, region: Region = {}): Answer<Identities.PairView> =>
  Effect.gen(function* () {
    const [first, second] = yield* two(a, b, region)
    return yield* Identities.pair(first.contact, second.contact)
  })

/**
 * The two are one person from now on, with all contacts of both: each is linked with the first, since what spoke against the
 * one would else tear the others away.
 */
export const merge = (
  a: string,
  b: string,
  word: Identities.Word,
  region: Region = {}
): Answer<ReadonlyArray<Decision.Decision>, Identities.Services> =>
  Effect.gen(function* () {
    const [first, second] = yield* two(a, b, region)
    const at = yield* Clock.currentTimeMillis
    const others = [second.contact, ...(yield* companions(first)), ...(yield* companions(second))]
    const distinct = [...new Set(others)].filter((key) => key !== first.contact)
    if (distinct.length > CONTACTS_MAX) return yield* tooMany(distinct.length)
    return yield* Identities.decide(distinct.map((key) => Decision.mustLink(first.contact, key, { ...word, at })))
  })

/** These are somebody else than the other contacts of their person. */
export const unmerge = (
  texts: ReadonlyArray<string>,
  word: Identities.Word,
  region: Region = {}
): Answer<ReadonlyArray<Decision.Decision>, Identities.Services> =>
  Effect.flatMap(contacts(texts, region), (named) => Identities.unmerge(named, word))

/** What `unmerge` would do; it refuses what that refuses. */
export const parting = (texts: ReadonlyArray<string>, region: Region = {}): Answer<Parting> =>
  Effect.gen(function* () {
    const named = yield* contacts(texts, region)
    const rest = yield* Identities.othersOf(named)
    return { gone: yield* Identities.placed(named), rest: yield* Identities.placed(rest) }
  })

/** What people decided and did not take back, newest first. */
export const decisions: Effect.Effect<ReadonlyArray<Decided>, StoreError, Reading> = Effect.gen(function* () {
  const persons = yield* Persons.Persons
  const inForce: Array<Decision.Decision> = []
  let after = ""
  while (inForce.length < DECISIONS_MAX) {
    const page = yield* persons.decisionPage({ after, limit: DECISIONS_PAGE })
    for (const { data, revoked } of page) if (revoked === undefined) inForce.push(data as Decision.Decision)
    const last = page.at(-1)
    if (last === undefined || page.length < DECISIONS_PAGE) break
    after = last.id
  }
  const rows = yield* (yield* Ledger.Ledger).contacts([...new Set(inForce.flatMap(Decision.contactsOf))])
  const called = (key: string) => {
    const record = rows.get(key)?.contact
    return record === undefined
      ? key
      : `${Contacts.label(record)} (${Ref.format(Ref.at(record.connection, record.ref))})`
  }
  return inForce
    .map((decision) => ({
      ...decision,
      about: decision._tag === "HandleRule" ? [decision.handle] : Decision.contactsOf(decision).map(called)
    }))
    .sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
})

// ---------------------------------------------------------------------------------------------------------------------

const contacts = (texts: ReadonlyArray<string>, region: Region) =>
  Effect.map(
    Effect.forEach(texts, (text) => contact(text, region)),
    (named) => [...new Set(named.map((placed) => placed.contact))]
  )

/** All contacts of the person that this one belongs to. */
const companions = ({ person }: Identities.Placed) =>
  Effect.gen(function* () {
    if (person === undefined) return []
    const persons = yield* Persons.Persons
    return ((yield* persons.membersOf([person])).get(person) ?? []).map((member) => member.contact)
  })

/** Two contacts, of which each text names one. */
const two = (a: string, b: string, region: Region) =>
  Effect.gen(function* () {
    const [first, second] = [yield* one(a, region), yield* one(b, region)]
    return first.contact === second.contact ? yield* same(a, b, first) : ([first, second] as const)
  })

const same = (a: string, b: string, { record }: Identities.Placed): Effect.Effect<never, ControlError> =>
  Effect.fail(
    new ControlError({
      what: `${a} and ${b} name one and the same contact, ${Ref.format(Ref.at(record.connection, record.ref))}`,
      remedy: `name somebody else as the second; \`interchannel person ${a}\` shows which contacts are one person already`
    })
  )

const tooMany = (count: number) =>
  Effect.fail(
    new ControlError({
      what: `${count} contacts would be linked, more than the ${CONTACTS_MAX} that one person may have by decision`,
      remedy: "look with `interchannel person` whether a handle is shared, and rule that it is"
    })
  )

const known = (id: string): Answer<Known> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const view = yield* Identities.person(id)
    const keys = view.contacts.map(({ contact }) => contact)
    const interactions = yield* ledger.interactionKeysOfContacts(keys, { after: "", limit: INTERACTIONS_MAX })
    return { ...view, interactions: interactions.length }
  })

/** One contact of the one person, or of the line, that a text names. */
const one = (text: string, region: Region) =>
  Effect.gen(function* () {
    const found = yield* Identities.find(text, region)
    const owners = new Set(found.map(({ contact: key, person }) => person ?? key))
    const [first] = [...found].sort((a, b) =>
      a.record.kind === b.record.kind ? 0 : a.record.kind === "record" ? -1 : 1
    )
    return first !== undefined && owners.size === 1 ? first : yield* unclear(text, found)
  })

/** The one contact that a text names. */
const contact = (text: string, region: Region) =>
  Effect.gen(function* () {
    const found = yield* Identities.find(text, region)
    return found.length === 1 ? found[0]! : yield* unclear(text, found)
  })

const unclear = (text: string, found: ReadonlyArray<Identities.Placed>): Effect.Effect<never, ControlError> => {
  const names = found.slice(0, CHOICE_MAX).map(({ record }) => Ref.format(Ref.at(record.connection, record.ref)))
  return Effect.fail(
    found.length === 0
      ? new ControlError({
          what: `${text} is nobody's that was read`,
          remedy: "give another handle, or connection/kind/id; what was just read is placed within a moment"
        })
      : new ControlError({
          what: `${text} is on ${found.length} contacts`,
          remedy: `name one of them: ${names.join(", ")}${found.length > CHOICE_MAX ? ", …" : ""}`
        })
  )
}
