/** Where is my message: from a vendor's record through its parts and contacts to the entries that were written of it. */
import { type ConnectionId, Instant, Key, Ref, type VendorRef } from "@interchannel/domain"
import { Ledger, Persons, Placements, Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Destinations from "../writing/Destinations.ts"
import * as FieldTrace from "../fields/FieldTrace.ts"
import type { Installation } from "../configuration/Installation.ts"
import * as Customers from "../entries/Customers.ts"
import type * as Report from "./Report.ts"

export type Services =
  | Ledger.Ledger
  | Persons.Persons
  | Placements.Placements
  | Projections.Projections
  | FieldTrace.Services

type Step = Report.Explanation["steps"][number]

export const explain = (
  installation: Installation,
  ref: VendorRef
): Effect.Effect<Report.Explanation, StoreError, Services> =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const keys = [Key.interaction, Key.contact, Key.organization].map((derive) => derive(ref.connection, ref))
    const resolved = yield* ledger.resolve(keys)
    const parts = yield* ledger.parts([...new Set(keys.map((key) => resolved.get(key) ?? key))])
    const written = yield* writtenHere(ref, installation)
    if (written.length > 0) return { ref, steps: written }
    const [key] = [...parts].find(([, stored]) => stored.length > 0) ?? []
    if (key === undefined) return { ref, steps: [unknown(ref, installation)] }
    const told = partSteps(parts.get(key)!, resolved, keys, key)
    const rest = Key.isInteraction(key)
      ? yield* interactionSteps(key, installation)
      : yield* contactSteps(key, installation)
    return { ref, steps: [...told, ...rest] }
  })

// ---------------------------------------------------------------------------------------------------------------------

const unknown = (ref: VendorRef, installation: Installation): Step => ({
  stage: "accepted",
  text: installation.connections.has(ref.connection)
    ? `nothing was told about ${Ref.format(ref)} yet; see \`interchannel status\` for what the connection has read, and the quarantine`
    : `there is no connection ${ref.connection} in the configuration`
})

const partSteps = (
  parts: ReadonlyArray<Ledger.StoredPart>,
  resolved: ReadonlyMap<string, string>,
  asked: ReadonlyArray<string>,
  key: string
): ReadonlyArray<Step> => {
  const moved = asked.some((one) => (resolved.get(one) ?? one) === key && one !== key)
  const steps = parts.map(
    ({ part, inboxId }): Step => ({
      stage: "part",
      text: `${part.deleted === true ? "deleted" : part.part} of ${part.subject} ${part.ref.kind}/${part.ref.id}, from delivery ${inboxId}`,
      at: part.version.at
    })
  )
  return moved ? [...steps, { stage: "alias", text: `the vendor merged it; it is now ${key}` }] : steps
}

const interactionSteps = (key: string, installation: Installation) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger.Ledger
    const projections = yield* Projections.Projections
    const row = (yield* ledger.interactions([key])).get(key)
    if (row === undefined) {
      return [
        { stage: "interaction", text: "its parts do not make an interaction yet; more is expected from the vendor" }
      ]
    }
    const customers = (yield* Customers.load([row], installation.own)).customersOf(row)
    const steps: Array<Step> = [
      {
        stage: "interaction",
        text: `${row.interaction.kind}, ${row.interaction.direction}${row.deleted ? ", deleted by the vendor" : ""}`,
        at: row.interaction.startedAt
      }
    ]
    if (customers.length === 0) {
      steps.push({
        stage: "people",
        text: "no customer takes part (our own people, bots or lists only, or the vendor names nobody): it is written nowhere"
      })
    }
    for (const { person, isPlaced, contacts } of customers) {
      const names = contacts.map((contact) => `${contact.connection}/${contact.ref.kind}/${contact.ref.id}`).join(", ")
      const who = person ?? (isPlaced ? "without a person, on a line" : "who is not known yet")
      steps.push({ stage: "people", text: `customer ${who}: ${names}` })
    }
    for (const projection of yield* projections.ofSubjects([key]))
      steps.push(...(yield* projectionSteps(projection, installation)))
    if (customers.length > 0 && steps.every(({ stage }) => stage !== "entry")) {
      steps.push({
        stage: "entry",
        text: "no destination wants it: see `from`, `since` and `timeline` of the destinations"
      })
    }
    return steps
  })

const contactSteps = (key: string, installation: Installation) =>
  Effect.gen(function* () {
    const persons = yield* Persons.Persons
    const ledger = yield* Ledger.Ledger
    const member = (yield* persons.members([key])).get(key)
    if (member === undefined) return [{ stage: "person", text: "it was not placed yet, or is gone" }]
    const { person, sure } = member
    if (person === undefined) return [{ stage: "person", text: "it is on a line: whose number this is, is not known" }]
    const members = (yield* persons.membersOf([person])).get(person) ?? []
    const rows = yield* ledger.contacts(members.map(({ contact }) => contact))
    const surely = new Set(members.filter((one) => one.sure === sure).map(({ contact }) => contact))
    const places = [...rows.values()].map(({ contact, deleted }): Step => {
      const title = Destinations.titleOf(installation)(contact.connection)
      const handles = contact.handles.map(({ value }) => value)
      const linked = `${handles.length === 0 ? "" : `, recognised by ${handles.join(", ")}`}${
        surely.has(contact.key) ? "" : " (likely, nothing is written on it)"
      }`
      return {
        stage: "person",
        text: `${person}: ${contact.ref.kind} ${contact.ref.id} in ${title}${deleted ? " (deleted)" : ""}${linked}`
      }
    })
    return [...places, ...(yield* FieldTrace.steps(key, installation))]
  })

const projectionSteps = (projection: Projections.Projection, installation: Installation) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const title = Destinations.titleOf(installation)(projection.destination)
    const where = projection.ref === undefined ? "" : ` as ${projection.ref.kind} ${projection.ref.id}`
    const why = projection.why === undefined ? "" : `: ${projection.why}`
    const due = projection.state === "due" ? `, not before ${Instant.toText(projection.dueAt)}` : ""
    const receipts = yield* projections.receipts(projection.key)
    return [
      { stage: "entry", text: `${projection.verb} in ${title}: ${projection.state}${where}${why}${due}` },
      ...(yield* heldOffSteps(projection.key)),
      ...receipts.map(
        ({ at, why, batch }): Step => ({
          stage: "receipt",
          text: batch === undefined ? why : `${why}, in round ${batch}`,
          at
        })
      )
    ]
  })

/** Who said that it does not belong on which record. */
const heldOffSteps = (entry: string) =>
  Effect.gen(function* () {
    const words = (yield* (yield* Placements.Placements).heldOff([entry])).get(entry)
    if (words === undefined) return []
    const contacts = yield* (yield* Ledger.Ledger).contacts([...words.keys()])
    return [...words].map(([key, { by, at }]): Step => {
      const contact = contacts.get(key)?.contact
      const record = contact === undefined ? key : Ref.format({ connection: contact.connection, ...contact.ref })
      return { stage: "not here", text: `kept off ${record}, said ${by}`, at }
    })
  })

/** The record is one that we wrote: say of what. */
const writtenHere = (ref: VendorRef, installation: Installation) =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const found = yield* projections.byRef(ref.connection as ConnectionId, [{ kind: ref.kind, id: ref.id }])
    const steps: Array<Step> = []
    for (const projection of found) {
      steps.push({ stage: "written", text: `we wrote this record: it shows ${projection.subject}` })
      if (projection.verb === "AppendTimeline")
        steps.push(...(yield* interactionSteps(projection.subject, installation)))
    }
    return steps
  })
