/** Two values for one field, shown to a person: keep theirs, write ours, or make either the rule for all records. */
import { Instant } from "@interchannel/domain"
import { Dirty, Fields, type Persons, Projections, type Reviews, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Destinations from "../writing/Destinations.ts"
import type { Installation } from "../configuration/Installation.ts"
import * as Subject from "../writing/Subject.ts"
import * as KeptQuestion from "../control/KeptQuestion.ts"
import type { Decided } from "../control/QuestionKind.ts"
import { type FieldQuestion, KIND } from "./FieldQuestion.ts"
import type { FieldPolicy } from "./FieldRule.ts"

export type Services = Fields.Fields | Persons.Persons | Projections.Projections | Destinations.Services

const show = (review: Reviews.Review) => {
  const question = questionOf(review)
  const { field, record, theirs, theirsSince, ours, oursSince, source, policy, rule, fight } = question
  const theirText = theirs === null ? "nothing" : `"${theirs}"`
  const since = (at: number) => (at === 0 ? "" : `, since ${Instant.toText(at)}`)
  return {
    title: `${record} ${field}: ${theirText} or "${ours}" of ${source}${fight === undefined ? "" : "? It flips"}`,
    text: [
      `Field ${field} of ${record}.`,
      `There stands ${theirText}${since(theirsSince)}.`,
      `${source} says "${ours}"${since(oursSince)}.`,
      `The policy is ${policy}; asked because of: ${rule}.`
    ].join("\n"),
    answers: [
      { choice: "theirs", text: `leave ${theirText} there` },
      { choice: "ours", text: `write "${ours}"` },
      { choice: "always-theirs", text: `from now on fill ${field} only where it is empty, on all records` },
      { choice: "always-ours", text: `from now on ${source} owns ${field}, on all records` }
    ]
  }
}

const decide = (
  review: Reviews.Review,
  decided: Decided,
  installation: Installation
): Effect.Effect<string, StoreError, Services> =>
  Effect.gen(function* () {
    const question = questionOf(review)
    const { field, theirs, ours, source } = question
    const fields = yield* Fields.Fields
    const keep = decided.choice.endsWith("theirs") ? "theirs" : "ours"
    yield* fields.change([review.subject], (_, before) => {
      const { stoppedAt: _stopped, turns: _turns, ...kept } = before[field] ?? {}
      return { ...before, [field]: { ...kept, word: { theirs, ours, keep } } }
    })
    yield* markRecord(review.subject, decided.at)
    if (!decided.choice.startsWith("always-")) {
      return keep === "theirs" ? "it stays as it is" : "it is written, unless it was changed meanwhile"
    }
    const policy: FieldPolicy = keep === "theirs" ? "fill-if-empty" : { owner: source }
    const { destination } = review
    const rules = installation.connections.get(destination)?.destination?.fields ?? []
    const configured = rules.find(({ name }) => name === field)?.policy
    if (configured === undefined) return `${field} is not in the configuration any more; nothing else changes`
    const choice = { destination, field, by: decided.by, at: decided.at, insteadOf: JSON.stringify(configured) }
    yield* fields.choose({ ...choice, policy: JSON.stringify(policy) })
    yield* Destinations.markRecords(destination, undefined)
    return `${field} follows ${keep === "theirs" ? "fill-if-empty" : `its owner ${source}`} from now on; change its policy in the configuration to end that`
  })

export const fieldReview: KeptQuestion.Kind<Services> = KeptQuestion.make({
  kind: KIND,
  show: (review) => Effect.succeed(show(review)),
  decide
})

// ---------------------------------------------------------------------------------------------------------------------

const questionOf = ({ body }: Reviews.Review): FieldQuestion => body as FieldQuestion

/** The record is judged anew, soon. */
const markRecord = (projection: string, now: number) =>
  Effect.gen(function* () {
    const row = (yield* (yield* Projections.Projections).get([projection])).get(projection)
    if (row !== undefined) yield* (yield* Dirty.Dirty).mark(yield* Subject.marksOf([row], now))
  })
