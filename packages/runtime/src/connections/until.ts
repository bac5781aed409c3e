import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/**
 * Runs `work` until it ends, or `stop` does. However it ends, also by interruption, `work` has ended before: a race that is
 * interrupted goes on at once, while what it raced still ends.
 */
export const until = <A, E, R, B, E2, R2>(
  work: Effect.Effect<A, E, R>,
  stop: Effect.Effect<B, E2, R2>
): Effect.Effect<A | B, E | E2, R | R2> =>
  Effect.acquireUseRelease(
    Effect.fork(Effect.interruptible(work)),
    (working) => Effect.raceFirst(Fiber.join(working), stop),
    Fiber.interrupt
  )
