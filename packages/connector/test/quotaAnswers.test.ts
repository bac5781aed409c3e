import { describe, expect, it } from "@effect/vitest"
import { Limits, QuotaLedger, VendorError } from "../src/index.ts"
import { play, limited, many, begins } from "./quotaPlay.ts"

const DAY_MS = 86_400_000

describe("QuotaLedger, the vendor's word", () => {
  const refused = (retryAfterMs?: number): QuotaLedger.Outcome => ({
    reason: new VendorError.RateLimited({ retryAfterMs })
  })

  it("waits as long as the vendor asks, and only with the bucket it concerns", () => {
    const given = Limits.make({
      concurrency: 10,
      buckets: { search: { requests: 100, perMs: 1_000 }, all: { requests: 100, perMs: 1_000 } },
      operations: { search: ["search", "all"] },
      otherwise: ["all"]
    })
    const { played } = play(given, [
      { operation: "search", lane: "live", joinsAt: 0, takesMs: 10, outcome: refused(30_000) },
      { operation: "search", lane: "live", joinsAt: 20, takesMs: 0 },
      { operation: "get", lane: "backfill", joinsAt: 20, takesMs: 0 }
    ])
    expect(played.map(({ operation, beganAt }) => [operation, beganAt])).toEqual([
      ["search", 0],
      ["get", 20],
      ["search", 30_010]
    ])
  })

  it("pauses the bucket that the reason names", () => {
    const given = Limits.make({
      concurrency: 10,
      buckets: {
        all: { requests: 100, perMs: 1_000 },
        daily: { requests: 100, perMs: DAY_MS, daily: { resetAtUtcMs: 0 } }
      },
      operations: {},
      otherwise: ["all", "daily"]
    })
    const named = { reason: new VendorError.RateLimited({ bucket: "daily", retryAfterMs: 5_000 }) }
    const { state } = play(given, many(1, { outcome: named }))
    expect(QuotaLedger.ask(given, state, { operation: "get" }, 0)).toBe(5_000)
    expect(state.spent["daily"]?.[""]?.pausedUntil).toBe(5_000)
    expect(state.spent["all"]?.[""]?.pausedUntil).toBe(0)
  })

  it("without a time to wait the pause doubles up to five minutes, and is forgotten after a success", () => {
    const given = limited(1_000, 1_000)
    let state = QuotaLedger.empty
    let now = 0
    const pauses: Array<number> = []
    for (let time = 0; time < 12; time++) {
      const played = play(given, many(1, { joinsAt: now, outcome: refused() }), now, state)
      state = played.state
      const at = QuotaLedger.ask(given, state, { operation: "get" }, played.played[0]!.beganAt)
      pauses.push(at - played.played[0]!.beganAt)
      now = at
    }
    expect(pauses.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000])
    expect(Math.max(...pauses)).toBe(300_000)
    state = play(given, many(1, { joinsAt: now }), now, state).state
    state = play(given, many(1, { joinsAt: now, outcome: refused() }), now, state).state
    expect(QuotaLedger.ask(given, state, { operation: "get" }, now)).toBe(now + 1_000)
  })

  it("many calls refused together are one refusal", () => {
    const { state, played } = play(limited(100, 1_000), many(20, { takesMs: 50, outcome: refused() }))
    expect(played).toHaveLength(20)
    expect(QuotaLedger.ask(limited(100, 1_000), state, { operation: "get" }, 50)).toBe(1_050)
  })

  it("a Retry-After of zero is not taken literally", () => {
    const { state } = play(limited(100, 1_000), many(1, { outcome: refused(0) }))
    expect(QuotaLedger.ask(limited(100, 1_000), state, { operation: "get" }, 0)).toBe(1_000)
  })

  it("a vendor that is down until a given time is left alone until then", () => {
    const down = {
      reason: new VendorError.Unavailable({ detail: "maintenance", uncertain: false, retryAfterMs: 60_000 })
    }
    const { state } = play(limited(100, 1_000), many(1, { outcome: down }))
    expect(QuotaLedger.ask(limited(100, 1_000), state, { operation: "get" }, 0)).toBe(60_000)
  })

  it("believes the vendor when it says that less is left than we counted, not when it says more", () => {
    const says = (remaining: number) => ({ usage: [{ bucket: "all", remaining }] })
    const begun = (remaining: number) =>
      begins(play(limited(10, 1_000), [...many(1, { outcome: says(remaining) }), ...many(10, { joinsAt: 1 })]).played)
    expect(begun(2).filter((at) => at === 1)).toHaveLength(2)
    expect(begun(99).filter((at) => at === 1)).toHaveLength(9)
    expect(begun(0).filter((at) => at === 1)).toHaveLength(0)
  })
})
