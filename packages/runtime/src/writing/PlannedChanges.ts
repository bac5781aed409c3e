/**
 * What is to be written to a destination, one by one: entry by entry, and field by field with what stands there now. From
 * the store alone: entries are rendered from the ledger, fields judged by the mirror, and no vendor is asked.
 */
import { Contacts } from "@interchannel/domain"
import { Ledger, Projections, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Desire from "../entries/Desire.ts"
import * as FieldPlan from "../fields/FieldPlan.ts"
import * as FieldSubject from "../fields/FieldSubject.ts"
import * as People from "../people/People.ts"
import * as Render from "../entries/Render.ts"
import type * as Report from "../health/Report.ts"
import * as Subject from "./Subject.ts"

export type Services = FieldSubject.Services | Ledger.Ledger | Projections.Projections

interface Options {
  readonly own: Render.Reader["own"]
  readonly titleOf: (connection: string) => string
  /** Ascending by key, after this one. */
  readonly after: string
  readonly limit: number
}

export const list = (
  destination: Desire.Destination,
  { own, titleOf, after, limit }: Options
): Effect.Effect<ReadonlyArray<Report.PlannedChange>, StoreError, Services> =>
  Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const ledger = yield* Ledger.Ledger
    const { id } = destination.installed
    const due = yield* projections.list({ destination: id, state: "due", after, limit })
    const told = yield* Subject.firstOfEach(due.filter(isEntry).map(({ subject }) => subject))
    const people = yield* People.load(
      [...told.values()].map(({ interaction }) => interaction),
      own
    )
    const reader = { own, titleOf, contactOf: people.contactOf }
    const contacts = yield* ledger.contacts([...new Set(due.flatMap(recordsOf))])
    const fields = yield* fieldsOf(due, destination)
    return due.map((projection): Report.PlannedChange => {
      const interaction = isEntry(projection) ? told.get(projection.subject)?.interaction : undefined
      const names = recordsOf(projection).flatMap((key) => {
        const contact = contacts.get(key)?.contact
        return contact === undefined ? [] : [Contacts.label(contact)]
      })
      return {
        key: projection.key,
        verb: projection.verb,
        what: whatOf(projection),
        title: interaction === undefined ? titles[projection.verb] : Render.titleOf(interaction, reader),
        at: projection.at,
        records: names,
        fields: fields.get(projection.key) ?? []
      }
    })
  })

// ---------------------------------------------------------------------------------------------------------------------

const titles: Readonly<Record<Projections.Verb, string>> = {
  AppendTimeline: "Entry",
  ShowContext: "Card",
  UpsertContact: "New contact",
  SetFields: "Fields",
  SendMessage: "Message"
}

const isEntry = ({ verb }: Projections.Projection): boolean => verb === "AppendTimeline"

const recordsOf = ({ records, deliveredRecords }: Projections.Projection): ReadonlyArray<string> =>
  records.length > 0 ? records : deliveredRecords

const whatOf = ({ desired, delivered, rewrite }: Projections.Projection): Report.PlannedChange["what"] => {
  if (desired === undefined) return "removed"
  if (delivered === undefined) return "new"
  if (desired !== delivered) return "changed"
  return rewrite === true ? "rewritten" : "moved"
}

/** What stands in each field by the mirror, and what is wanted there; a question is asked before it is written. */
const fieldsOf = (due: ReadonlyArray<Projections.Projection>, destination: Desire.Destination) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const records = due.filter(({ verb }) => verb === "SetFields").map(({ subject }) => subject)
    if (records.length === 0) return new Map<string, Report.PlannedChange["fields"]>()
    const subjects = yield* FieldSubject.ofRecords(records, [destination])
    return new Map(
      subjects.map((subject) => [
        subject.key,
        FieldPlan.judge(subject, now).flatMap(({ rule, wanted, stands, decision }) =>
          FieldPlan.isOpen(decision)
            ? [{ name: rule.name, before: shown(stands.value), after: shown(wanted.value), act: decision.act }]
            : []
        )
      ])
    )
  })

const shown = (value: unknown): string => (value === undefined || value === null ? "" : String(value))
