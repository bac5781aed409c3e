import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { Uuid } from "../src/index.ts"

const zeros = (bytes: number) => new Uint8Array(bytes)
const ones = (bytes: number) => new Uint8Array(bytes).fill(255)

describe("Uuid", () => {
  it("has the form and the time of RFC 9562, version 7", () => {
    const id = Uuid.generator(ones)(0x0192_0000_abcd)
    expect(id).toBe("01920000-abcd-70ff-bfff-ffffffffffff")
    expect(Uuid.timeOf(id)).toBe(0x0192_0000_abcd)
  })

  it("always grows, whatever the clock does and however many are made in a millisecond", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(FastCheck.integer({ min: 0, max: 50 }), { maxLength: 200 }), (clock) => {
        const next = Uuid.generator(zeros)
        const ids = clock.map((now) => next(now))
        expect(ids).toEqual([...new Set(ids)].sort())
      })
    )
    const next = Uuid.generator(zeros)
    const many = Array.from({ length: 20_000 }, () => next(1_000))
    expect(many).toEqual([...new Set(many)].sort())
  })

  it("goes on behind the last id of an earlier run, also when the clock went back", () => {
    const last = Uuid.generator(ones)(5_000)
    expect(Uuid.generator(zeros, last)(4_000) > last).toBe(true)
  })

  it("knows where the ids of a time begin", () => {
    const next = Uuid.generator(zeros)
    const [before, after] = [next(999), next(1_000)]
    expect(before < Uuid.floor(1_000)).toBe(true)
    expect(after >= Uuid.floor(1_000)).toBe(true)
  })
})
