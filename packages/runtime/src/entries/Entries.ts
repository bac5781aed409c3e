/**
 * The entries that marked interactions ask for, destination by destination: one of each interaction or of its conversation,
 * on the records of the customers in it, unless the destination does not want it or has it from somebody else.
 */
import { type Dirty, Ledger, type Persons, type Placements, Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as ConversationEntry from "./ConversationEntry.ts"
import * as Customers from "./Customers.ts"
import * as Desire from "./Desire.ts"
import * as Patience from "./Patience.ts"
import * as Placing from "./Placing.ts"
import type { Options } from "../writing/Planner.ts"
import * as Strangers from "../people/Strangers.ts"
import * as Tellings from "../ledger/Tellings.ts"

export type Services = Ledger.Ledger | Persons.Persons | Placements.Placements | Projections.Projections

export interface Planned {
  readonly desired: ReadonlyArray<Projections.Desired>
  /** The interactions that were looked at, with who is in them. */
  readonly rows: ReadonlyArray<Ledger.InteractionRow>
  readonly customersOf: Customers.CustomersOf
}

export const plan = (
  marks: ReadonlyArray<Pick<Dirty.Mark, "key" | "lane">>,
  options: Options,
  now: number
): Effect.Effect<Planned, StoreError, Services> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const marked = [...(yield* ledger.interactions(marks.map(({ key }) => key))).values()]
    const { rows: told, verdict } = yield* Tellings.load(marked, options.destinations)
    const { customersOf, isUnsettled } = yield* Customers.load(told, options.own)
    // Placing its contacts marks it again; until then nothing is known that could be planned.
    const rows = told.filter((row) => row.deleted || !isUnsettled(row))
    const asked = rows.flatMap((row) =>
      options.destinations.map((destination): Asked => ({ row, destination, fate: fateOf(row, destination, verdict) }))
    )
    const single = asked.filter(({ fate }) => fate === "entry")
    const conversations = yield* gathered(asked, options)
    const saidOf = yield* Placing.load(
      [
        ...single.map(({ row, destination }) => Desire.entryKey(destination, row.interaction.key)),
        ...conversations.map(({ key, destination }) => Desire.entryKey(destination, key))
      ],
      [...single.flatMap(({ row }) => customersOf(row)), ...conversations.flatMap(({ entry }) => entry.customers)]
    )
    const wanted = [
      ...single.flatMap(({ row, destination }) => singleOf(row, customersOf(row), destination, now, saidOf)),
      ...conversations.flatMap((one) => conversationOf(one, now, saidOf))
    ]
    const rightful = yield* Strangers.without(yield* withoutNothings(wanted), rows, customersOf)
    const urgent = urgentOf(marks, rows)
    const desired = yield* Patience.wait(rightful, (subject) => urgent.has(subject), now)
    return { desired: [...desired, ...(yield* unwantedOf(asked, now))], rows, customersOf }
  })

// ---------------------------------------------------------------------------------------------------------------------

/** Subjects that somebody waits for, or that their vendor deleted. */
const urgentOf = (
  marks: ReadonlyArray<Pick<Dirty.Mark, "key" | "lane">>,
  rows: ReadonlyArray<Ledger.InteractionRow>
): ReadonlySet<string> => {
  const live = new Set(marks.flatMap(({ key, lane }) => (lane === 0 ? [key] : [])))
  const urgent = rows.filter(({ interaction, deleted }) => deleted || live.has(interaction.key))
  return new Set(urgent.flatMap(({ interaction, conversation }) => [interaction.key, conversation ?? interaction.key]))
}

/** What becomes of an interaction in a destination. */
type Fate = "entry" | "in its conversation" | "not wanted" | Exclude<Tellings.Verdict, "here">

interface Asked {
  readonly row: Ledger.InteractionRow
  readonly destination: Desire.Destination
  readonly fate: Fate
}

const fateOf = (
  row: Ledger.InteractionRow,
  destination: Desire.Destination,
  verdict: Tellings.Tellings["verdict"]
): Fate => {
  if (!Desire.wants(row.interaction, destination)) return "not wanted"
  if (ConversationEntry.holds(row, destination)) return "in its conversation"
  const told = verdict(row, destination)
  return told === "here" ? "entry" : told
}

