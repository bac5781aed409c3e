/**
 * What came before an entry and after it: the other entries that stand on the same customers' records in its destination.
 * Nothing is told that a reader would not find on these records.
 */
import { type Instant, Key } from "@interchannel/domain"
import { Ledger, Persons, Placements, Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Attempt from "../writing/Attempt.ts"
import * as Subject from "../writing/Subject.ts"
import * as EntryTitle from "./EntryTitle.ts"

export type Services = Ledger.Ledger | Persons.Persons | Placements.Placements | Projections.Projections

/** Entries shown on each side. */
export const SHOWN_MAX = 10
/** Interactions of one contact that one step reads on one side. */
const STEP_MAX = 100
/** Steps on one side: who has more interactions that are no entries here is told of those that were found. */
const STEPS_MAX = 10
/** Conversations on one side in which the answers of our own people are looked for. */
const CONVERSATIONS_MAX = 50

export interface Entry {
  /** As the entry itself is titled. */
  readonly title: string
  readonly at: Instant.Instant
  /** Where a reader of the destination opens it. */
  readonly url?: string
  readonly isThis: boolean
}

export interface Around {
  /** Oldest first, with the entry itself; empty when there is no other. */
  readonly entries: ReadonlyArray<Entry>
  /** There are more than are shown, or more interactions than were looked at. */
  readonly isMoreBefore: boolean
  readonly isMoreAfter: boolean
}

/** From when until when all that stands there is known. */
export interface Span {
  readonly from: Instant.Instant
  readonly until: Instant.Instant
}

type Placed = Pick<Projections.Projection, "key" | "at">

/** Those nearest to an entry, oldest first, with itself. Pure. */
export const nearest = <A extends Placed>(
  entry: A,
  others: ReadonlyArray<A>,
  { from, until }: Span
): Omit<Around, "entries"> & { readonly entries: ReadonlyArray<A> } => {
  const known = others.filter(({ at }) => at >= from && at <= until)
  const ordered = [...new Map([...known, entry].map((one) => [one.key, one])).values()].sort(inOrder)
  const index = ordered.findIndex(({ key }) => key === entry.key)
  return {
    entries: ordered.slice(Math.max(0, index - SHOWN_MAX), index + SHOWN_MAX + 1),
    isMoreBefore: index > SHOWN_MAX || from > -Infinity,
    isMoreAfter: ordered.length - index - 1 > SHOWN_MAX || until < Infinity
  }
}

/** Around the entry of this key. */
export const look = (key: string, reader: EntryTitle.Reader): Effect.Effect<Around, StoreError, Services> =>
  Effect.gen(function* () {
    const entry = (yield* (yield* Projections.Projections).get([key])).get(key)
    const records = entry === undefined ? undefined : (yield* recordsOfEach([entry])).get(key)
    if (entry === undefined || records === undefined) return nothing
    const beside = besideOf(entry, new Set(records))
    const contacts = yield* contactsOf(records)
    const before = yield* walk("before", contacts, entry, beside)
    const after = yield* walk("after", contacts, entry, beside)
    const own = (yield* Subject.firstOf(entry.subject))?.conversation
    const conversations = [...(own === undefined ? [] : [own]), ...before.conversations, ...after.conversations]
    const answers = yield* beside(yield* answersIn(conversations, entry))
    const others = [...before.found, ...after.found, ...answers]
    const { entries, ...more } = nearest(entry, others, { from: before.end, until: after.end })
    const told = yield* titled(entries, entry, reader)
    return told.every(({ isThis }) => isThis) ? nothing : { entries: told, ...more }
  })

// ---------------------------------------------------------------------------------------------------------------------

const nothing: Around = { entries: [], isMoreBefore: false, isMoreAfter: false }

const inOrder = (a: Placed, b: Placed): number => a.at - b.at || (a.key < b.key ? -1 : 1)

/** Delivered, and neither taken out by a hand nor about to be by us. */
const stands = ({ verb, delivered, desired, state, why }: Projections.Projection): boolean =>
  verb === "AppendTimeline" &&
  delivered !== undefined &&
  desired !== undefined &&
  !(state === "held" && why === Attempt.DELETED)

/** The customers' records on which each of these stands and was not held off; what stands on none is absent. */
const recordsOfEach = (projections: ReadonlyArray<Projections.Projection>) =>
  Effect.gen(function* () {
    const standing = projections.filter(stands)
    const held = yield* (yield* Placements.Placements).heldOff(standing.map(({ key }) => key))
    const named = standing.flatMap(({ deliveredRecords }) => deliveredRecords)
    const resolved = yield* (yield* Ledger.Ledger).resolve([...new Set(named)])
    return new Map(
      standing.flatMap(({ key, deliveredRecords }) => {
        const places = deliveredRecords.map((record) => resolved.get(record) ?? record)
        const records = places.filter((record) => Key.isContact(record) && held.get(key)?.has(record) !== true)
        return records.length === 0 ? [] : [[key, records] as const]
      })
    )
  })

/** All contacts of the persons who have these records: what is theirs for certain is told by where its entry stands. */
const contactsOf = (records: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const members = yield* persons.members(records)
    const groups = yield* persons.membersOf([...new Set([...members.values()].flatMap(({ person }) => person ?? []))])
    return [...new Set([...records, ...[...groups.values()].flat().map(({ contact }) => contact)])]
  })

