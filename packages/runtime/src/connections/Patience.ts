/**
 * Calls that a person waits for are tried again for a while, so that one lost answer does not throw away the twenty before
 * it. For work that may be repeated call by call, such as setting an account up; all else is tried again by its loop.
 */
import type { VendorError } from "@interchannel/connector"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import { globalValue } from "effect/GlobalValue"
import { waitMs } from "./Backoff.ts"

const PATIENCE_MS = 90_000

/** Failed calls of this fiber are tried again until then. */
const until: FiberRef.FiberRef<number> = globalValue("@interchannel/runtime/Patience", () => FiberRef.unsafeMake(0))

/** All calls within it share one span of patience. */
export const patiently = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.locally(work, until, now + PATIENCE_MS))

export const again = <A, R>(
  call: Effect.Effect<A, VendorError.VendorError, R>,
  failures = 1
): Effect.Effect<A, VendorError.VendorError, R> =>
  Effect.catchAll(call, (error) =>
    Effect.gen(function* () {
      const pauseMs = waitMs(failures, error.reason)
      const ends = (yield* Clock.currentTimeMillis) + pauseMs >= (yield* FiberRef.get(until))
      if (ends || error.reason.recovery !== "retry") return yield* Effect.fail(error)
      yield* Effect.sleep(pauseMs)
      return yield* again(call, failures + 1)
    })
  )