const singleOf = (
  row: Ledger.InteractionRow,
  customers: ReadonlyArray<Desire.Customer>,
  destination: Desire.Destination,
  now: number,
  saidOf: Placing.SaidOf
): ReadonlyArray<Projections.Desired> => {
  const said = saidOf(Desire.entryKey(destination, row.interaction.key), [row.interaction])
  const entry = Desire.entry(row, customers, destination, now, said)
  if (entry?.state !== "waiting") return entry === undefined ? [] : [entry]
  return [entry, ...recordsFor(customers, destination, row.interaction.startedAt, now)]
}

interface Conversation {
  readonly key: string
  readonly destination: Desire.Destination
  readonly entry: ConversationEntry.Gathered
}

const gathered = (asked: ReadonlyArray<Asked>, options: Options) =>
  Effect.gen(function* () {
    const inOne = asked.filter(({ fate }) => fate === "in its conversation")
    const wanted = new Map(
      inOne.map(({ row, destination }) => [
        `${destination.installed.id} ${row.conversation}`,
        { key: row.conversation ?? "", destination }
      ])
    )
    return yield* Effect.forEach([...wanted.values()], ({ key, destination }) =>
      Effect.map(
        ConversationEntry.gather(key, destination, options),
        (entry): Conversation => ({ key, destination, entry })
      )
    )
  })

const conversationOf = (
  { key, destination, entry }: Conversation,
  now: number,
  saidOf: Placing.SaidOf
): ReadonlyArray<Projections.Desired> => {
  const said = saidOf(Desire.entryKey(destination, key), entry.interactions)
  const desired = ConversationEntry.desired(key, entry, destination, now, said)
  return desired.state === "waiting"
    ? [desired, ...recordsFor(entry.customers, destination, desired.at, now)]
    : [desired]
}

/** The records to create for customers who have none. */
const recordsFor = (
  customers: ReadonlyArray<Desire.Customer>,
  destination: Desire.Destination,
  at: number,
  dueAt: number
) => customers.flatMap((customer) => Desire.record(customer, destination, { at, dueAt }) ?? [])

/**
 * Entries that are not to be there, or not from us. Where a policy was narrowed, what stands there stays: it is about what
 * comes. What is told in another way now is taken out; of what somebody else logged, we say why it was not written.
 */
const unwantedOf = (asked: ReadonlyArray<Asked>, now: number) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const outdated = new Map<string, Asked>()
    for (const one of asked) {
      const { destination } = one
      if (one.fate !== "entry") outdated.set(Desire.entryKey(destination, one.row.interaction.key), one)
      else if (one.row.conversation !== undefined) outdated.set(Desire.entryKey(destination, one.row.conversation), one)
    }
    const known =
      outdated.size === 0 ? new Map<string, Projections.Projection>() : yield* projections.get([...outdated.keys()])
    return [...outdated].flatMap(([key, one]): ReadonlyArray<Projections.Desired> => {
      const row = known.get(key)
      if (row === undefined) return isElsewhere(one.fate) && !one.row.deleted ? [elsewhere(key, one, now)] : []
      const stands = row.delivered !== undefined || row.attempt !== undefined
      if (stands && one.fate !== "not wanted") return [Desire.nothing(row, now)]
      return row.state === "due" || row.state === "waiting" ? [Desire.left(row, now, whyOf(one.fate))] : []
    })
  })

const isElsewhere = (fate: Fate): boolean => fate === "logged there already" || fate === "told by another system"

const whyOf = (fate: Fate): string => (isElsewhere(fate) ? fate : "the destination does not want it")

const elsewhere = (key: string, { row, destination, fate }: Asked, now: number): Projections.Desired => ({
  key,
  destination: destination.installed.id,
  verb: "AppendTimeline",
  subject: row.interaction.key,
  desired: row.hash,
  records: [],
  state: "dropped",
  why: fate,
  dueAt: now,
  lane: 1,
  at: row.interaction.startedAt
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
