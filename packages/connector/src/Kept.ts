/** A value that is asked for when it is needed and kept while it holds: who we are, an access token, who is staff. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { VendorError } from "./VendorError.ts"

export interface Kept<A> {
  readonly get: Effect.Effect<A, VendorError>
  /** The next `get` asks again. */
  readonly forget: Effect.Effect<void>
}

/** Callers who come together are one question. A failure is not kept. `forMs`: how long an answer holds; absent: for good. */
export const make = <A>(
  ask: Effect.Effect<A, VendorError>,
  forMs: (answer: A) => number = () => Number.POSITIVE_INFINITY
): Effect.Effect<Kept<A>> =>
  Effect.gen(function* () {
    const turn = yield* Effect.makeSemaphore(1)
    let kept: { readonly answer: A; readonly until: number } | undefined
    return {
      get: turn.withPermits(1)(
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          if (kept !== undefined && now < kept.until) return kept.answer
          const answer = yield* ask
          kept = { answer, until: now + forMs(answer) }
          return answer
        })
      ),
      forget: Effect.sync(() => {
        kept = undefined
      })
    }
  })
