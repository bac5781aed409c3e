import { describe, expect, it } from "@effect/vitest"
import { Limits, QuotaLedger } from "../src/index.ts"
import { play, limited, many, begins } from "./quotaPlay.ts"

const DAY_MS = 86_400_000

describe("a ledger of quota that goes on later", () => {
  it("after a restart counts what was under way as answered now, and knows nobody who waited", () => {
    const given = limited(2, 1_000)
    const joined = QuotaLedger.join(given, QuotaLedger.join(given, QuotaLedger.empty, many(1)[0]!).state, many(1)[0]!)
    const begun = QuotaLedger.next(given, QuotaLedger.join(given, joined.state, many(1)[0]!).state, 0)
    expect(begun.begun).toHaveLength(2)
    const resumed = QuotaLedger.resume(given, begun.state, 5_000)
    expect(resumed.line).toEqual([])
    expect(QuotaLedger.ask(given, resumed, { operation: "get" }, 5_000)).toBe(6_001)
  })

  it("what was spent of a daily allowance is known after a restart, and who waited is not", () => {
    const daily = Limits.make({
      concurrency: 4,
      buckets: {
        day: { requests: 10, perMs: DAY_MS, daily: { resetAtUtcMs: 0 } },
        burst: { requests: 3, perMs: 1_000 }
      },
      operations: {},
      otherwise: ["day", "burst"]
    })
    const { state } = play(daily, many(7), 5_000)
    const waiting = QuotaLedger.join(daily, state, { operation: "get", lane: "live" }).state
    const after = QuotaLedger.restore(daily, QuotaLedger.save(daily, waiting, 60_000), 60_000)
    expect(after).toMatchObject({ line: [], underWay: {} })
    expect(QuotaLedger.left(daily, after, 60_000)).toEqual([
      { bucket: "day", left: 3, of: 10, perMs: DAY_MS, daily: true, freeAt: 60_000 },
      { bucket: "burst", left: 3, of: 3, perMs: 1_000, daily: false, freeAt: 60_000 }
    ])
    expect(QuotaLedger.restore(daily, "not ours", 0)).toEqual(QuotaLedger.empty)
  })

  it("a clock that is set back by a year blocks nothing for a year, and lets no more through than is allowed", () => {
    const year = 365 * DAY_MS
    const few = limited(2, 1_000)
    const { state } = play(few, many(2, { joinsAt: year }), year)
    const back = QuotaLedger.setBack(few, state, 5_000)
    const { played } = play(few, many(3, { joinsAt: 5_000 }), 5_000, back)
    expect(begins(played)).toEqual([6_001, 6_001, 7_002])
  })
})
