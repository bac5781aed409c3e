import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { Lane, Limits, QuotaLedger, VendorError } from "../src/index.ts"
import { type Planned, type Played, play } from "./quotaPlay.ts"

const DAY_MS = 86_400_000
const lane = FastCheck.constantFrom(...Lane.lanes)

const limited = (requests: number, perMs: number, concurrency = 1_000): Limits.Limits =>
  Limits.make({ concurrency, buckets: { all: { requests, perMs } }, operations: {}, otherwise: ["all"] })

const many = (count: number, call: Partial<Planned> = {}): ReadonlyArray<Planned> =>
  Array.from({ length: count }, () => ({ operation: "get", lane: "live", joinsAt: 0, takesMs: 0, ...call }))

const begins = (played: ReadonlyArray<Played>): ReadonlyArray<number> =>
  played.map(({ beganAt }) => beganAt).sort((a, b) => a - b)

/** The most units that fall into any stretch of `perMs`, both ends counted. */
const busiest = (spends: ReadonlyArray<{ readonly at: number; readonly units: number }>, perMs: number): number =>
  Math.max(
    0,
    ...spends.map(({ at }) =>
      spends.reduce((sum, other) => (other.at >= at && other.at <= at + perMs ? sum + other.units : sum), 0)
    )
  )

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

describe("QuotaLedger, lanes", () => {
  it("most urgent first, first come first within a lane", () => {
    const calls = (["backfill", "reconcile", "write-back", "live", "live"] as const).map((it, index) => ({
      ...many(1)[0]!,
      lane: it,
      operation: `${index}`
    }))
    const { played } = play(limited(1, 100), calls)
    expect(played.map(({ operation }) => operation)).toEqual(["3", "4", "2", "1", "0"])
  })

  it("live calls arriving without end leave each other lane its share", () => {
    const everyone = Lane.lanes.flatMap((it) => many(400, { lane: it }))
    const { played } = play(limited(1, 100, 1), everyone)
    const first = played.slice(0, 400)
    const share = (it: Lane.Lane) => first.filter((call) => call.lane === it).length
    expect(share("live")).toBeGreaterThan(220)
    expect(share("write-back")).toBeGreaterThanOrEqual(80)
    expect(share("reconcile")).toBeGreaterThanOrEqual(30)
    expect(share("backfill")).toBeGreaterThanOrEqual(15)
  })

  it.prop(
    "a lane that waits for what others take gets a turn within its patience and theirs",
    [
      FastCheck.integer({ min: 1, max: 6 }),
      FastCheck.integer({ min: 1, max: 4 }),
      FastCheck.integer({ min: 0, max: 300 })
    ],
    ([requests, concurrency, takesMs]) => {
      const everyone = Lane.lanes.flatMap((it) => many(80, { lane: it, takesMs }))
      const order = play(limited(requests, 100, concurrency), everyone)
        .played.toSorted((a, b) => a.beganAt - b.beganAt)
        .slice(0, 80)
      for (const it of ["write-back", "reconcile", "backfill"] as const) {
        const turns = [-1, ...order.flatMap((call, index) => (call.lane === it ? [index] : [])), order.length]
        const waits = turns.slice(1).map((turn, index) => turn - turns[index]! - 1)
        // Calls that begin at the same instant have no order; so many may seem to have gone first.
        expect(Math.max(...waits)).toBeLessThanOrEqual(QuotaLedger.PATIENCE[it] + 3 + Math.max(requests, concurrency))
      }
    }
  )

  it("a call that needs much is not kept waiting by small ones that come after it", () => {
    const given = Limits.make({
      concurrency: 100,
      buckets: { all: { requests: 10, perMs: 1_000 } },
      operations: { big: [{ bucket: "all", cost: 10 }] },
      otherwise: ["all"]
    })
    const drizzle = many(200, { lane: "backfill" }).map((call, index) => ({ ...call, joinsAt: index * 100 }))
    const { played } = play(given, [...drizzle, { operation: "big", lane: "live", joinsAt: 500, takesMs: 0 }])
    expect(played.find(({ operation }) => operation === "big")?.beganAt).toBeLessThanOrEqual(500 + 1_001)
  })

  it("a search that waits for its own limit does not hold up calls of other kinds", () => {
    const given = Limits.make({
      concurrency: 10,
      buckets: { all: { requests: 100, perMs: 1_000 }, search: { requests: 1, perMs: 60_000 } },
      operations: { search: ["search", "all"] },
      otherwise: ["all"]
    })
    const { played } = play(given, [...many(3, { operation: "search" }), ...many(50, { lane: "backfill" })])
    expect(begins(played.filter(({ operation }) => operation === "search"))).toEqual([0, 60_001, 120_002])
    expect(begins(played.filter(({ operation }) => operation === "get")).at(-1)).toBe(0)
  })

  it("one channel's limit does not hold up another channel", () => {
    const given = Limits.make({
      concurrency: 10,
      buckets: { channel: { requests: 1, perMs: 1_000, perKey: true } },
      operations: {},
      otherwise: ["channel"]
    })
    const { played } = play(
      given,
      ["C1", "C1", "C2", "C3"].map((key) => ({ ...many(1)[0]!, key }))
    )
    expect(played.map(({ key, beganAt }) => [key, beganAt])).toEqual([
      ["C1", 0],
      ["C2", 0],
      ["C3", 0],
      ["C1", 1_001]
    ])
  })

  it("counts a bounded number of keys apart, and never lets one key go too fast for it", () => {
    const given = Limits.make({
      concurrency: 10_000,
      buckets: { channel: { requests: 1, perMs: 1_000, perKey: true } },
      operations: {},
      otherwise: ["channel"]
    })
    const keys = Array.from({ length: QuotaLedger.KEYS_MAX + 20 }, (_, index) => `C${index}`)
    const calls = [...keys, ...keys.slice(-10)].map((key) => ({ ...many(1)[0]!, key }))
    const { played, state } = play(given, calls)
    expect(Object.keys(state.spent["channel"] ?? {}).length).toBeLessThanOrEqual(QuotaLedger.KEYS_MAX + 1)
    for (const key of keys.slice(-20)) {
      const posts = played.filter((call) => call.key === key).map(({ beganAt }) => ({ at: beganAt, units: 1 }))
      expect(busiest(posts, 1_000)).toBe(1)
    }
  })

  it("a key that was counted with others stays with them while that count matters", () => {
    const given = Limits.make({
      concurrency: 10_000,
      buckets: { channel: { requests: 1, perMs: 1_000, perKey: true } },
      operations: {},
      otherwise: ["channel"]
    })
    const post = (key: string, joinsAt: number) => ({ ...many(1)[0]!, key, joinsAt })
    const crowd = Array.from({ length: QuotaLedger.KEYS_MAX }, (_, index) => post(`C${index}`, 0))
    const { played } = play(given, [...crowd, post("late", 900), post("C0", 1_002), post("late", 1_010)])
    expect(begins(played.filter(({ key }) => key === "late"))).toEqual([900, 1_901])
  })

  it("refuses to let the line grow without end, and forgets those who leave it", () => {
    const given = limited(1, 1_000)
    let state = QuotaLedger.empty
    for (let index = 0; index < QuotaLedger.LINE_MAX; index++) {
      state = QuotaLedger.join(given, state, { operation: "get", lane: "live" }).state
    }
    expect(QuotaLedger.join(given, state, { operation: "get", lane: "live" }).ticket).toBeUndefined()
    state = QuotaLedger.leave(state, 1)
    expect(QuotaLedger.next(given, state, 0).begun).toEqual([2])
    expect(QuotaLedger.join(given, state, { operation: "get", lane: "live" }).ticket).toBe(QuotaLedger.LINE_MAX + 1)
  })
})

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

