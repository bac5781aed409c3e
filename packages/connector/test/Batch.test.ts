import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { describe, expect, it } from "vitest"
import * as Batch from "../src/Batch.ts"
import * as VendorError from "../src/VendorError.ts"

const fail = VendorError.of("acme")
const refused = fail.rejected("batch", "BAD", "one of them is bad")

describe("a batch that is refused as a whole", () => {
  const run = async (bad: ReadonlyArray<number>, rows: ReadonlyArray<number>, error = refused) => {
    const calls: Array<ReadonlyArray<number>> = []
    const outcome = await Effect.runPromise(
      Effect.either(
        Batch.halving(rows, (some) =>
          Effect.suspend(() => {
            calls.push(some)
            return some.some((row) => bad.includes(row)) ? error : Effect.succeed(some.map((row) => Either.right(row)))
          })
        )
      )
    )
    return { calls, outcome }
  }

  it("is halved until the bad one stands alone", async () => {
    const { calls, outcome } = await run([3], [1, 2, 3, 4, 5])
    expect(Either.getOrThrow(outcome).map(Either.getOrElse(() => "refused"))).toEqual([1, 2, "refused", 4, 5])
    expect(calls).toEqual([[1, 2, 3, 4, 5], [1, 2, 3], [1, 2], [3], [4, 5]])
  })

  it("is not when nothing is wrong with it, or the vendor is down", async () => {
    expect((await run([], [1, 2])).calls).toHaveLength(1)
    expect((await run([], [])).calls).toEqual([])
    const { calls, outcome } = await run([1], [1, 2], fail.unavailable("batch", "down"))
    expect(calls).toHaveLength(1)
    expect(Either.isLeft(outcome)).toBe(true)
  })
})

it("inputs go to their places together and come back in their order", async () => {
  const written: Array<unknown> = []
  const places = [Either.right({ at: "b" }), Either.left(refused), Either.right({ at: "a" }), Either.right({ at: "b" })]
  const results = await Effect.runPromise(
    Batch.byPlace(["x", "y", "z", "w"], places, ({ at }, inputs) => {
      written.push([at, inputs])
      return Effect.succeed(inputs.map((input) => Either.right(at + input)))
    })
  )
  expect(written).toEqual([
    ["b", ["x", "w"]],
    ["a", ["z"]]
  ])
  expect(results.map(Either.getOrElse(() => "refused"))).toEqual(["bx", "refused", "az", "bw"])
})

it("inputs that name the same record go into calls of their own, one after the other, and are answered in order", async () => {
  const calls: Array<ReadonlyArray<string>> = []
  const write = (some: ReadonlyArray<string>) =>
    Effect.sync(() => {
      calls.push(some)
      return some.map((input) => Either.right(`${input} in call ${calls.length}`))
    })
  const outcomes = await Effect.runPromise(Batch.apart(["a1", "b1", "a2", "a3"], ([name = ""]) => name, write))
  expect(calls).toEqual([["a1", "b1"], ["a2"], ["a3"]])
  expect(outcomes.map(Either.getOrThrow)).toEqual(["a1 in call 1", "b1 in call 1", "a2 in call 2", "a3 in call 3"])
})
