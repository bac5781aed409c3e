import * as fc from "effect/FastCheck"
import { expect, it } from "vitest"
import { Rings } from "../src/keeping/rings.ts"

const step = fc.record({
  key: fc.constantFrom(0, 1, 256, 2 ** 40 + 1, 2 ** 52 + 256),
  value: fc.nat(20),
  weight: fc.constantFrom(undefined, 0.5, 3.25),
  gone: fc.boolean()
})

it.each([true, false])("holds what a map of maps holds, in the order in which it came; weighted: %s", (weighted) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const [rings, plain] = [new Rings({ weighted }), new Map<number, Map<number, number>>()]
      for (const { key, value, weight, gone } of steps) {
        const values = plain.get(key) ?? new Map<number, number>()
        plain.set(key, values)
        expect(rings.has(key, value)).toBe(values.has(value))
        if (gone) {
          rings.remove(key, value)
          values.delete(value)
        } else {
          rings.set(key, value, weight ?? 0)
          values.set(value, weighted ? (weight ?? 0) : 0)
        }
      }
      for (const [key, values] of plain) {
        const found: Array<readonly [number, number]> = []
        rings.forEach(key, (value, weight) => found.push([value, weight]))
        expect(found).toEqual([...values])
        expect(rings.first(key, 3)).toEqual([...values.keys()].slice(0, 3))
      }
    }),
    { numRuns: 200, seed: 4 }
  )
})

it("keeps thousands of keys apart while it grows", () => {
  const rings = new Rings()
  for (let index = 0; index < 60_000; index++) rings.add(index * 7, index)
  for (let index = 0; index < 60_000; index += 997) expect(rings.first(index * 7, 2)).toEqual([index])
  expect(rings.first(1, 2)).toEqual([])
})