describe("QuotaLedger.resume", () => {
  it("after a restart counts what was under way as answered now, and knows nobody who waited", () => {
    const given = limited(2, 1_000)
    const joined = QuotaLedger.join(given, QuotaLedger.join(given, QuotaLedger.empty, many(1)[0]!).state, many(1)[0]!)
    const begun = QuotaLedger.next(given, QuotaLedger.join(given, joined.state, many(1)[0]!).state, 0)
    expect(begun.begun).toHaveLength(2)
    const resumed = QuotaLedger.resume(given, begun.state, 5_000)
    expect(resumed.line).toEqual([])
    expect(QuotaLedger.ask(given, resumed, { operation: "get" }, 5_000)).toBe(6_001)
  })
})

describe("Limits.make", () => {
  it("refuses numbers that cannot be meant, by name", () => {
    const make = () =>
      Limits.make({
        concurrency: 0,
        buckets: { a: { requests: 5, perMs: 1_000 }, b: { requests: 0, perMs: 0 } },
        operations: { search: [{ bucket: "a", cost: 6 }, "b"] },
        otherwise: ["a"]
      })
    expect(make).toThrow(
      "limits: concurrency is below 1; bucket b allows less than 1 request; bucket b has no span; " +
        "search costs 6 of bucket a, which never has that many"
    )
  })

  it("that name a bucket which is not there are a mistake that says so", () => {
    const given: Limits.Limits = { ...Limits.cautious, otherwise: ["defualt"] }
    expect(() => QuotaLedger.ask(given, QuotaLedger.empty, { operation: "get" }, 0)).toThrow(
      "limits: operation get spends from bucket defualt, which is not among the buckets"
    )
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

  it("a clock that is set back by a year blocks nothing for a year, and lets no more through than is allowed", () => {
    const year = 365 * DAY_MS
    const few = limited(2, 1_000)
    const { state } = play(few, many(2, { joinsAt: year }), year)
    const back = QuotaLedger.setBack(few, state, 5_000)
    const { played } = play(few, many(3, { joinsAt: 5_000 }), 5_000, back)
    expect(begins(played)).toEqual([6_001, 6_001, 7_002])
  })
})