/** The entries that tell of these interactions, or of their conversations, on one of the same records as `entry`. */
const besideOf =
  (entry: Projections.Projection, records: ReadonlySet<string>) => (moments: ReadonlyArray<Ledger.Moment>) =>
    Effect.gen(function* () {
      const subjects = moments.flatMap(({ interaction, conversation }) => [interaction, conversation ?? interaction])
      const told = yield* (yield* Projections.Projections).ofSubjects([...new Set(subjects)])
      const here = told.filter(({ destination }) => destination === entry.destination)
      const recordsOf = yield* recordsOfEach(here)
      return here.filter(({ key }) => recordsOf.get(key)?.some((record) => records.has(record)) === true)
    })

interface Walked {
  readonly found: ReadonlyArray<Projections.Projection>
  /** Those of the interactions that were read, the nearest first. */
  readonly conversations: ReadonlyArray<string>
  /** As far as everything is known. */
  readonly end: Instant.Instant
}

/** Goes from the entry in one direction until enough was found. */
const walk = (
  side: Ledger.MomentsAsked["side"],
  contacts: ReadonlyArray<string>,
  entry: Projections.Projection,
  beside: ReturnType<typeof besideOf>
) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const found = new Map<string, Projections.Projection>()
    const conversations = new Set<string>()
    let from: Ledger.MomentsAsked["from"] = { at: entry.at, interaction: "" }
    const walked = (end: Instant.Instant): Walked => ({
      found: [...found.values()],
      conversations: [...conversations].slice(0, CONVERSATIONS_MAX),
      end
    })
    // A conversation may have begun beyond what was read: it counts once everything up to there is known.
    const isReached = ({ key, at }: Placed) =>
      key !== entry.key && at >= Math.min(from.at, entry.at) && at <= Math.max(from.at, entry.at)
    for (let step = 0; step < STEPS_MAX; step++) {
      const moments = yield* ledger.momentsOfContacts(contacts, { side, from, limit: STEP_MAX })
      for (const one of yield* beside(moments)) found.set(one.key, one)
      for (const { conversation } of moments) if (conversation !== undefined) conversations.add(conversation)
      if (moments.length < STEP_MAX) return walked(side === "before" ? -Infinity : Infinity)
      from = moments.at(-1) ?? from
      if ([...found.values()].filter(isReached).length > SHOWN_MAX) break
    }
    return walked(from.at)
  })

/** What our own people said beside the customers, who need not take part in it. */
const answersIn = (conversations: ReadonlyArray<string>, { at }: Placed) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const from = { at, interaction: "" }
    const asked = (side: Ledger.MomentsAsked["side"]) =>
      ledger.momentsOfConversations(conversations, { side, from, limit: SHOWN_MAX + 1 })
    return [...(yield* asked("before")), ...(yield* asked("after"))]
  })

const titled = (
  entries: ReadonlyArray<Projections.Projection>,
  entry: Projections.Projection,
  reader: EntryTitle.Reader
) =>
  Effect.gen(function* () {
    const told = yield* Subject.beginningOfEach(entries)
    const titleIn = yield* EntryTitle.load([...told.values()], reader)
    return entries.flatMap(({ key, destination, at, url }): ReadonlyArray<Entry> => {
      const interaction = told.get(key)
      if (interaction === undefined) return []
      const title = titleIn(destination, interaction)
      return [{ title, at, ...(url === undefined ? {} : { url }), isThis: key === entry.key }]
    })
  })
