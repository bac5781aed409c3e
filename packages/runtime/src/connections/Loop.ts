/** The loops of the daemon: a step again and again, with a rest where there is nothing to do. A step's failure ends no loop. */
import { Database, StoreError } from "@interchannel/store"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { waitMs } from "./Backoff.ts"

/** A signal may be missed between processes; a stage looks by itself this often. */
export const POLL_MS = 2_000

/** More right now, or nothing before `until`. */
export type Next = "more" | { readonly restUntil: number }

/**
 * Repeats `step`. Failures are logged and tried again with growing waits; `fenced` alone ends the loop, for whoever holds
 * the lease to begin anew.
 */
export const forever = <E, R>(
  name: string,
  topic: Database.Topic | undefined,
  step: Effect.Effect<Next, E, R>
): Effect.Effect<never, StoreError, R | Database.Database> => {
  const round = (failures: number): Effect.Effect<never, StoreError, R | Database.Database> =>
    Effect.matchCauseEffect(step, {
      onSuccess: (next) =>
        Effect.zipRight(
          next === "more" ? breathe : rest(topic, next.restUntil),
          Effect.suspend(() => round(0))
        ),
      onFailure: (cause) => {
        const fenced = Option.getOrUndefined(Option.filter(Cause.failureOption(cause), isFenced))
        if (fenced !== undefined) return Effect.fail(fenced)
        if (Cause.isInterruptedOnly(cause)) return Effect.interrupt
        const pause = Duration.millis(waitMs(failures + 1))
        return Effect.logError(`${name} failed; trying again in ${Duration.format(pause)}`, cause).pipe(
          Effect.zipRight(Effect.sleep(pause)),
          Effect.zipRight(Effect.suspend(() => round(failures + 1)))
        )
      }
    })
  return round(0).pipe(Effect.annotateLogs("loop", name))
}

/** Sockets are served between two steps: the fibers' own scheduler would not let them. */
export const breathe: Effect.Effect<void> = Effect.async((resume) => {
  const handle = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(handle))
})

// ---------------------------------------------------------------------------------------------------------------------

const isFenced = (error: unknown): error is StoreError => error instanceof StoreError && error.reason === "fenced"

const rest = (topic: Database.Topic | undefined, until: number): Effect.Effect<void, never, Database.Database> =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const now = yield* Clock.currentTimeMillis
    const pause = Duration.millis(Math.max(0, topic === undefined ? until - now : Math.min(until - now, POLL_MS)))
    yield* topic === undefined ? Effect.sleep(pause) : Effect.timeoutOption(database.awaitSignal(topic), pause)
  })
