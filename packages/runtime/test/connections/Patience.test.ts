import { VendorError } from "@interchannel/connector"
import { it } from "@effect/vitest"
import { Effect, Exit, Fiber, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Patience from "../../src/connections/Patience.ts"

const { Rejected, Unavailable } = VendorError
const down = new Unavailable({ detail: "no answer", uncertain: true })

/** A call that fails so often; answers how often it was tried, and whether it was done in the end. */
const tried = (
  reason: VendorError.Reason,
  failures: number,
  how: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    let tries = 0
    const call = Effect.suspend(() => {
      tries += 1
      return tries <= failures ? Effect.fail(VendorError.make("crm", "set up", reason)) : Effect.void
    })
    const fiber = yield* Effect.fork(Effect.exit(how(Patience.again(call))))
    yield* TestClock.adjust("10 minutes")
    return [tries, Exit.isSuccess(yield* Fiber.join(fiber))]
  })

describe("a call that a person waits for", () => {
  it.effect("is tried again while the vendor is away, for a minute and a half at most", () =>
    Effect.gen(function* () {
      expect(yield* tried(down, 3, Patience.patiently)).toEqual([4, true])
      expect(yield* tried(down, 99, Patience.patiently)).toEqual([7, false])
    })
  )
  it.effect("is not tried again when it was refused; other calls never are", () =>
    Effect.gen(function* () {
      expect(yield* tried(new Rejected({ code: "no", detail: "no" }), 1, Patience.patiently)).toEqual([1, false])
      expect(yield* tried(down, 1, (work) => work)).toEqual([1, false])
    })
  )
})
