import { describe, expect, it } from "vitest"
import { reasonOf } from "../src/reason.ts"
import { document, whenDocumented } from "./documented.ts"
import { START } from "./subject.ts"

const reason = (status: number, body: unknown = "", headers: Readonly<Record<string, string>> = {}, method = "POST") =>
  reasonOf({ status, headers, text: typeof body === "string" ? body : JSON.stringify(body) }, { method, now: START })

describe("an answer means", () => {
  const cases: ReadonlyArray<readonly [what: string, ReturnType<typeof reason>, object]> = [
    ["the day's allowance is used up", reason(429, { policyName: "DAILY" }), { _tag: "RateLimited", bucket: "daily" }],
    [
      "too much in ten seconds, with the wait",
      reason(429, { policyName: "TEN_SECONDLY_ROLLING" }, { "retry-after": "7" }),
      { _tag: "RateLimited", bucket: "burst", retryAfterMs: 7_000 }
    ],
    ["too many searches: the operation's own bucket", reason(429, { policyName: "SECONDLY" }), { bucket: undefined }],
    [
      "a locked record is tried again after two seconds",
      reason(423),
      { _tag: "Unavailable", uncertain: false, retryAfterMs: 2_000 }
    ],
    [
      "an account that moves house is waited for",
      reason(477, "", { "retry-after": "3600" }),
      { _tag: "Unavailable", uncertain: false, retryAfterMs: 3_600_000 }
    ],
    ["an outage of the edge may have written", reason(524), { _tag: "Unavailable", uncertain: true }],
    ["an outage while reading has not", reason(502, "", {}, "GET"), { _tag: "Unavailable", uncertain: false }],
    ["a record that is not there", reason(404, { message: "resource not found" }), { _tag: "Gone" }],
    ["a token that is not taken", reason(401, { message: "expired" }), { _tag: "Unauthorized" }],
    [
      "a scope that is missing",
      reason(403, { category: "MISSING_SCOPES", context: { requiredScopes: ["sales-email-read"] } }),
      { _tag: "Unauthorized", missingScope: "sales-email-read" }
    ],
    [
      "a value that is refused, with its property",
      reason(400, {
        category: "VALIDATION_ERROR",
        message: "Property values were not valid",
        errors: [{ message: "too long", code: "TOO_LONG", context: { propertyName: ["jobtitle"] } }]
      }),
      { code: "VALIDATION_ERROR", detail: "property jobtitle: Property values were not valid: too long" }
    ],
    [
      "the same in the older way, as text in the message",
      reason(400, { message: 'not valid: [{"isValid":false,"name":"email"}]' }),
      { code: "HTTP 400", detail: expect.stringMatching(/^property email: /) }
    ],
    ["a conflict that says nothing", reason(409), { _tag: "Rejected", code: "CONFLICT" }],
    [
      "fields of odd types are passed over",
      reason(400, { message: 7, context: "x" }),
      { _tag: "Rejected", code: "HTTP 400" }
    ]
  ]
  for (const [what, found, expected] of cases) it(what, () => expect(found).toMatchObject(expected))

  it("nothing is wrong", () => {
    expect([200, 201, 204, 207].map((status) => reason(status))).toEqual([undefined, undefined, undefined, undefined])
  })

  it(
    "what HubSpot's own sample says",
    whenDocumented("the sample of a 429", () => {
      const { status, body } = document("samples/hubspot/error_429_daily.json") as {
        readonly status: number
        readonly body: unknown
      }
      expect(reason(status, body)).toMatchObject({ _tag: "RateLimited", bucket: "daily" })
    })
  )
})
