/** An entry that somebody edited in the destination: it is left alone until a person says whether it is theirs or ours. */
import { Contacts, Instant, Key, Ref } from "@interchannel/domain"
import { Dirty, Ledger, type Persons, Projections, type Reviews, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as KeptQuestion from "../control/KeptQuestion.ts"
import type { Decided } from "../control/QuestionKind.ts"
import * as Subject from "../writing/Subject.ts"

export type Services = Dirty.Dirty | Ledger.Ledger | Persons.Persons | Projections.Projections

const KIND = "entry"

/** Why such a projection is Held. */
export const EDITED = "edited by hand"

/** `written`: a hash of what stands there now; edited once more, it is asked anew. */
export const ask = ({ key, destination }: Projections.Projection, written: string): Reviews.Question => ({
  id: Key.derive("r", KIND, key),
  kind: KIND,
  destination,
  subject: key,
  body: { written }
})

const show: KeptQuestion.Kept<Services>["show"] = ({ subject, destination }) =>
  Effect.gen(function* () {
    const entry = yield* heldEntry(subject)
    const told = entry === undefined ? undefined : yield* Subject.firstOf(entry.subject)
    if (entry === undefined || told === undefined) return undefined
    const { kind, startedAt, connection } = told.interaction
    const contacts = yield* (yield* Ledger.Ledger).contacts(entry.deliveredRecords)
    const names = [...contacts.values()].map(({ contact }) => Contacts.label(contact)).join(", ")
    const what = `the entry of ${kind} of ${Instant.toText(startedAt)}${names === "" ? "" : ` on ${names}`}`
    const place = entry.ref === undefined ? [] : [Ref.format(Ref.at(destination, entry.ref))]
    return {
      title: `${destination}: ${what} was edited by hand`,
      text: [
        `Somebody edited ${what}, which ${connection} tells of.`,
        ...[...place, ...(entry.url === undefined ? [] : [entry.url])].map((at) => `It stands at ${at}.`),
        "Nothing is written to it until you answer."
      ].join("\n"),
      answers: [
        { choice: "theirs", text: "leave it as they made it, whatever becomes known later" },
        { choice: "ours", text: "write it again as it is known here; what they made of it is lost" }
      ]
    }
  })

const decide = ({ subject }: Reviews.Review, { choice, at }: Decided): Effect.Effect<string, StoreError, Services> =>
  Effect.gen(function* () {
    if (choice === "theirs") return "it stays as it is"
    const entry = yield* heldEntry(subject)
    if (entry === undefined) return "it is not held any more; nothing changes"
    yield* (yield* Projections.Projections).release([entry.key], at)
    yield* (yield* Dirty.Dirty).mark(yield* Subject.marksOf([entry], at))
    return "it is written again"
  })

export const editedEntry: KeptQuestion.Kind<Services> = KeptQuestion.make({ kind: KIND, show, decide })

// ---------------------------------------------------------------------------------------------------------------------

/** Taken back, erased or let go meanwhile, it is nobody's question. */
const heldEntry = (key: string) =>
  Effect.map(
    Effect.flatMap(Projections.Projections, (projections) => projections.get([key])),
    (rows) => [...rows.values()].find(({ state, why }) => state === "held" && why === EDITED)
  )
