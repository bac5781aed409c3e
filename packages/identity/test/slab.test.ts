import * as fc from "effect/FastCheck"
import { expect, it } from "vitest"
import { Slab } from "../src/keeping/slab.ts"

const step = fc.record({
  row: fc.constantFrom(0, 1, 63, 64, 1_000),
  text: fc.option(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 80 }),
      fc.integer({ min: 60_000, max: 200_000 }).map((length) => "x".repeat(length))
    ),
    { nil: undefined }
  )
})

it("holds what a map holds, however long", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const [slab, plain] = [new Slab(), new Map<number, string>()]
      for (const { row, text } of steps) {
        if (text === undefined) {
          slab.delete(row)
          plain.delete(row)
        } else {
          slab.set(row, text)
          plain.set(row, text)
        }
        for (const each of [0, 1, 63, 64, 1_000]) {
          expect(slab.has(each)).toBe(plain.has(each))
          expect(slab.get(each)).toBe(plain.get(each))
        }
      }
    }),
    { numRuns: 100, seed: 4 }
  )
})
