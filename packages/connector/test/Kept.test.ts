import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import * as Kept from "../src/Kept.ts"
import * as VendorError from "../src/VendorError.ts"

const counted = () => {
  let asked = 0
  return Effect.suspend(() =>
    ++asked === 1 ? Effect.fail(VendorError.of("acme").unavailable("token", "down")) : Effect.succeed(asked)
  )
}

describe("a kept answer", () => {
  it.effect("is asked for once, also by callers who come together, and a failure is not kept", () =>
    Effect.gen(function* () {
      const kept = yield* Kept.make(counted())
      expect((yield* Effect.flip(kept.get)).reason._tag).toBe("Unavailable")
      expect(yield* Effect.all([kept.get, kept.get, kept.get], { concurrency: 3 })).toEqual([2, 2, 2])
      yield* TestClock.adjust("365 days")
      expect(yield* kept.get).toBe(2)
      yield* kept.forget
      expect(yield* kept.get).toBe(3)
    })
  )

  it.effect("is asked for again when it has lapsed", () =>
    Effect.gen(function* () {
      const kept = yield* Kept.make(counted(), (answer) => answer * 1_000)
      yield* Effect.flip(kept.get)
      expect(yield* kept.get).toBe(2)
      yield* TestClock.adjust("1999 millis")
      expect(yield* kept.get).toBe(2)
      yield* TestClock.adjust("1 millis")
      expect(yield* kept.get).toBe(3)
    })
  )
})
