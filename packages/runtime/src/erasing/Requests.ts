/** What people ask about erasing: what it would do, do it, how far it is, and let somebody back in. */
import { type Contact, Own } from "@interchannel/domain"
import { Erasures, Ledger, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ControlError } from "../control/Control.ts"
import { canRemove, type Installation } from "../configuration/Installation.ts"
import type * as Report from "../health/Report.ts"
import * as Gathering from "./Gathering.ts"
import * as Names from "./Names.ts"
import * as Subject from "./Subject.ts"

export type Services = Gathering.Services

/** Interactions counted for a plan; more are told as this many. */
const COUNT_MAX = 10_000

/** With `by`, it is begun: from that moment on they are turned away. */
export const erase = (
  installation: Installation,
  who: string,
  by: string | undefined
): Effect.Effect<Report.ErasurePlan, ControlError | StoreError, Services> =>
  Effect.gen(function* () {
    const subject = yield* subjectOf(installation, who)
    const { contacts, maybe, owners } = yield* Subject.find(subject)
    if (owners.length > 1) {
      return yield* new ControlError({
        what: `${who} is the address of ${owners.length} people`,
        remedy: `see \`interchannel who ${who}\`, and name one of them by a record, an address of their own or their id`
      })
    }
    if (contacts.length === 0 && subject._tag !== "Handle") {
      return yield* new ControlError({
        what: `nobody is known as ${who}`,
        remedy: "name an address, a person or a record"
      })
    }
    const ledger = yield* Ledger.Ledger
    const keys = contacts.map(({ key }) => key)
    const interactions = yield* ledger.interactionKeysOfContacts(keys, { after: "", limit: COUNT_MAX })
    const plan = {
      contacts: contacts.map((contact) => contactIn(contact, installation)),
      maybe: maybe.map((contact) => contactIn(contact, installation)),
      interactions: interactions.length,
      destinations: [...installation.connections.values()].flatMap(({ id, destination, connector }) => {
        const entries = connector.actions.filter(({ verb }) => verb !== "UpsertContact")
        const all = entries.every(({ verb }) => canRemove(installation, { destination: id, verb }))
        return destination === undefined ? [] : [{ id, canRemove: all }]
      })
    }
    if (by === undefined) return plan
    const started = { askedAt: yield* Clock.currentTimeMillis, askedBy: by, place: who, contacts: keys.length }
    return { ...plan, id: yield* Gathering.begin(started, subject, contacts, installation) }
  })

export const list: Effect.Effect<ReadonlyArray<Report.Erasure>, StoreError, Services> = Effect.gen(function* () {
  const erasures = yield* Erasures.Erasures
  return yield* Effect.forEach(yield* erasures.all, ({ place: _, ...erasure }) =>
    Effect.map(erasures.receipts(erasure.id), (receipts) => ({
      ...erasure,
      receipts: receipts.map(({ projection: _projection, ...receipt }) => receipt)
    }))
  )
})

/** A person did by hand what we could not. */
export const confirm = (id: string, by: string): Effect.Effect<number, ControlError | StoreError, Services> =>
  Effect.gen(function* () {
    const erasures = yield* Erasures.Erasures
    if (!(yield* erasures.all).some((one) => one.id === id)) {
      return yield* new ControlError({ what: `there is no erasure ${id}`, remedy: "see: interchannel erasures" })
    }
    const at = yield* Clock.currentTimeMillis
    const left = (yield* erasures.receipts(id)).filter(({ state }) => state === "by hand")
    yield* erasures.addReceipts(
      id,
      left.map((receipt) => ({ ...receipt, state: "removed", why: `confirmed by ${by}`, at }))
    )
    return left.length
  })

/** Answers how many names were turned away until now. */
export const readmit = (
  installation: Installation,
  who: string
): Effect.Effect<number, ControlError | StoreError, Services> =>
  Effect.gen(function* () {
    const subject = yield* subjectOf(installation, who)
    const erasures = yield* Erasures.Erasures
    const names =
      subject._tag === "Handle"
        ? Names.ofHandle(subject.handle)
        : subject._tag === "Record"
          ? [Names.ofRecord(subject.ref.connection, "contact", subject.ref)]
          : []
    return yield* erasures.readmit(names)
  })

// ---------------------------------------------------------------------------------------------------------------------

const subjectOf = (installation: Installation, who: string): Effect.Effect<Subject.Subject, ControlError> => {
  const subject = Subject.parse(who, installation.defaultRegion)
  return subject === undefined
    ? Effect.fail(
        new ControlError({
          what: `${who} is no address, person or record`,
          remedy:
            "give a mail address, a number with its country code, a person's id, or connection/kind/id of a record"
        })
      )
    : Effect.succeed(subject)
}

const contactIn = ({ connection, ref, handles }: Contact, { own }: Installation): Report.ErasureContact => ({
  connection,
  ref,
  isOwn: handles.some((handle) => Own.ownsHandle(own, handle))
})
