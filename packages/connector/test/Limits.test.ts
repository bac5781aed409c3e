import { describe, expect, it } from "@effect/vitest"
import { Limits, QuotaLedger } from "../src/index.ts"

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
})
