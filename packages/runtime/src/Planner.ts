/** From dirty subjects to desired state: loads what each concerns, lets `Desire` decide, saves it with the marks' removal. */
import type { Own } from "@interchannel/domain"
import { Database, Dirty, Ledger, type Leases, Persons, Projections, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Cards from "./Cards.ts"
import * as ConversationEntry from "./ConversationEntry.ts"
import * as Customers from "./Customers.ts"
import * as Desire from "./Desire.ts"
import * as FieldPlan from "./fields/FieldPlan.ts"
import { CARD_SETTLE_MS } from "./Policy.ts"

/** Subjects of one write. */
export const BATCH_MAX = 400
/** Interactions of a person that are marked in one step; the rest follow in later steps. */
const EXPAND_MAX = 500
/** Conversations of a customer whose cards follow what happens elsewhere. */
const CONVERSATIONS_PER_PERSON_MAX = 3

export type Services =
  | Database.Database
  | Dirty.Dirty
  | Ledger.Ledger
  | Persons.Persons
  | Projections.Projections
  | FieldPlan.Services

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
    const of = (kind: Dirty.Mark["kind"]) => marks.filter((mark) => mark.kind === kind)
    const entries = yield* planInteractions(of("interaction"), options, now)
    const expanded = yield* Effect.forEach(of("person"), expand)
    const answers = yield* Effect.forEach(of("conversation"), (mark) => answersIn(mark, options))
    const cards = yield* Cards.plan(of("card"), options, now)
    const persons = [...of("person"), ...of("record")].map(({ key }) => key)
    const fields = yield* FieldPlan.plan(persons, options.destinations, now)
    const projections = yield* Projections.Projections
    const rows = [...entries.desired, ...cards, ...fields.desired]
    yield* database.write(
      Effect.gen(function* () {
        yield* projections.desire(rows)
        yield* FieldPlan.save(fields)
        yield* dirty.mark([...entries.marks, ...answers.flat(), ...expanded.flatMap(({ marks: more }) => more)])
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

const planInteractions = (marks: ReadonlyArray<Dirty.Marked>, options: Options, now: number) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const rows = [...(yield* ledger.interactions(marks.map(({ key }) => key))).values()]
    const customersOf = yield* Customers.load(rows, options.own)
    const single = rows.flatMap((row) => desireFor(row, customersOf(row), options, now))
    const shared = yield* conversationsOf(rows, options, now)
    const unwanted = yield* unwantedOf(rows, options, now)
    return {
      desired: [...(yield* withoutNothings([...single, ...shared])), ...unwanted],
      marks: yield* cardMarks(rows, customersOf, options, now)
    }
  })

/** The entries of the conversations that these interactions are in, where a destination has one for each. */
const conversationsOf = (rows: ReadonlyArray<Ledger.InteractionRow>, { destinations, own }: Options, now: number) =>
  Effect.gen(function* () {
    const desired: Array<Projections.Desired> = []
    for (const destination of destinations) {
      const inOne = rows.filter(
        (row) => ConversationEntry.holds(row, destination) && Desire.wants(row.interaction, destination)
      )
      for (const conversation of new Set(inOne.flatMap((row) => row.conversation ?? []))) {
        const gathered = yield* ConversationEntry.gather(conversation, destination, own)
        desired.push(ConversationEntry.desired(conversation, gathered, destination, now))
        desired.push(...recordsFor(gathered.customers, destination, gathered.interactions[0]?.startedAt ?? now, now))
      }
    }
    return desired
  })

const desireFor = (
  row: Ledger.InteractionRow,
  customers: ReadonlyArray<Desire.Customer>,
  { destinations }: Options,
  now: number
): ReadonlyArray<Projections.Desired> =>
  destinations.flatMap((destination) => {
    if (ConversationEntry.holds(row, destination)) return []
    const entry = Desire.entry(row, customers, destination, now)
    if (entry === undefined) return []
    return [
      entry,
      ...(entry.state === "waiting" ? recordsFor(customers, destination, row.interaction.startedAt, now) : [])
    ]
  })

/** The records to create for customers who have none. */
const recordsFor = (
  customers: ReadonlyArray<Desire.Customer>,
  destination: Desire.Destination,
  at: number,
  dueAt: number
) => customers.flatMap((customer) => Desire.record(customer, destination, { at, dueAt }) ?? [])

/**
 * What a destination wanted before its policy changed. What was not written yet is dropped; what stands there stays as it is,
 * since a narrower policy is about what comes. Only a switch between messages and conversations takes out what is told
 * elsewhere now, and a person approved that.
 */
const unwantedOf = (rows: ReadonlyArray<Ledger.InteractionRow>, { destinations }: Options, now: number) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const outdated = new Map<string, "left" | "told elsewhere">()
    for (const row of rows) {
      for (const destination of destinations) {
        const { id } = destination.installed
        const inOne = ConversationEntry.holds(row, destination)
        const mine = Desire.entryKey(id, row.interaction.key)
        if (!Desire.wants(row.interaction, destination)) outdated.set(mine, "left")
        else if (inOne) outdated.set(mine, "told elsewhere")
        else if (row.conversation !== undefined) outdated.set(Desire.entryKey(id, row.conversation), "told elsewhere")
      }
    }
    const known = outdated.size === 0 ? [] : [...(yield* projections.get([...outdated.keys()])).values()]
    return known.flatMap((row) => {
      const isWritten = row.delivered !== undefined || row.startedAt !== undefined
      if (outdated.get(row.key) === "told elsewhere" && isWritten) return [Desire.nothing(row, now)]
      return row.state === "due" || row.state === "waiting" ? [Desire.left(row, now)] : []
    })
  })

/** Wanting nothing where nothing was ever wanted is not worth a row: staff chat, deleted before it was written. */
const withoutNothings = (desired: ReadonlyArray<Projections.Desired>) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const nothings = desired.filter((row) => row.desired === undefined).map(({ key }) => key)
    if (nothings.length === 0) return desired
    const known = yield* projections.get(nothings)
    return desired.filter((row) => row.desired !== undefined || known.has(row.key))
  })

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
        for (const { person, contacts } of customersOf(row)) {
          if (looked.has(`${id} ${person}`)) continue
          looked.add(`${id} ${person}`)
          const here = contacts.filter(({ connection }) => connection === id).map(({ key }) => key)
          if (here.length === 0) continue
          const found = yield* ledger.conversationsOfContacts(id, here, CONVERSATIONS_PER_PERSON_MAX)
          for (const conversation of found) keys.add(conversation)
        }
      }
    }
    return [...keys].map((key): Dirty.Mark => ({ kind: "card", key, dueAt: now + CARD_SETTLE_MS, lane: 1 }))
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

/** A person changed: all their interactions, and the conversations they take part in, are looked at again, a bounded number a step. */
const expand = (mark: Dirty.Marked) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const persons = yield* Persons.Persons
    const members = (yield* persons.contactsOf([mark.key])).get(mark.key) ?? []
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
