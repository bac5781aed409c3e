import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { Lane, Limits, QuotaLedger, VendorError } from "../src/index.ts"
import { type Planned, play, limited, many, begins, busiest } from "./quotaPlay.ts"

const DAY_MS = 86_400_000
const lane = FastCheck.constantFrom(...Lane.lanes)

/** Two buckets, one of them by key; one operation spends more of both. */
const limits = FastCheck.record({
  requests: FastCheck.integer({ min: 3, max: 200 }),
  perMs: FastCheck.integer({ min: 1, max: 5_000 }),
  keyed: FastCheck.integer({ min: 1, max: 5 }),
  keyedPerMs: FastCheck.integer({ min: 1, max: 2_000 }),
  concurrency: FastCheck.integer({ min: 1, max: 8 })
}).map(({ requests, perMs, keyed, keyedPerMs, concurrency }) =>
  Limits.make({
    concurrency,
    buckets: { all: { requests, perMs }, channel: { requests: keyed, perMs: keyedPerMs, perKey: true } },
    operations: { post: ["channel", "all"], big: [{ bucket: "all", cost: 3 }] },
    otherwise: ["all"]
  })
)

const outcome = FastCheck.oneof(
  { weight: 8, arbitrary: FastCheck.constant<QuotaLedger.Outcome>({}) },
  { weight: 1, arbitrary: FastCheck.constant({ reason: new VendorError.RateLimited({}) }) },
  {
    weight: 1,
    arbitrary: FastCheck.integer({ min: 0, max: 3_000 }).map((retryAfterMs) => ({
      reason: new VendorError.RateLimited({ retryAfterMs })
    }))
  },
  {
    weight: 1,
    arbitrary: FastCheck.integer({ min: -1, max: 50 }).map((remaining) => ({ usage: [{ bucket: "all", remaining }] }))
  }
)

const planned = FastCheck.array(
  FastCheck.record({
    operation: FastCheck.constantFrom("get", "post", "big"),
    key: FastCheck.constantFrom("C1", "C2", "__proto__", undefined),
    lane,
    joinsAt: FastCheck.integer({ min: 0, max: 20_000 }),
    takesMs: FastCheck.integer({ min: 0, max: 1_500 }),
    outcome
  }),
  { maxLength: 80 }
)

describe("QuotaLedger", () => {
  it.prop(
    "never lets more than allowed into any span, whenever between begin and answer the vendor counts a call",
    [limits, planned, FastCheck.infiniteStream(FastCheck.double({ min: 0, max: 1, noNaN: true }))],
    ([given, calls, chances]) => {
      const { played } = play(given, calls)
      const counted = played.map((call) => ({
        ...call,
        at: Math.round(call.beganAt + (chances.next().value ?? 0) * (call.answeredAt - call.beganAt))
      }))
      const { all, channel } = given.buckets
      const units = counted.map(({ at, operation }) => ({ at, units: operation === "big" ? 3 : 1 }))
      expect(busiest(units, all!.perMs)).toBeLessThanOrEqual(all!.requests)
      for (const key of new Set(counted.map((call) => call.key))) {
        const posts = counted.filter((call) => call.operation === "post" && call.key === key)
        expect(
          busiest(
            posts.map(({ at }) => ({ at, units: 1 })),
            channel!.perMs
          )
        ).toBeLessThanOrEqual(channel!.requests)
      }
    },
    { fastCheck: { numRuns: 150 } }
  )

  it.prop("lets every call begin in the end, and no more at once than allowed", [limits, planned], ([given, calls]) => {
    const { played, state } = play(given, calls)
    expect(played).toHaveLength(calls.length)
    expect(state.line).toEqual([])
    expect(state.underWay).toEqual({})
    const underWay = (at: number) => played.filter(({ beganAt, answeredAt }) => beganAt <= at && at < answeredAt).length
    for (const { beganAt } of played) expect(underWay(beganAt)).toBeLessThanOrEqual(given.concurrency)
  })

  it.prop("is plain JSON at every moment", [limits, planned], ([given, calls]) => {
    const { state } = play(given, calls)
    const stored: QuotaLedger.State = JSON.parse(JSON.stringify(state))
    expect(play(given, calls, 30_000, stored).played).toEqual(play(given, calls, 30_000, state).played)
  })

  it.prop(
    "lets a call that is alone begin at the time that `ask` says, not earlier and not later",
    [limits, planned, FastCheck.integer({ min: 0, max: 9_000 })],
    ([given, calls, later]) => {
      const { played, state } = play(given, calls)
      const now = Math.max(0, ...played.map(({ answeredAt }) => answeredAt)) + later
      const call: Planned = { operation: "big", lane: "backfill", joinsAt: now, takesMs: 0 }
      expect(begins(play(given, [call], now, state).played)).toEqual([QuotaLedger.ask(given, state, call, now)])
    }
  )

  it("spends a span's allowance at once and the next one as soon as the span is over", () => {
    expect(begins(play(limited(3, 1_000), many(7)).played)).toEqual([0, 0, 0, 1_001, 1_001, 1_001, 2_002])
  })

  it("counts from the answer, since the vendor may have counted as late as that", () => {
    expect(begins(play(limited(1, 1_000), many(3, { takesMs: 400 })).played)).toEqual([0, 1_401, 2_802])
  })

  it("counts neighbours as the later one where it does not count each, and so never lets too many through", () => {
    const calls = many(400).map((call, index) => ({ ...call, joinsAt: Math.min(index * 67, 12_860) }))
    const { played } = play(limited(200, 12_800), calls)
    expect(
      busiest(
        played.map(({ beganAt }) => ({ at: beganAt, units: 1 })),
        12_800
      )
    ).toBe(200)
  })

  it("keeps few entries of a bucket with many requests", () => {
    const day = limited(100_000, 3_600_000)
    const calls = many(2_000).map((call, index) => ({ ...call, joinsAt: index * 1_000 }))
    const { state } = play(day, calls)
    expect(JSON.stringify(state).length).toBeLessThan(10_000)
  })
})

describe("QuotaLedger, daily allowances", () => {
  const reset = 5 * 3_600_000
  const daily = Limits.make({
    concurrency: 100,
    buckets: { day: { requests: 4, perMs: DAY_MS, daily: { resetAtUtcMs: reset } } },
    operations: {},
    otherwise: ["day"]
  })

  it("are spent at will, then wait for the vendor's midnight", () => {
    const noon = 20_000 * DAY_MS + 12 * 3_600_000
    const midnight = 20_001 * DAY_MS + reset
    const { played } = play(daily, many(9, { joinsAt: noon }), noon)
    expect(begins(played)).toEqual([...Array(4).fill(noon), ...Array(4).fill(midnight), midnight + DAY_MS])
  })

  it("that the vendor calls used up are tried again at its midnight, at the latest after an hour", () => {
    const refusedAt = (at: number) => {
      const { state } = play(daily, many(1, { joinsAt: at, outcome: { reason: new VendorError.RateLimited({}) } }), at)
      return QuotaLedger.ask(daily, state, { operation: "get" }, at) - at
    }
    expect(refusedAt(20_000 * DAY_MS + reset - 60_000)).toBe(60_000)
    expect(refusedAt(20_000 * DAY_MS + reset + 60_000)).toBe(3_600_000)
  })
})
