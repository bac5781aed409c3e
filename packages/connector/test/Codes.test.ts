import { describe, expect, it } from "vitest"
import * as Codes from "../src/Codes.ts"

const meant = Codes.make({
  unauthorized: "bad_token\n  token_ended",
  unavailable: "down",
  rateLimited: "slow_down",
  gone: "no_note",
  cursorExpired: "old_cursor",
  remedies: { not_member: "invite the app", no_note: "look in the bin" }
})

describe("a vendor's code", () => {
  const cases: ReadonlyArray<readonly [code: string, expected: object]> = [
    ["bad_token", { _tag: "Unauthorized", detail: "said" }],
    ["token_ended", { _tag: "Unauthorized" }],
    ["down", { _tag: "Unavailable", uncertain: true }],
    ["slow_down", { _tag: "RateLimited" }],
    ["no_note", { _tag: "Gone", detail: "look in the bin" }],
    ["old_cursor", { _tag: "CursorExpired" }],
    ["not_member", { _tag: "Rejected", code: "not_member", detail: "invite the app" }],
    ["anything", { _tag: "Rejected", code: "anything", detail: "said" }]
  ]
  for (const [code, expected] of cases) {
    it(`${code} is ${JSON.stringify(expected)}`, () =>
      expect(meant({ code, detail: "said", changes: true })).toMatchObject(expected))
  }

  it("of a vendor that is down leaves nothing open where only reading was asked for", () =>
    expect(meant({ code: "down", detail: "said", changes: false })).toMatchObject({ uncertain: false }))
})
