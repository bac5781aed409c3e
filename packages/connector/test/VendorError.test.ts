import { describe, expect, it } from "@effect/vitest"
import { VendorError } from "../src/index.ts"

const {
  CursorExpired,
  Gone,
  Malformed,
  Misconfigured,
  RateLimited,
  Rejected,
  Unauthorized,
  Unavailable,
  make,
  without
} = VendorError

const reasons: ReadonlyArray<readonly [VendorError.Reason, VendorError.Recovery, string]> = [
  [new RateLimited({}), "retry", "RateLimited - the vendor asks to slow down; trying again with back-off"],
  [new RateLimited({ retryAfterMs: 29_001 }), "retry", "RateLimited - the vendor asks to wait 30 s; trying again then"],
  [new Unavailable({ detail: "HTTP 503", uncertain: true }), "retry", "Unavailable - HTTP 503; trying again"],
  [
    new Unauthorized({ detail: "HTTP 401" }),
    "reauthorize",
    "Unauthorized - HTTP 401; renew the credentials of this connection"
  ],
  [
    new Unauthorized({ detail: "missing_scope", missingScope: "channels:history" }),
    "reauthorize",
    "Unauthorized - scope channels:history is missing; grant it and reinstall the app"
  ],
  [new Rejected({ code: "E7", detail: "too long" }), "quarantine", "Rejected - E7: too long"],
  [new Malformed({ detail: "the answer is empty" }), "quarantine", "Malformed - the answer is empty"],
  [new Gone({ detail: "HTTP 404" }), "quarantine", "Gone - HTTP 404"],
  [new CursorExpired({ detail: "too old" }), "reset", "CursorExpired - too old; reading everything once more"],
  [
    new Misconfigured({ detail: "no such workspace", remedy: "correct the workspace id" }),
    "abort",
    "Misconfigured - no such workspace; correct the workspace id"
  ]
]

describe("VendorError", () => {
  it.each(reasons)("says what, where and what to do next: %o", (reason, recovery, words) => {
    const error = make("acme", "messages.list", reason)
    expect(error.message).toBe(`acme messages.list: ${words}`)
    expect(error.reason.recovery).toBe(recovery)
    expect(error).toBeInstanceOf(Error)
  })

  it("knows every way on", () => {
    expect(new Set(reasons.map(([, recovery]) => recovery))).toEqual(
      new Set(["retry", "reauthorize", "quarantine", "reset", "abort"])
    )
  })

  it.each(reasons.map(([reason]) => [reason]))("`without` keeps all of %o but the secret", (reason) => {
    const marked = without(JSON.parse(JSON.stringify(reason)), [])
    expect(marked).toEqual(reason)
    const texts = Object.fromEntries(
      Object.entries(reason).map(([name, value]) => [
        name,
        name === "detail" || name === "code" || name === "remedy" ? `${value} tok_12345678!` : value
      ])
    ) as unknown as VendorError.Reason
    expect(make("acme", "x", without(texts, ["tok_12345678"])).message).not.toContain("tok_12345678")
  })

  it("`without` leaves words alone that are too short to be secret", () => {
    const reason = new Rejected({ code: "bad", detail: "the bad thing" })
    expect(without(reason, ["the", ""])).toEqual(reason)
  })
})
