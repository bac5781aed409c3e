/** One sort of question for people: how it is shown, which answers there are, and what each leads to. */
import type { Reviews, StoreError } from "@interchannel/store"
import type * as Effect from "effect/Effect"
import type { Installation } from "../Installation.ts"
import type * as Report from "../health/Report.ts"

export interface Decided {
  readonly choice: string
  readonly by: string
  readonly at: number
}

export interface QuestionKind<R> {
  /** As it stands in `Review.kind`. */
  readonly kind: string
  /** One line, and the whole of it with the answers. */
  readonly show: (review: Reviews.Review) => Pick<Report.Question, "title" | "text" | "answers">
  /** Carries out one of the answers shown; tells what happens now. */
  readonly decide: (
    review: Reviews.Review,
    decided: Decided,
    installation: Installation
  ) => Effect.Effect<string, StoreError, R>
}
