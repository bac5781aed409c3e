import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/TestClock"
import * as Refusals from "../src/Refusals.ts"

describe("refusals", () => {
  it.effect("are one line in a while, the most frequent first, however many there were", () =>
    Effect.gen(function* () {
      const lines: Array<unknown> = []
      const logger = Logger.make(({ message }) => void lines.push(...(message as ReadonlyArray<unknown>)))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const refusals = yield* Refusals.make(10_000)
          refusals.note(404, "nothing is served here")
          for (let count = 0; count < 1000; count++) refusals.note(401, "the signature does not fit the body")
          yield* TestClock.adjust("10 seconds")
          yield* TestClock.adjust("10 seconds")
          expect(lines).toEqual([
            "intake refused 1001: 1000 × 401 the signature does not fit the body, 1 × 404 nothing is served here"
          ])
          refusals.note(413, "a delivery has at most 8 bytes")
        })
      ).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
      expect(lines[1]).toBe("intake refused 1: 1 × 413 a delivery has at most 8 bytes")
    })
  )

  it.effect("of endless kinds are counted together", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ message }) => void lines.push(String(message)))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const refusals = yield* Refusals.make(10_000)
          for (let kind = 0; kind < 500; kind++) refusals.note(405, `a webhook takes no M${kind}`)
        })
      ).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
      expect(lines[0]).toContain("480 × others")
      expect(lines[0]!.length).toBeLessThan(1000)
    })
  )
})
