import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { Lane, Limits, QuotaLedger } from "../src/index.ts"
import { play, limited, many, begins, busiest } from "./quotaPlay.ts"

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
