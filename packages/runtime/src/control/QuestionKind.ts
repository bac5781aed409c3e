/** One sort of question for people: which there are, how each is shown, and what its answers lead to. */
import type { StoreError } from "@interchannel/store"
import type * as Effect from "effect/Effect"
import type { Installation } from "../configuration/Installation.ts"
import type * as Report from "../health/Report.ts"
import type { ControlError } from "./Control.ts"

export interface Decided {
  readonly choice: string
  readonly by: string
  readonly at: number
}

/** A question as its own kind names it. */
export type Question = Omit<Report.Question, "kind">

export interface QuestionKind<R> {
  /** A word without a colon. */
  readonly kind: string
  /** Open ones in a fixed order behind `after`, from the first on when that is empty; fewer than `limit` at the end only. */
  readonly list: (options: {
    readonly after: string
    readonly limit: number
  }) => Effect.Effect<ReadonlyArray<Question>, StoreError, R>
  /** Fails when it is not open, with what became of it. */
  readonly one: (id: string) => Effect.Effect<Question, ControlError | StoreError, R>
  /** Carries out one of its answers; tells what happens now. Of two answers at once the first counts. */
  readonly decide: (
    id: string,
    decided: Decided,
    installation: Installation
  ) => Effect.Effect<string, ControlError | StoreError, R>
}
