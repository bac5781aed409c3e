/** What a connector is given for each projection, rendered at the moment of writing from the ledger as it is then. */
import type { Action, Timeline } from "@interchannel/connector"
import { Key, type LocalRef, type Own } from "@interchannel/domain"
import { type Fields, Ledger, Messages, Persons, type Projections, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Cards from "../entries/Cards.ts"
import * as Desire from "../entries/Desire.ts"
import * as EntryInputs from "../entries/EntryInputs.ts"
import * as FieldCreation from "../fields/FieldCreation.ts"

type Rendered = "AppendTimeline" | "ShowContext" | "UpsertContact" | "SendMessage"
export type Input = { readonly [V in Rendered]: Action.Input<V> }[Rendered]
export type Services = Ledger.Ledger | Messages.Messages | Persons.Persons

export interface Options {
  readonly own: Own.Own
  readonly destinations: ReadonlyArray<Desire.Destination>
  readonly titleOf: (connection: string) => string
  /** Where a reader of an entry says that it is not of this customer; absent without a public address. */
  readonly pageOf?: (entry: string) => string | undefined
}

export interface Ready {
  /** As it stands in the store once `restated` is saved. */
  readonly projection: Projections.Projection
  /** What this very input delivers. */
  readonly sent: { readonly desired: string; readonly records: ReadonlyArray<string>; readonly form?: string }
  readonly input: Input
  /** Of a record that is to be made: what is written in the fields that we keep. */
  readonly made?: Fields.RecordState
}

export interface Prepared {
  readonly ready: ReadonlyArray<Ready>
  /** Those that turned out to need no write. */
  readonly outcomes: ReadonlyArray<Projections.Outcome>
  /** What is rendered now differs from what was desired: to be saved before anything is written. */
  readonly restated: ReadonlyArray<Projections.Desired>
}

export const prepare = (
  batch: ReadonlyArray<Projections.Projection>,
  destination: string,
  options: Options
): Effect.Effect<Prepared, StoreError, Services> =>
  Effect.gen(function* () {
    const of = (verb: Projections.Verb) => batch.filter((projection) => projection.verb === verb)
    const entries = yield* EntryInputs.prepare(of("AppendTimeline"), destination, options)
    const cards = yield* Effect.forEach(of("ShowContext"), (projection) => prepareCard(projection, options))
    const records = yield* Effect.forEach(of("UpsertContact"), (projection) =>
      prepareRecord(projection, destination, options)
    )
    const messages = yield* prepareMessages(of("SendMessage"))
    const all = [...entries, ...cards, ...records, ...messages].map((one) => ("sent" in one ? restatedBy(one) : one))
    return {
      ready: all.flatMap((one) => ("input" in one && !standsAlready(one) ? [one] : [])),
      outcomes: all.flatMap((one) => ("outcome" in one ? [one.outcome] : [])),
      restated: all.flatMap((one) => {
        if ("nothing" in one) return [one.nothing]
        return "input" in one && one.isRestated ? [due(one.projection)] : []
      })
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

/** What becomes of one projection: written, known to need no write, or not wanted any more. */
export type One = Ready | { readonly outcome: Projections.Outcome } | { readonly nothing: Projections.Desired }

/** What is rendered now may differ from what was desired. That nothing should stand there is never overruled so. */
const restatedBy = (ready: Ready): Ready & { readonly isRestated: boolean } => {
  const { projection, sent } = ready
  const isRestated = projection.desired !== undefined && projection.desired !== sent.desired
  return { ...ready, isRestated, projection: isRestated ? { ...projection, desired: sent.desired } : projection }
}

/** Rendered anew it turned out to be what stands there; an attempt of unknown outcome is brought to an end all the same. */
const standsAlready = ({ projection: { attempt, delivered, deliveredRecords, rewrite }, sent }: Ready): boolean =>
  attempt === undefined &&
  rewrite !== true &&
  sent.desired === delivered &&
  sent.records.join() === deliveredRecords.join()

const due = (projection: Projections.Projection): Projections.Desired => {
  const { key, destination, verb, subject, records, dueAt, lane, at, desired } = projection
  return {
    key,
    destination,
    verb,
    subject,
    records,
    dueAt,
    lane,
    at,
    state: "due",
    ...(desired === undefined ? {} : { desired })
  }
}

const existing = ({ ref }: Projections.Projection): { readonly existing?: LocalRef } =>
  ref === undefined ? {} : { existing: ref }

const prepareCard = (projection: Projections.Projection, options: Options): Effect.Effect<One, StoreError, Services> =>
  Effect.gen(function* () {
    if (projection.desired === undefined) return yield* prepareWithdrawn(projection)
    const shown = yield* Cards.show(projection.subject, options)
    return shown._tag === "Card"
      ? withCard(projection, shown.conversation, shown.card)
      : nothing(projection, "nothing to show")
  })

/** What an attempt of unknown outcome may have shown is found first, so that it can be taken out. */
const prepareWithdrawn = (projection: Projections.Projection): Effect.Effect<One, StoreError, Ledger.Ledger> =>
  Effect.gen(function* () {
    const conversation = yield* (yield* Ledger.Ledger).conversationRef(projection.subject)
    return conversation === undefined
      ? EntryInputs.aside(projection, "the conversation that it was shown beside is not in the ledger")
      : withCard(projection, conversation, WITHDRAWN)
  })

/** Stands for a moment where the vendor tells only by being written to again. */
const WITHDRAWN: Timeline.Card = { title: "Not shown any more", facts: [], recent: [] }

const withCard = (projection: Projections.Projection, conversation: LocalRef, card: Timeline.Card): Ready => ({
  projection,
  sent: { desired: Key.contentHash(card), records: [] },
  input: { key: projection.key, ...existing(projection), conversation, card }
})

const nothing = (projection: Projections.Projection, why: string) => ({
  nothing: { ...due(projection), state: "dropped" as const, why }
})

/** As it was asked for: what was said once cannot be said otherwise. */
const prepareMessages = (batch: ReadonlyArray<Projections.Projection>) =>
  Effect.gen(function* () {
    if (batch.length === 0) return []
    const found = yield* (yield* Messages.Messages).get(batch.map(({ key }) => key))
    return batch.map((projection): One => {
      const message = found.get(projection.key)
      if (message === undefined) return nothing(projection, "its text is not kept any more")
      const { key, desired = "" } = projection
      return { projection, sent: { desired, records: [] }, input: { key, ...message } }
    })
  })

/** Things may have happened since it was wanted: the person was joined with another, or got a record by another way. */
const prepareRecord = (
  projection: Projections.Projection,
  destination: string,
  { destinations }: Options
): Effect.Effect<One, StoreError, Services> =>
  Effect.gen(function* () {
    const policy = destinations.find(({ installed }) => installed.id === destination)?.policy
    if (policy?.withoutRecord !== "create") return nothing(projection, "records are not created any more")
    const persons = yield* Persons.Persons
    const ledger = yield* Ledger.Ledger
    const members = (yield* persons.membersOf([projection.subject])).get(projection.subject) ?? []
    if (members.length === 0) return nothing(projection, "the person is another one now")
    if (new Set(members.map(({ sure }) => sure)).size > 1) return nothing(projection, "who the person is is not sure")
    const rows = yield* ledger.contacts(members.map(({ contact }) => contact))
    const customer = { contacts: [...rows.values()].filter(({ deleted }) => !deleted).map(({ contact }) => contact) }
    if (Desire.recordsOf([customer], destination).length > 0) return nothing(projection, "there is a record now")
    const fields = Desire.recordFields(customer)
    if (fields === undefined) return EntryInputs.aside(projection, "the customer has no e-mail address or number")
    const sent = { desired: Desire.CREATED, records: [] }
    const made = FieldCreation.of(policy.fields, fields, customer.contacts, yield* Clock.currentTimeMillis)
    return { projection, sent, input: { key: projection.key, ...existing(projection), fields }, made }
  })
