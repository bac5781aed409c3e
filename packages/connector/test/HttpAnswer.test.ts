import { describe, expect, it } from "@effect/vitest"
import { Http } from "../src/index.ts"

const now = Date.UTC(2026, 0, 5, 12)
const reason = (status: number, method: string, text = "", headers: Record<string, string> = {}) =>
  Http.reasonOf({ status, headers, text }, { method, now })

describe("Http.reasonOf", () => {
  it.each([
    [200, "POST", undefined],
    [204, "DELETE", undefined],
    [302, "GET", "Rejected"],
    [400, "POST", "Rejected"],
    [401, "GET", "Unauthorized"],
    [403, "GET", "Unauthorized"],
    [404, "GET", "Gone"],
    [408, "GET", "Unavailable"],
    [409, "POST", "Rejected"],
    [410, "GET", "Gone"],
    [422, "POST", "Rejected"],
    [423, "POST", "Unavailable"],
    [425, "POST", "Unavailable"],
    [429, "POST", "RateLimited"],
    [451, "GET", "Rejected"],
    [500, "GET", "Unavailable"],
    [521, "GET", "Unavailable"]
  ])("%d on %s is %s", (status, method, tag) => {
    expect(reason(status, method)?._tag).toBe(tag)
  })

  it.each([
    [500, "POST", true],
    [503, "PATCH", true],
    [408, "DELETE", true],
    [500, "GET", false],
    [503, "head", false],
    [423, "POST", false],
    [425, "POST", false]
  ])("%d on %s leaves the outcome open: %s", (status, method, uncertain) => {
    expect(reason(status, method)).toMatchObject({ _tag: "Unavailable", uncertain })
  })

  it.each([
    ["30", 30_000],
    ["0", 0],
    ["1.5", 1_500],
    ["-4", 0],
    ["Mon, 05 Jan 2026 12:01:00 GMT", 60_000],
    ["Mon, 05 Jan 2026 11:00:00 GMT", 0],
    ["99999999", 86_400_000],
    ["soon", undefined],
    ["", undefined],
    ["Infinity", undefined]
  ])("Retry-After %j is %j ms", (header, retryAfterMs) => {
    expect(reason(429, "GET", "", { "retry-after": header })).toMatchObject({ retryAfterMs })
    expect(Http.retryAfter(header, now)).toBe(retryAfterMs)
  })

  it.each([
    ['{"code":20003,"message":"Authenticate","status":401}', "20003", "HTTP 400, 20003, Authenticate"],
    ['{"category":"VALIDATION_ERROR","message":"no such property"}', "VALIDATION_ERROR", "no such property"],
    ['{"error":"invalid_grant","error_description":"expired"}', "invalid_grant", "HTTP 400, invalid_grant, expired"],
    ['{"error":{"code":"E7","message":"too long"}}', "E7", "HTTP 400, E7, too long"],
    ['{"errors":[{"code":"E8","message":"a"},{"code":"E9"}]}', "E8", "HTTP 400, E8, a"],
    ["<html>bad</html>", "HTTP 400", "HTTP 400"],
    ["[1,2]", "HTTP 400", "HTTP 400"],
    ["null", "HTTP 400", "HTTP 400"]
  ])("quotes the vendor's code and words from %s", (text, code, detail) => {
    const found = reason(400, "POST", text)
    expect(found).toMatchObject({ _tag: "Rejected", code })
    expect(found).toMatchObject({ detail: expect.stringContaining(detail) })
  })

  it("keeps the vendor's words to one short line", () => {
    const found = reason(
      422,
      "POST",
      JSON.stringify({ code: "x".repeat(500), message: `a\n\u001b[31m${"b".repeat(500)}` })
    )
    expect(found).toMatchObject({ _tag: "Rejected" })
    if (found?._tag !== "Rejected") throw new Error("not rejected")
    expect(found.code.length).toBeLessThanOrEqual(80)
    expect(found.detail.length).toBeLessThanOrEqual(300)
    expect(found.detail).not.toMatch(/\p{Cc}/u)
  })
})
