import * as fc from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { edits, jaroWinkler } from "../src/evidence/similarity.ts"

/** The definition, straight from the recurrence; slow. */
const plainEdits = (a: string, b: string): number => {
  const cost = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0))
  )
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min(cost[i - 1]![j]! + 1, cost[i]![j - 1]! + 1, cost[i - 1]![j - 1]! + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, cost[i - 2]![j - 2]! + 1)
      cost[i]![j] = least
    }
  }
  return cost[a.length]![b.length]!
}

const word = fc.stringOf(fc.constantFrom("a", "b", "c"), { maxLength: 9 })

describe("edits", () => {
  it("is the optimal string alignment distance, as far as it is asked", () => {
    fc.assert(
      fc.property(word, word, fc.constantFrom(1, 2), (a, b, most) => {
        expect(edits(a, b, most)).toBe(Math.min(plainEdits(a, b), most + 1))
      }),
      { numRuns: 3_000, seed: 4 }
    )
  })
})

describe("jaroWinkler", () => {
  it.each([
    ["martha", "marhta", 0.961],
    ["dwayne", "duane", 0.84],
    ["dixon", "dicksonx", 0.813]
  ])("%s and %s are %d alike, as published", (a, b, alike) => {
    expect(jaroWinkler(a, b)).toBeCloseTo(alike, 2)
  })

  it("does not depend on which comes first when one is a slip of the other", () => {
    expect(jaroWinkler("telford", "ftelford")).toBeCloseTo(jaroWinkler("ftelford", "telford"), 12)
  })
})
