import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { Limits, QuotaLedger } from "../src/index.ts"
import { play, limited, many, begins } from "./quotaPlay.ts"

const DAY_MS = 86_400_000

describe("QuotaLedger.eta", () => {
  it.prop(
    "is when the last of the calls begins, for calls that take no time",
    [
      FastCheck.integer({ min: 1, max: 100 }),
      FastCheck.integer({ min: 1, max: 10_000 }),
      FastCheck.integer({ min: 1, max: 300 }),
      FastCheck.integer({ min: 0, max: 150 })
    ],
    ([requests, perMs, count, before]) => {
      const given = limited(requests, perMs)
      const { state, played } = play(given, many(before))
      const now = Math.max(0, ...begins(played))
      expect(QuotaLedger.eta(given, state, { operation: "get", count }, now)).toBe(
        Math.max(...begins(play(given, many(count, { joinsAt: now }), now, state).played))
      )
    }
  )

  it("counts what calls take when the quota is no hindrance", () => {
    const given = limited(1_000, 1, 2)
    const { state, played } = play(given, many(2, { takesMs: 200 }))
    expect(played).toHaveLength(2)
    expect(QuotaLedger.eta(given, state, { operation: "get", count: 100 }, 200)).toBe(200 + 100 * 100)
  })

  it("passes the nights of a daily allowance", () => {
    const given = Limits.make({
      concurrency: 10,
      buckets: {
        all: { requests: 100, perMs: 10_000 },
        day: { requests: 10_000, perMs: DAY_MS, daily: { resetAtUtcMs: 0 } }
      },
      operations: { batch: [{ bucket: "all", cost: 10 }, "day"] },
      otherwise: ["all", "day"]
    })
    const now = 100 * DAY_MS + 3_600_000
    const eta = QuotaLedger.eta(given, QuotaLedger.empty, { operation: "get", count: 25_000 }, now)
    // 10,000 on this day and the next, 5,000 on the third: 50 spans, the last of which begins after 49.
    expect(eta).toBe(102 * DAY_MS + 49 * 10_001)
    expect(QuotaLedger.eta(given, QuotaLedger.empty, { operation: "batch", count: 25 }, now)).toBe(now + 2 * 10_001)
  })

  it("is now for no calls, and has an end for calls that would take for ever", () => {
    const never = Limits.make({
      concurrency: 1,
      buckets: { day: { requests: 1, perMs: DAY_MS, daily: { resetAtUtcMs: 0 } } },
      operations: {},
      otherwise: ["day"]
    })
    expect(QuotaLedger.eta(never, QuotaLedger.empty, { operation: "get", count: 0 }, 7)).toBe(7)
    expect(QuotaLedger.eta(never, QuotaLedger.empty, { operation: "get", count: 1e9 }, 7)).toBeGreaterThan(
      3_000 * DAY_MS
    )
  })
})

describe("QuotaLedger.left", () => {
  it("where the vendor counts per key, the scarcest is what is left", () => {
    const keyed = Limits.make({
      concurrency: 9,
      buckets: { channel: { requests: 5, perMs: 1_000, perKey: true } },
      operations: {},
      otherwise: ["channel"]
    })
    const { state } = play(keyed, [...many(4, { key: "C1" }), ...many(1, { key: "C2" })])
    expect(QuotaLedger.left(keyed, state, 1)).toMatchObject([{ bucket: "channel", left: 1 }])
  })
})
