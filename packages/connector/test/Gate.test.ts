import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as TestClock from "effect/TestClock"
import { Gate, Lane } from "../src/index.ts"

const call = <A>(effect: Effect.Effect<A>, options?: Gate.CallOptions<A>) =>
  Effect.flatMap(Gate.Gate, (gate) => gate.call("send", effect, options)).pipe(Effect.provide(Gate.layerOpen("acme")))

describe("Gate", () => {
  it.effect("gives a call up after its deadline, not earlier, and says that the outcome is open", () =>
    Effect.gen(function* () {
      const late = yield* Effect.fork(Effect.flip(call(Effect.never)))
      yield* TestClock.adjust(Gate.CALL_TIMEOUT_MS - 1)
      expect(yield* Fiber.poll(late)).toMatchObject({ _tag: "None" })
      yield* TestClock.adjust(1)
      const error = yield* Fiber.join(late)
      expect(error.message).toBe("acme send: Unavailable - no answer within 30000 ms; trying again")
      expect(error.reason).toMatchObject({ uncertain: true })
    })
  )

  it.effect("takes the deadline that the call names", () =>
    Effect.gen(function* () {
      const late = yield* Effect.fork(Effect.flip(call(Effect.never, { timeoutMs: 5 })))
      yield* TestClock.adjust(5)
      expect((yield* Fiber.join(late)).reason).toMatchObject({ _tag: "Unavailable" })
      const [done] = yield* Effect.all(
        [call(Effect.delay(Effect.succeed("done"), 4), { timeoutMs: 5 }), TestClock.adjust(4)],
        {
          concurrency: 2
        }
      )
      expect(done).toBe("done")
    })
  )
})

describe("Lane.current", () => {
  it.effect("is live unless said otherwise, and is handed to the fibers that a call starts", () =>
    Effect.gen(function* () {
      expect(yield* FiberRef.get(Lane.current)).toBe("live")
      const inner = Effect.flatMap(Effect.fork(FiberRef.get(Lane.current)), Fiber.join)
      expect(yield* Effect.locally(inner, Lane.current, "backfill")).toBe("backfill")
      expect(yield* FiberRef.get(Lane.current)).toBe("live")
    })
  )
})
