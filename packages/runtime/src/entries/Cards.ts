/** The cards beside conversations: gathers what the other systems know of the customer and renders it. */
import type { Timeline } from "@interchannel/connector"
import type { LocalRef, Own } from "@interchannel/domain"
import { type Dirty, Ledger, type Persons, Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Desire from "./Desire.ts"
import * as People from "../people/People.ts"
import * as Render from "./Render.ts"
import * as Since from "../configuration/Since.ts"

/** Interactions read to fill a card; those of the conversation's own system are left out of it. */
const LOOK_BACK_MAX = 30
/** The latest messages of a conversation tell who is in it. */
const PARTICIPANTS_FROM_MAX = 20
/** Another conversation of the same customer in this time has the card already. */
export const CARD_EVERY_MS = 4 * 3_600_000

export interface Options {
  readonly own: Own.Own
  readonly destinations: ReadonlyArray<Desire.Destination>
  readonly titleOf: (connection: string) => string
}
export type Services = Ledger.Ledger | Persons.Persons

/**
 * `Withdraw`: nothing may stand there, such as when the conversation is gone, when its customer turned out to be somebody
 * of whom nothing is known, or when an earlier conversation has the card. `Leave`: none of our business any more; what
 * stands there stays.
 */
export type Shown =
  | {
      readonly _tag: "Card"
      readonly destination: Desire.Destination
      readonly conversation: { readonly kind: string; readonly id: string }
      readonly card: Timeline.Card
      readonly at: number
    }
  | { readonly _tag: "Withdraw" }
  | { readonly _tag: "Leave" }

/** What the card of a conversation shows now. */
export const show = (conversation: string, options: Options): Effect.Effect<Shown, StoreError, Services> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const rows = yield* ledger.interactionsOfConversation(conversation, PARTICIPANTS_FROM_MAX)
    const newest = rows[0]?.interaction
    if (newest?.conversation === undefined) return withdraw
    const destination = options.destinations.find(
      ({ installed, policy }) => installed.id === newest.connection && policy.cards
    )
    if (destination === undefined || !hasPlace(destination, newest.conversation)) return leave
    if (newest.startedAt < Since.instant(destination.policy.since, destination.installedAt)) return leave
    const people = yield* People.load(
      rows.map(({ interaction }) => interaction),
      options.own
    )
    // Newest first: the last one began it.
    const customer = rows.flatMap(({ interaction }) => people.customersOf(interaction)).at(-1)
    if (customer === undefined) return withdraw
    const begunAt = rows.at(-1)?.interaction.startedAt ?? newest.startedAt
    // Each call is taken in a screen of its own.
    if (newest.kind !== "voice" && (yield* followsAnother(customer, conversation, destination, begunAt)))
      return withdraw
    const card = yield* cardOf(customer, destination, options)
    if (card === undefined) return withdraw
    return { _tag: "Card", destination, conversation: newest.conversation, card, at: newest.startedAt }
  })

/** Desired cards of the marked conversations. */
export const plan = (
  marks: ReadonlyArray<Dirty.Marked>,
  options: Options,
  now: number
): Effect.Effect<ReadonlyArray<Projections.Desired>, StoreError, Services | Projections.Projections> =>
  Effect.map(
    Effect.forEach(marks, ({ key }) =>
      Effect.flatMap(show(key, options), (shown) => {
        if (shown._tag === "Withdraw") return withdrawn(key, now)
        if (shown._tag === "Leave") return Effect.succeed([])
        return Effect.succeed([Desire.card(key, shown.card, shown.destination, { at: shown.at, dueAt: now })])
      })
    ),
    (rows) => rows.flat()
  )

// ---------------------------------------------------------------------------------------------------------------------

const withdraw: Shown = { _tag: "Withdraw" }
const leave: Shown = { _tag: "Leave" }

/** Is a card possible beside a conversation of this kind? */
const hasPlace = ({ installed }: Desire.Destination, { kind }: LocalRef): boolean => {
  const beside = installed.connector.actions.find((action) => action.verb === "ShowContext")?.beside
  return beside === undefined || beside.includes(kind)
}

const withdrawn = (conversation: string, now: number) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const found = yield* projections.ofSubjects([conversation])
    return found.filter(({ verb }) => verb === "ShowContext").map((projection) => Desire.nothing(projection, now))
  })

/** Someone who writes several conversations in one go gets one card, beside the first. */
const followsAnother = (
  customer: Desire.Customer,
  conversation: string,
  destination: Desire.Destination,
  begunAt: number
) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const here = customer.contacts.filter(({ connection }) => connection === destination.installed.id)
    const [before] = yield* ledger.interactionsOfContacts(
      here.map(({ key }) => key),
      { before: begunAt, limit: 1 }
    )
    if (before === undefined || before.conversation === conversation) return false
    return before.interaction.startedAt > begunAt - CARD_EVERY_MS
  })

/** `undefined` where the other systems know nothing: a card that says nothing is noise. */
const cardOf = (customer: Desire.Customer, destination: Desire.Destination, options: Options) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const elsewhere = customer.contacts.filter((contact) => Desire.concerns(contact.connection, destination))
    const rows = yield* ledger.interactionsOfContacts(
      elsewhere.map(({ key }) => key),
      { before: Number.MAX_SAFE_INTEGER, limit: LOOK_BACK_MAX }
    )
    if (elsewhere.length === 0) return undefined
    const people = yield* People.load(
      rows.map(({ interaction }) => interaction),
      options.own
    )
    return Render.card({
      person: elsewhere.filter(({ connection }) => Desire.isCurrent(connection, destination)),
      // A newsletter of theirs is nobody's history.
      recent: rows.flatMap(({ interaction }) => (people.customersOf(interaction).length === 0 ? [] : interaction)),
      reader: { own: options.own, contactOf: people.contactOf, titleOf: options.titleOf }
    })
  })
