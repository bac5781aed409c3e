import { VendorError } from "@interchannel/connector"
import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import { ASKED_MAX_MS, CEILING_MS, waitMs } from "../../src/connections/Backoff.ts"

const asked = (retryAfterMs: number) => new VendorError.RateLimited({ retryAfterMs })

describe("Backoff", () => {
  it("grows from a second to a ceiling", () => {
    expect([1, 2, 3, 4].map((failures) => waitMs(failures))).toEqual([1_000, 2_000, 4_000, 8_000])
    expect(waitMs(1_000)).toBe(CEILING_MS)
  })

  it("does what the vendor asks for, within reason", () => {
    expect(waitMs(7, asked(50))).toBe(50)
    expect(waitMs(1, asked(Number.MAX_SAFE_INTEGER))).toBe(ASKED_MAX_MS)
  })

  it("a vendor that asks for no wait at all is not called without end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.constantFrom(0, -5, Number.NaN), (failures, ms) => {
        expect(waitMs(failures, asked(ms))).toBe(waitMs(failures))
      })
    )
  })
})
