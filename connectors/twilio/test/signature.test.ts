import { createHash } from "node:crypto"
import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "vitest"
import { sign, urlForms, verifier } from "../src/signature.ts"
import { document, whenDocumented } from "./documented.ts"

const TOKEN = "an invented token"
const URL = "https://hooks.example.com/twilio/callbacks?foo=1&bar=It's"

interface Given {
  readonly url: string
  readonly body: string
  readonly signature: string
  readonly token?: string
  readonly json?: boolean
}
const isGenuine = ({ url, body, signature, token = TOKEN, json = false }: Given): boolean =>
  verifier(
    {
      method: "POST",
      url,
      headers: {
        "x-twilio-signature": signature,
        "content-type": json ? "application/json" : "application/x-www-form-urlencoded; charset=UTF-8"
      },
      body: Buffer.from(body),
      receivedAt: 0
    },
    { authToken: Redacted.make(token) },
    0
  ).genuine

interface Vector {
  readonly name: string
  readonly url: string
  readonly params: "default" | Readonly<Record<string, string | ReadonlyArray<string>>>
  readonly body?: string
  readonly signature: string
}

it(
  "every signature that Twilio publishes is genuine, and for nothing else",
  whenDocumented("the published signatures", () => {
    const { authToken, vectors } = document("samples/twilio/signature-vectors.json") as {
      readonly authToken: string
      readonly vectors: ReadonlyArray<Vector>
    }
    const standard = vectors[0]!.params as Readonly<Record<string, string>>
    for (const { name, url, params, body, signature } of vectors) {
      const pairs = Object.entries(params === "default" ? standard : params)
      const form = new URLSearchParams(
        pairs.flatMap(([key, value]) => [value].flat().map((one) => [key, one] as [string, string]))
      )
      const given = { url, body: body ?? form.toString(), signature, token: authToken, json: body !== undefined }
      expect(isGenuine(given), `${name}`).toBe(true)
      expect(isGenuine({ ...given, body: `${given.body}&a=b` }), `${name}`).toBe(false)
      expect(isGenuine({ ...given, url: url.replace("mycompany", "yourcompany") }), `${name}`).toBe(false)
      expect(isGenuine({ ...given, token: `${authToken}6` }), `${name}`).toBe(false)
    }
    const first = vectors[0]!
    const withPort = { url: first.url.replace(".com/", ".com:1234/"), signature: first.signature, token: authToken }
    expect(isGenuine({ ...withPort, body: new URLSearchParams(standard).toString() })).toBe(true)
    console.log(`${vectors.length} published signatures are genuine`)
  })
)

describe("a signature", () => {
  it.each(urlForms(URL))("over %s is genuine", (form) => {
    expect(isGenuine({ url: URL, body: "b=2&a=1", signature: sign(TOKEN, form, "a1b2") })).toBe(true)
  })

  it("covers each value of a repeated field once, in order", () => {
    const signature = sign(TOKEN, URL, "a1a2b")
    expect(isGenuine({ url: URL, body: "b=&a=2&a=1&a=2", signature })).toBe(true)
    expect(isGenuine({ url: URL, body: "b=&a=2&a=1&a=3", signature })).toBe(false)
  })

  it("of a JSON body needs its hash in the URL", () => {
    const body = '{"a":1}'
    const hash = createHash("sha256").update(body).digest("hex")
    const url = `${URL}&bodySHA256=${hash}`
    const given = { url, body, signature: sign(TOKEN, url, ""), json: true }
    expect(isGenuine(given)).toBe(true)
    expect(isGenuine({ ...given, body: '{"a":2}' })).toBe(false)
    expect(isGenuine({ url: URL, body, signature: sign(TOKEN, URL, ""), json: true })).toBe(false)
    expect(isGenuine({ ...given, body: "a=1", json: false })).toBe(false)
  })

  it("that is missing or another is refused", () => {
    expect(isGenuine({ url: URL, body: "a=1", signature: "" })).toBe(false)
    expect(isGenuine({ url: URL, body: "a=1", signature: sign("another token", URL, "a1") })).toBe(false)
    expect(isGenuine({ url: "no url", body: "a=1", signature: sign(TOKEN, URL, "a1") })).toBe(false)
  })
})
