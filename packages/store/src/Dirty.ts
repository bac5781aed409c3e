/** Subjects whose desired state has to be computed again. Marking is idempotent; a mark made while one is worked on stays. */
import type { Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreError } from "./StoreError.ts"

export interface Mark {
  readonly kind: "interaction" | "conversation" | "person" | "contact"
  readonly key: string
  /** Not before: the coalescing delay. An earlier time wins. */
  readonly dueAt: Instant.Instant
  readonly lane: 0 | 1 | 2 | 3
}
export interface Marked extends Mark {
  /** Grows with each marking. */
  readonly seq: number
  /** Where a paged expansion stands (a person's interactions). */
  readonly progress?: string
}

export class Dirty extends Context.Tag("@interchannel/store/Dirty")<
  Dirty,
  {
    readonly mark: (marks: ReadonlyArray<Mark>) => Effect.Effect<void, StoreError>
    readonly due: (now: Instant.Instant, limit: number) => Effect.Effect<ReadonlyArray<Marked>, StoreError>
    /** Removes the marks unless marked again since they were read. */
    readonly done: (marks: ReadonlyArray<Marked>) => Effect.Effect<void, StoreError>
    readonly progress: (mark: Marked, progress: string) => Effect.Effect<void, StoreError>
    /** When the next mark falls due. */
    readonly nextDueAt: Effect.Effect<Instant.Instant | undefined, StoreError>
    readonly count: Effect.Effect<number, StoreError>
  }
>() {}
