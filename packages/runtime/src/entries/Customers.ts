/**
 * For whom an interaction is: the customers who take part in it, and, where our own people answered, those of its
 * conversation.
 */
import type { Own } from "@interchannel/domain"
import { Ledger, type Persons, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { Customer } from "./Desire.ts"
import * as People from "../people/People.ts"

export type CustomersOf = (row: Ledger.InteractionRow) => ReadonlyArray<Customer>
type Services = Ledger.Ledger | Persons.Persons

/** The latest interactions of a conversation tell who is in it. */
const LOOK_BACK_MAX = 50

export const load = (
  rows: ReadonlyArray<Ledger.InteractionRow>,
  own: Own.Own
): Effect.Effect<
  {
    readonly customersOf: CustomersOf
    /** A customer in it was not placed yet. */
    readonly isUnsettled: (row: Ledger.InteractionRow) => boolean
  },
  StoreError,
  Services
> =>
  Effect.gen(function* () {
    const people = yield* peopleOf(rows, own)
    const answers = rows.filter((row) => isAnswer(row, people))
    const conversations = [...new Set(answers.flatMap(({ conversation }) => conversation ?? []))]
    const found = yield* Effect.forEach(conversations, (key) =>
      Effect.map(ofConversation(key, own), (customers) => [key, customers] as const)
    )
    const byConversation = new Map(found)
    return {
      customersOf: (row) => {
        const direct = people.customersOf(row.interaction)
        return direct.length > 0 ? direct : (byConversation.get(row.conversation ?? "") ?? [])
      },
      isUnsettled: (row) => people.isUnsettled(row.interaction)
    }
  })

/** What our own people said in a conversation that a customer takes part in. */
export const answersOf = (
  conversation: string,
  own: Own.Own
): Effect.Effect<ReadonlyArray<Ledger.InteractionRow>, StoreError, Services> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const rows = yield* ledger.interactionsOfConversation(conversation, LOOK_BACK_MAX)
    const people = yield* peopleOf(rows, own)
    const answers = rows.filter((row) => isAnswer(row, people))
    return answers.length === rows.length ? [] : answers
  })

// ---------------------------------------------------------------------------------------------------------------------

const peopleOf = (rows: ReadonlyArray<Ledger.InteractionRow>, own: Own.Own) =>
  People.load(
    rows.map(({ interaction }) => interaction),
    own
  )

/** No customer takes part. Mail to a list is for nobody, whoever else wrote in its thread. */
const isAnswer = ({ interaction }: Ledger.InteractionRow, people: People.People): boolean => {
  const toList =
    interaction.kind === "email" && (interaction.details.listId !== undefined || interaction.details.sort === "list")
  return !toList && people.customersOf(interaction).length === 0
}

const ofConversation = (key: string, own: Own.Own) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const rows = yield* ledger.interactionsOfConversation(key, LOOK_BACK_MAX)
    const people = yield* peopleOf(rows, own)
    const customers = rows.flatMap(({ interaction }) => people.customersOf(interaction))
    return [...new Map(customers.map((customer) => [customer.key, customer])).values()]
  })
