/** What waits for a person's word: listed, shown, and decided. A kind of question is a value in `kinds`. */
import type { Database, Reviews, StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { ControlError } from "./Control.ts"
import * as EditedEntry from "../entries/EditedEntry.ts"
import * as FieldReview from "../fields/FieldReview.ts"
import type * as Report from "../health/Report.ts"
import type { Installation } from "../configuration/Installation.ts"
import type * as Identities from "../people/Identities.ts"
import { pairQuestion } from "../people/PairQuestion.ts"
import type { QuestionKind } from "./QuestionKind.ts"

export type Services =
  | Database.Database
  | Reviews.Reviews
  | EditedEntry.Services
  | FieldReview.Services
  | Identities.Services

/** Questions on one page. */
export const PAGE_MAX = 50

/** In the order in which they are listed. */
const kinds: ReadonlyArray<QuestionKind<Services>> = [FieldReview.fieldReview, EditedEntry.editedEntry, pairQuestion]

/** Those of one kind after those of another. */
export const list = (
  asked: Report.QuestionsAsked
): Effect.Effect<ReadonlyArray<Report.Question>, ControlError | StoreError, Services> =>
  Effect.gen(function* () {
    const limit = Math.min(asked.limit ?? PAGE_MAX, PAGE_MAX)
    const behind = asked.after === undefined ? undefined : yield* named(asked.after)
    const from = behind === undefined ? kinds : kinds.slice(kinds.indexOf(behind.of))
    const found: Array<Report.Question> = []
    for (const of of from) {
      if (asked.kind !== undefined && of.kind !== asked.kind) continue
      const after = of === behind?.of ? behind.id : ""
      const left = limit - found.length
      if (left > 0) found.push(...(yield* of.list({ after, limit: left })).map((question) => shown(of, question)))
    }
    return found
  })

export const one = (id: string): Effect.Effect<Report.Question, ControlError | StoreError, Services> =>
  Effect.flatMap(named(id), ({ of, id: own }) => Effect.map(of.one(own), (question) => shown(of, question)))

export const decide = (
  id: string,
  { choice, by }: { readonly choice: string; readonly by: string },
  installation: Installation
): Effect.Effect<Report.Decision, ControlError | StoreError, Services> =>
  Effect.gen(function* () {
    const at = yield* Clock.currentTimeMillis
    const { of, id: own } = yield* named(id)
    const { answers } = yield* of.one(own)
    if (!answers.some((answer) => answer.choice === choice)) {
      const remedy = `choose of ${answers.map((answer) => answer.choice).join(", ")}`
      return yield* new ControlError({ what: `${choice} is no answer to it`, remedy })
    }
    return { id, choice, text: yield* of.decide(own, { choice, by, at }, installation) }
  })

// ---------------------------------------------------------------------------------------------------------------------

/** An id says its kind, so that each kind names its questions as it likes. */
const named = (id: string) => {
  const end = id.indexOf(":")
  const of = kinds.find(({ kind }) => kind === id.slice(0, end))
  return of === undefined
    ? Effect.fail(
        new ControlError({ what: `there is no question ${id}`, remedy: "list the open ones with: interchannel review" })
      )
    : Effect.succeed({ of, id: id.slice(end + 1) })
}

const shown = ({ kind }: QuestionKind<Services>, question: Omit<Report.Question, "kind">): Report.Question => ({
  ...question,
  kind,
  id: `${kind}:${question.id}`
})
