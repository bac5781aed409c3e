/** Questions that are kept in Reviews until they are answered. */
import { Database, Reviews, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { Installation } from "../configuration/Installation.ts"
import { ControlError } from "./Control.ts"
import type { Decided, Question, QuestionKind } from "./QuestionKind.ts"

/** Open questions of one kind in one destination; beyond that a person is not helped by more of them. */
export const OPEN_MAX = 1_000

export interface Kept<R> {
  /** As it stands in `Review.kind`. */
  readonly kind: string
  /** One line, and the whole of it with the answers. `undefined`: what it is about is not so any more. */
  readonly show: (
    review: Reviews.Review
  ) => Effect.Effect<Pick<Question, "title" | "text" | "answers"> | undefined, StoreError, R>
  /** Carries out one of the answers shown, in the write that keeps the answer; tells what happens now. */
  readonly decide: (
    review: Reviews.Review,
    decided: Decided,
    installation: Installation
  ) => Effect.Effect<string, StoreError, R>
}

export type Kind<R> = QuestionKind<R | Database.Database | Reviews.Reviews>

export const make = <R>(of: Kept<R>): Kind<R> => {
  const { kind, show } = of
  const shown = (review: Reviews.Review) =>
    Effect.map(show(review), (question): Question | undefined => {
      const { id, destination, openedAt } = review
      return question && { id, destination, at: openedAt, ...question }
    })
  const open = (id: string) =>
    Effect.gen(function* () {
      const review = yield* (yield* Reviews.Reviews).get(id)
      if (review !== undefined && review.kind === kind && review.choice === undefined) return review
      return yield* notOpen(id, review)
    })
  return {
    kind,
    list: ({ after, limit }) =>
      Effect.gen(function* () {
        const reviews = yield* Reviews.Reviews
        const found: Array<Question> = []
        for (let behind: string | undefined = after; behind !== undefined && found.length < limit; ) {
          const page: ReadonlyArray<Reviews.Review> = yield* reviews.list({ after: behind, limit, kind })
          for (const review of page) {
            const question = found.length < limit ? yield* shown(review) : undefined
            if (question !== undefined) found.push(question)
          }
          behind = page.length < limit ? undefined : page.at(-1)?.id
        }
        return found
      }),
    one: (id) =>
      Effect.gen(function* () {
        return (yield* shown(yield* open(id))) ?? (yield* notOpen(id, undefined))
      }),
    decide: (id, decided, installation) =>
      Effect.gen(function* () {
        const review = yield* open(id)
        const reviews = yield* Reviews.Reviews
        const database = yield* Database.Database
        return yield* database.write(
          Effect.gen(function* () {
            if (!(yield* reviews.decide(id, decided))) return "it was answered meanwhile"
            const text = yield* of.decide(review, decided, installation)
            yield* database.signal("dirty")
            return text
          })
        )
      })
  }
}

/** Those that there is room for beside the open ones. */
export const withinRoom = (
  questions: ReadonlyArray<Reviews.Question>
): Effect.Effect<ReadonlyArray<Reviews.Question>, StoreError, Reviews.Reviews> =>
  Effect.gen(function* () {
    if (questions.length === 0) return questions
    const roomOf = ({ kind, destination }: Pick<Reviews.Tally, "kind" | "destination">) => `${kind} ${destination}`
    const tally = yield* (yield* Reviews.Reviews).tally
    const open = new Map(tally.map((row) => [roomOf(row), row.count]))
    return questions.filter((question) => {
      const count = open.get(roomOf(question)) ?? 0
      open.set(roomOf(question), count + 1)
      return count < OPEN_MAX
    })
  })

// ---------------------------------------------------------------------------------------------------------------------

const notOpen = (id: string, review: Reviews.Review | undefined) =>
  Effect.fail(
    new ControlError({
      what:
        review?.choice === undefined
          ? `there is no open question ${id}`
          : `${review.decidedBy} decided it already: ${review.choice}`,
      remedy: "list the open ones with: interchannel review"
    })
  )
