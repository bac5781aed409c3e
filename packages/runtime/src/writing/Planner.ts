/** From dirty subjects to desired state: loads what each concerns, lets `Desire` decide, saves it with the marks' removal. */
import { Key, type Own } from "@interchannel/domain"
import {
  Database,
  Dirty,
  Erasures,
  Ledger,
  type Leases,
  Persons,
  Projections,
  type StoreError
} from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Cards from "../entries/Cards.ts"
import * as Customers from "../entries/Customers.ts"
import * as Desire from "../entries/Desire.ts"
import * as FieldPlan from "../fields/FieldPlan.ts"
import * as Entries from "../entries/Entries.ts"
import { CARD_SETTLE_MS } from "./Policy.ts"

/** Subjects of one write. */
export const BATCH_MAX = 400
/** Interactions of a person that are marked in one step; the rest follow in later steps. */
const EXPAND_MAX = 500
/** Conversations of a customer whose cards follow what happens elsewhere, and those looked through for cards that stand. */
const CONVERSATIONS_PER_PERSON_MAX = 3
const CONVERSATIONS_LOOKED_THROUGH_MAX = 20

export type Services = Entries.Services | FieldPlan.Services | Database.Database | Dirty.Dirty | Erasures.Erasures

export interface Options {
  readonly own: Own.Own
  readonly destinations: ReadonlyArray<Desire.Destination>
  readonly titleOf: (connection: string) => string
}

/** Works off one batch of due marks; answers how many. */
export const step = (options: Options, lease: Leases.Lease): Effect.Effect<number, StoreError, Services> =>
  Effect.gen(function* () {
    const dirty = yield* Dirty.Dirty
    const database = yield* Database.Database
    const now = yield* Clock.currentTimeMillis
    const marks = yield* dirty.due(now, BATCH_MAX)
    if (marks.length === 0) return 0
    const erasures = yield* Erasures.Erasures
    const erased = yield* erasures.state
    const of = (kind: Dirty.Mark["kind"]) => marks.filter((mark) => mark.kind === kind)
    const entries = yield* Entries.plan(of("interaction"), options, now)
    const changed = yield* cardMarks(entries.rows, entries.customersOf, options, now)
    const expanded = yield* Effect.forEach(of("person"), expand)
    const answers = yield* Effect.forEach(of("conversation"), (mark) => answersIn(mark, options))
    const cards = yield* Cards.plan(of("card"), options, now)
    const persons = [...of("person"), ...of("record")].map(({ key }) => key)
    const fields = yield* FieldPlan.plan(persons, options.destinations, now)
    const projections = yield* Projections.Projections
    const rows = [...entries.desired, ...cards, ...fields.desired]
    yield* database.write(
      Effect.gen(function* () {
        // Of what was forgotten since it was read nothing is wanted any more; the marks that are left are planned anew.
        if ((yield* erasures.state) !== erased) return
        yield* projections.desire(rows)
        yield* FieldPlan.save(fields)
        yield* dirty.mark([...changed, ...answers.flat(), ...expanded.flatMap(({ marks: more }) => more)])
        for (const { mark, progress } of expanded) if (progress !== undefined) yield* dirty.progress(mark, progress)
        const going = new Set(expanded.filter(({ progress }) => progress !== undefined).map(({ mark }) => mark))
        yield* dirty.done(marks.filter((mark) => !going.has(mark)))
        if (rows.length > 0) yield* database.signal("projection")
      }),
      { lease }
    )
    return marks.length
  }).pipe(Effect.withSpan("plan"))

// ---------------------------------------------------------------------------------------------------------------------

/** The cards that this interaction changes: its own conversation's, and those of its customers in other systems. */
const cardMarks = (
  rows: ReadonlyArray<Ledger.InteractionRow>,
  customersOf: Customers.CustomersOf,
  { destinations }: Options,
  now: number
) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const withCards = destinations.filter(({ policy }) => policy.cards)
    const keys = new Set<string>()
    const looked = new Set<string>()
    for (const row of rows) {
      for (const destination of withCards) {
        const id = destination.installed.id
        if (row.interaction.connection === id && row.conversation !== undefined) keys.add(row.conversation)
        // Where a conversation ended, the customer's next one is the first that a card stands beside.
        const ended = row.deleted && row.interaction.connection === id
        if (!ended && !Desire.concerns(row.interaction.connection, destination)) continue
        for (const { key, contacts } of customersOf(row)) {
          if (looked.has(`${id} ${key}`)) continue
          looked.add(`${id} ${key}`)
          const here = contacts.filter(({ connection }) => connection === id).map(({ key }) => key)
          if (here.length === 0) continue
          const found = yield* ledger.conversationsOfContacts(id, here, CONVERSATIONS_LOOKED_THROUGH_MAX)
          for (const conversation of found.slice(0, CONVERSATIONS_PER_PERSON_MAX)) keys.add(conversation)
          const earlier = found.slice(CONVERSATIONS_PER_PERSON_MAX)
          for (const conversation of yield* withFreshCard(earlier, destination, now)) keys.add(conversation)
        }
      }
    }
    return [...keys].map((key): Dirty.Mark => ({ kind: "card", key, dueAt: now + CARD_SETTLE_MS, lane: 1 }))
  })

/** The card of a customer in a hurry stands beside the first of many conversations. */
const withFreshCard = (conversations: ReadonlyArray<string>, destination: Desire.Destination, now: number) =>
  Effect.gen(function* () {
    if (conversations.length === 0) return []
    const byKey = new Map(conversations.map((key) => [Desire.cardKey(destination, key), key]))
    const cards = yield* (yield* Projections.Projections).get([...byKey.keys()])
    return [...cards.values()].flatMap(({ key, desired, at }) =>
      desired !== undefined && at > now - Cards.CARD_EVERY_MS ? (byKey.get(key) ?? []) : []
    )
  })

/** Someone joined a conversation: what our own people said in it before is for them too. */
const answersIn = (mark: Dirty.Marked, { own }: Options) =>
  Effect.map(Customers.answersOf(mark.key, own), (rows) =>
    rows.map(
      ({ interaction }): Dirty.Mark => ({
        kind: "interaction",
        key: interaction.key,
        dueAt: mark.dueAt,
        lane: mark.lane
      })
    )
  )

/** A person, or a contact without one, changed: all their interactions, and the conversations they take part in, are looked at again, a bounded number a step. */
const expand = (mark: Dirty.Marked) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const persons = yield* Persons.Persons
    const members = Key.isContact(mark.key)
      ? [mark.key]
      : ((yield* persons.membersOf([mark.key])).get(mark.key) ?? []).map(({ contact }) => contact)
    if (members.length === 0) return { mark, marks: [], progress: undefined }
    const keys = yield* ledger.interactionKeysOfContacts(members, { after: mark.progress ?? "", limit: EXPAND_MAX })
    const { dueAt, lane } = mark
    // What our own people answered is on their conversations, not on them.
    const rows = [...(yield* ledger.interactions(keys)).values()]
    const conversations = new Set(rows.flatMap(({ conversation }) => conversation ?? []))
    const marks: ReadonlyArray<Dirty.Mark> = [
      ...keys.map((key) => ({ kind: "interaction" as const, key, dueAt, lane })),
      ...[...conversations].map((key) => ({ kind: "conversation" as const, key, dueAt, lane }))
    ]
    return { mark, marks, progress: keys.length < EXPAND_MAX ? undefined : keys.at(-1) }
  })
