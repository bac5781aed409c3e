/**
 * A conversation as one entry: its interactions that the destination wants, the customers of all of them, and a hash of what
 * a reader would see. The Planner and the Dispatcher gather it the same way, so that they mean the same.
 */
import { type Interaction, Key, type Own } from "@interchannel/domain"
import { Ledger, type Persons, type Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Customers from "./Customers.ts"
import * as Desire from "./Desire.ts"
import * as Tellings from "../ledger/Tellings.ts"

/** The latest interactions of a conversation; of a longer one the entry tells that there was more. */
export const INTERACTIONS_MAX = 200
/** A conversation goes on for a while: what follows within this time is written together. */
const SETTLE_MS = 30_000

interface Options {
  readonly own: Own.Own
  readonly destinations: ReadonlyArray<Desire.Destination>
}

export interface Gathered {
  /** First to last. */
  readonly interactions: ReadonlyArray<Interaction>
  readonly customers: ReadonlyArray<Desire.Customer>
  /** Absent: nothing of it is there any more. */
  readonly hash?: string
}

export const gather = (
  conversation: string,
  destination: Desire.Destination,
  { own, destinations }: Options
): Effect.Effect<Gathered, StoreError, Ledger.Ledger | Persons.Persons> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const newest = yield* ledger.interactionsOfConversation(conversation, INTERACTIONS_MAX)
    const wanted = newest.filter(({ interaction }) => Desire.wants(interaction, destination)).reverse()
    const tellings = yield* Tellings.load(wanted, destinations)
    const rows = wanted.filter((row) => tellings.verdict(row, destination) === "here")
    const { customersOf } = yield* Customers.load(rows, own)
    const customers = new Map(rows.flatMap(customersOf).map((customer) => [customer.key, customer]))
    return {
      interactions: rows.map(({ interaction }) => interaction),
      customers: [...customers.values()],
      ...(rows.length === 0 ? {} : { hash: Key.contentHash(rows.map(({ hash }) => hash)) })
    }
  })

/** What should stand there for it. */
export const desired = (
  conversation: string,
  { interactions, customers, hash }: Gathered,
  destination: Desire.Destination,
  now: number,
  said: Desire.Said
): Projections.Desired => {
  const told: Desire.Told = {
    subject: conversation,
    at: interactions[0]?.startedAt ?? now,
    ripeAt: now + (destination.policy.settleMs ?? SETTLE_MS),
    ...(hash === undefined ? {} : { hash })
  }
  return Desire.place(told, customers, destination, now, said)
}

/** Is this interaction told in the entry of its conversation? */
export const holds = (row: Ledger.InteractionRow, { policy }: Desire.Destination): boolean =>
  policy.entries.per === "conversation" && row.conversation !== undefined
