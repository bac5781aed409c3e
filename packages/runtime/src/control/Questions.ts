/** What waits for a person's word: listed, shown, and decided. A kind of question is a value in `kinds`. */
import { Database, type Ledger, type Persons, Reviews, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ControlError } from "./Control.ts"
import * as FieldReview from "../fields/FieldReview.ts"
import type * as Identities from "../people/Identities.ts"
import type { Installation } from "../Installation.ts"
import * as PairQuestion from "../people/PairQuestion.ts"
import type { QuestionKind } from "./QuestionKind.ts"
import type * as Report from "../health/Report.ts"

export type Services = Database.Database | Reviews.Reviews | FieldReview.Services | Identities.Services
type Reading = Reviews.Reviews | Ledger.Ledger | Persons.Persons

/** Questions on one page. */
export const PAGE_MAX = 50

const kinds: ReadonlyArray<QuestionKind<Services>> = [FieldReview.fieldReview]

/** Those that are kept first, then pairs of contacts that may be one person. */
export const list = (
  asked: Report.QuestionsAsked
): Effect.Effect<ReadonlyArray<Report.Question>, StoreError, Reading> =>
  Effect.gen(function* () {
    const { after = "", kind } = asked
    const limit = Math.min(asked.limit ?? PAGE_MAX, PAGE_MAX)
    const inPairs = PairQuestion.isId(after) || kind === PairQuestion.KIND
    const kept = inPairs ? [] : yield* keptOnes({ after, limit, kind })
    if (kept.length >= limit || (kind !== undefined && kind !== PairQuestion.KIND)) return kept
    return [...kept, ...(yield* PairQuestion.list({ after: inPairs ? after : "", limit: limit - kept.length }))]
  })

export const one = (id: string): Effect.Effect<Report.Question, ControlError | StoreError, Reading> =>
  Effect.flatMap(PairQuestion.one(id), (pair) =>
    pair === undefined ? Effect.map(open(id), shown) : Effect.succeed(pair)
  )

export const decide = (
  id: string,
  { choice, by }: { readonly choice: string; readonly by: string },
  installation: Installation
): Effect.Effect<Report.Decision, ControlError | StoreError, Services> =>
  Effect.gen(function* () {
    const at = yield* Clock.currentTimeMillis
    const { answers } = yield* one(id)
    if (!answers.some((answer) => answer.choice === choice)) {
      const remedy = `choose of ${answers.map((answer) => answer.choice).join(", ")}`
      return yield* new ControlError({ what: `${choice} is no answer to it`, remedy })
    }
    if (PairQuestion.isId(id)) return { id, choice, text: yield* PairQuestion.decide(id, { choice, by, at }) }
    const review = yield* open(id)
    const kind = kindOf(review)
    const reviews = yield* Reviews.Reviews
    const database = yield* Database.Database
    return yield* database.write(
      Effect.gen(function* () {
        // Of two answers at once the first counts.
        if (!(yield* reviews.decide(id, { choice, by, at }))) return { id, choice, text: "it was answered meanwhile" }
        const text = kind === undefined ? "" : yield* kind.decide(review, { choice, by, at }, installation)
        yield* database.signal("dirty")
        return { id, choice, text }
      })
    )
  })

// ---------------------------------------------------------------------------------------------------------------------

const keptOnes = ({ after, limit, kind }: { after: string; limit: number; kind: string | undefined }) =>
  Effect.gen(function* () {
    const reviews = yield* Reviews.Reviews
    return (yield* reviews.list({ after, limit, ...(kind === undefined ? {} : { kind }) })).map(shown)
  })

const open = (id: string) =>
  Effect.gen(function* () {
    const review = yield* (yield* Reviews.Reviews).get(id)
    if (review !== undefined && review.choice === undefined) return review
    const what =
      review === undefined
        ? `there is no question ${id}`
        : `${review.decidedBy} decided it already: ${String(review.choice)}`
    return yield* new ControlError({ what, remedy: "list the open ones with: interchannel review" })
  })

const kindOf = ({ kind }: Reviews.Review) => kinds.find((known) => known.kind === kind)

const shown = (review: Reviews.Review): Report.Question => {
  const { id, kind, destination, openedAt } = review
  const show = kindOf(review)?.show(review) ?? {
    title: `a question of the kind ${kind}`,
    text: "this release does not know how to show it",
    answers: []
  }
  return { id, kind, destination, at: openedAt, ...show }
}
