import { type Action, VendorError } from "@interchannel/connector"
import type { Projections } from "@interchannel/store"
import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import * as Attempt from "../../src/writing/Attempt.ts"

const projection = (change: Partial<Projections.Projection> = {}): Projections.Projection => ({
  key: "k",
  destination: "crm",
  verb: "AppendTimeline",
  subject: "i",
  desired: "h",
  records: ["c"],
  state: "due",
  dueAt: 0,
  lane: 1,
  at: 0,
  deliveredRecords: [],
  written: [],
  attempts: 0,
  ...change
})
const begun = (startedAt: number, change: Partial<Projections.Projection> = {}) =>
  projection({ attempt: { startedAt, removing: false, tried: ["c"] }, ...change })
const error = (reason: VendorError.Reason) => VendorError.make("crm", "put", reason)
const failed = (row: Projections.Projection, error: VendorError.VendorError, now: number, wholeVendor: boolean) =>
  Attempt.failed(row, { error, now, wholeVendor, idempotency: "look up first" })
const action = (certainty: object) => ({ verb: "AppendTimeline", batchMax: 1, ...certainty }) as unknown as Action.Any
const { Gone, Malformed, Misconfigured, RateLimited, Rejected, Unauthorized, Unavailable } = VendorError

describe("how an attempt begins", () => {
  const lookUp = action({ idempotency: "look up first", visibleAfterMs: 500 })
  it.each([
    ["nothing was begun", projection(), lookUp, 9, "write"],
    ["begun a moment ago, may not show yet", begun(100), lookUp, 300, { waitUntil: 600 }],
    ["begun long ago", begun(100), lookUp, 600, "look up"],
    ["begun, but its address is known", begun(1, { ref: { kind: "e", id: "1" } }), lookUp, 9, "write"],
    ["begun, and nothing can tell", begun(1), action({ idempotency: "none" }), 9, "set aside"],
    ["the key makes it safe", begun(1), action({ idempotency: "vendor key" }), 9, "write"],
    ["the vendor can tell", begun(1), action({ idempotency: "vendor key", landed: () => 0 }), 9, "look up"]
  ] as const)("%s", (_, row, how, now, expected) => {
    expect(Attempt.first(row, how, 0, now)).toEqual(expected)
  })

  it("what an earlier run had begun may have been sent until that ended", () => {
    expect(Attempt.first(begun(100), lookUp, 300, 600)).toEqual({ waitUntil: 800 })
    expect(Attempt.first(begun(100), lookUp, 300, 800)).toBe("look up")
  })

  it("what may have landed shows from the end of the attempt on, however long that took", () => {
    const answer = error(new Unavailable({ detail: "no answer", uncertain: true }))
    expect(failed(begun(100), answer, 9_000, true)).toMatchObject({ sentUntil: 9_000 })
    expect(Attempt.notFoundOut(begun(100), answer, 9_000)).not.toHaveProperty("sentUntil")
    const refusal = error(new RateLimited({}))
    expect(failed(begun(100), refusal, 9_000, true)).not.toHaveProperty("sentUntil")
  })
})

describe("how a failed attempt ends", () => {
  const there = projection({ ref: { kind: "e", id: "1" }, delivered: "g" })
  it.each([
    ["an entry that is gone was deleted by hand", there, new Gone({ detail: "404" }), { _tag: "Held" }],
    [
      "gone after we began to take it out",
      { ...there, attempt: { startedAt: 1, removing: true, tried: [] } },
      new Gone({ detail: "404" }),
      { _tag: "Delivered", records: [] }
    ],
    ["gone without ever having been there", projection(), new Gone({ detail: "404" }), { _tag: "Quarantined" }],
    ["refused", projection(), new Rejected({ code: "X", detail: "no" }), { _tag: "Quarantined" }],
    ["unreadable", projection(), new Malformed({ detail: "?" }), { _tag: "Quarantined" }],
    [
      "asked to wait",
      projection(),
      new RateLimited({ retryAfterMs: 7 }),
      { _tag: "Retry", dueAt: 107, uncertain: false }
    ],
    ["timed out", projection(), new Unavailable({ detail: "", uncertain: true }), { _tag: "Retry", uncertain: true }],
    [
      "asked to wait after one that timed out: that one may still have landed",
      begun(1),
      new RateLimited({ retryAfterMs: 7 }),
      { _tag: "Retry", uncertain: true }
    ],
    ["revoked", projection(), new Unauthorized({ detail: "" }), { _tag: "Retry", uncertain: false }]
  ])("%s", (_, row, reason, expected) => {
    expect(failed(row, error(reason), 100, false)).toMatchObject(expected)
  })

  it("a refusal ends an attempt at fields, unless an earlier one may have set them, or nobody knows what it did", () => {
    const no = error(new Rejected({ code: "X", detail: "no" }))
    const fields = { verb: "SetFields" as const }
    expect(failed(projection(fields), no, 100, false)).toMatchObject({ _tag: "Quarantined", forgets: true })
    expect(failed(begun(1, fields), no, 100, false)).not.toHaveProperty("forgets")
    const unreadable = error(new Malformed({ detail: "?" }))
    expect(failed(projection(fields), unreadable, 100, false)).not.toHaveProperty("forgets")
  })

  it("a question that got no answer is no attempt that may have landed", () => {
    const lost = error(new Unavailable({ detail: "no answer", uncertain: true }))
    const ended = failed(projection(), Attempt.asked(lost), 1_000, true)
    expect(ended).toMatchObject({ _tag: "Retry", uncertain: false })
    expect(ended).not.toHaveProperty("sentUntil")
  })

  it("one that keeps failing by itself is set aside; an outage never counts", () => {
    const tired = projection({ attempts: Attempt.ATTEMPTS_MAX })
    const down = error(new Unavailable({ detail: "500", uncertain: false }))
    expect(failed(tired, down, 0, false)).toMatchObject({ _tag: "Quarantined" })
    expect(failed(tired, down, 0, true)).toMatchObject({ _tag: "Retry" })
  })

  it.each([
    [new Unauthorized({ detail: "" }), true, true],
    [new Misconfigured({ detail: "", remedy: "" }), true, true],
    [new RateLimited({}), false, true],
    [new Rejected({ code: "", detail: "" }), false, false]
  ])("$_tag parks %s, stops the round %s", (reason, parks, stops) => {
    expect([Attempt.parks(error(reason)), Attempt.stops(error(reason))]).toEqual([parks, stops])
  })
})

describe("batches", () => {
  it("hold everything once, no more than allowed, and what failed often alone", () => {
    const attempts = fc.array(fc.nat(6), { maxLength: 30 })
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1, max: 7 }), (all, batchMax) => {
        const rows = all.map((count, index) => projection({ key: `${index}`, attempts: count }))
        const batches = Attempt.batches(rows, batchMax)
        expect(
          batches
            .flat()
            .map(({ key }) => key)
            .sort()
        ).toEqual(rows.map(({ key }) => key).sort())
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(batchMax)
          if (batch.some((row) => row.attempts >= 3)) expect(batch).toHaveLength(1)
        }
      })
    )
  })
})
