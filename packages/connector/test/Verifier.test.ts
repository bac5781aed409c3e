import { createHmac } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { type Delivery, Verifier } from "../src/index.ts"

const NOW = 1_767_614_400_000
interface Credentials {
  readonly secret: string | undefined
}

const delivery = (body: string | Uint8Array, headers: Record<string, string>): Delivery.Delivery => ({
  method: "POST",
  url: "https://hooks.example.com/acme?account=1",
  headers,
  body: typeof body === "string" ? Buffer.from(body) : body,
  receivedAt: NOW
})

/** Signs `v0:<time>:<body>`, as vendors do that guard against replays. */
const timed = Verifier.hmac<Credentials>({
  secret: ({ secret }) => secret,
  signature: ({ headers }) => headers["x-signature"]?.replace(/^v0=/, ""),
  base: ({ headers, body }) => Buffer.concat([Buffer.from(`v0:${headers["x-time"]}:`), body]),
  sentAt: ({ headers }) => (headers["x-time"] === undefined ? undefined : Number(headers["x-time"]) * 1000),
  toleranceMs: 300_000
})

const signed = (body: Uint8Array, secret: string, sentAt = NOW) => {
  const time = `${Math.floor(sentAt / 1000)}`
  const signature = createHmac("sha256", secret).update(`v0:${time}:`).update(body).digest("hex")
  return delivery(body, { "x-time": time, "x-signature": `v0=${signature}` })
}

const secret = FastCheck.string({ minLength: 1 })
const body = FastCheck.uint8Array({ maxLength: 300 })

describe("Verifier.hmac", () => {
  it.each([
    ["sha256", "hex", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
    ["sha1", "base64", "7/zfauXrL6LSdBbV8YTfnCWafHk="],
    ["sha1", "hex", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"],
    [
      "sha512",
      "hex",
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
    ]
  ] as const)("agrees with the published vector for %s in %s", (algorithm, encoding, signature) => {
    const verify = Verifier.hmac<Credentials>({
      secret: (credentials) => credentials.secret,
      algorithm,
      encoding,
      signature: ({ headers }) => headers["x-signature"]
    })
    const text = "what do ya want for nothing?"
    expect(verify(delivery(text, { "x-signature": signature }), { secret: "Jefe" }, NOW)).toEqual(Verifier.genuine)
    expect(verify(delivery(`${text} `, { "x-signature": signature }), { secret: "Jefe" }, NOW).genuine).toBe(false)
  })

  it.prop("takes any genuine body for genuine, byte by byte", [body, secret], ([bytes, key]) => {
    expect(timed(signed(bytes, key), { secret: key }, NOW)).toEqual(Verifier.genuine)
  })

  it.prop(
    "refuses a body of which one bit was changed",
    [
      FastCheck.uint8Array({ minLength: 1, maxLength: 300 }),
      secret,
      FastCheck.nat(),
      FastCheck.integer({ min: 0, max: 7 })
    ],
    ([bytes, key, place, bit]) => {
      const genuine = signed(bytes, key)
      const changed = Uint8Array.from(bytes)
      changed[place % bytes.length]! ^= 1 << bit
      expect(timed({ ...genuine, body: changed }, { secret: key }, NOW).genuine).toBe(false)
    }
  )

  it.prop("refuses what another secret signed", [body, secret, secret], ([bytes, key, other]) => {
    // HMAC pads short keys with zero bytes, so these are one key.
    const same = key.replace(/\0+$/, "") === other.replace(/\0+$/, "")
    expect(timed(signed(bytes, other), { secret: key }, NOW).genuine).toBe(same)
  })

  it.prop("refuses any text in place of the signature", [body, FastCheck.string()], ([bytes, text]) => {
    const forged = signed(bytes, "s3cret")
    const verdict = timed({ ...forged, headers: { ...forged.headers, "x-signature": text } }, { secret: "s3cret" }, NOW)
    expect(verdict.genuine).toBe(false)
  })

  it("refuses a genuine delivery that is played again outside the replay window, older or newer", () => {
    const at = (ageMs: number) => timed(signed(Buffer.from("{}"), "s3cret", NOW - ageMs), { secret: "s3cret" }, NOW)
    expect(at(300_000)).toEqual(Verifier.genuine)
    expect(at(-300_000)).toEqual(Verifier.genuine)
    expect(at(301_000)).toEqual(
      Verifier.refused("sent 301 s ago, outside the replay window; check this machine's clock")
    )
    expect(at(-301_000).genuine).toBe(false)
  })

  it("refuses a timestamp that was moved to now, since it is signed too", () => {
    const old = signed(Buffer.from("{}"), "s3cret", NOW - 3_600_000)
    const moved = { ...old, headers: { ...old.headers, "x-time": `${NOW / 1000}` } }
    expect(timed(moved, { secret: "s3cret" }, NOW)).toEqual(Verifier.refused("the signature does not fit the body"))
  })

  it.each([
    ["no signature", { "x-time": "1767614400" }, "the signature header is missing"],
    ["an empty signature", { "x-time": "1767614400", "x-signature": "" }, "the signature header is missing"],
    ["no timestamp", { "x-signature": "ab" }, "the timestamp header is missing or no number"],
    ["a timestamp in words", { "x-signature": "ab", "x-time": "now" }, "the timestamp header is missing or no number"]
  ])("refuses %s and says so", (_, headers, why) => {
    expect(timed(delivery("{}", headers as Record<string, string>), { secret: "s3cret" }, NOW)).toEqual(
      Verifier.refused(why)
    )
  })

  it.each([[undefined], [""]])(
    "without a secret (%j) nothing is genuine, not even what an empty key signed",
    (none) => {
      expect(timed(signed(Buffer.from("{}"), ""), { secret: none }, NOW)).toEqual(
        Verifier.refused("this connection has no signing secret; add it")
      )
    }
  )
})

describe("Verifier.anyOf", () => {
  const by = (header: string) =>
    Verifier.hmac<Credentials>({ secret: (it) => it.secret, signature: ({ headers }) => headers[header] })
  const either = Verifier.anyOf(by("x-v3"), by("x-v1"))
  const signature = createHmac("sha256", "s3cret").update("{}").digest("hex")

  it("takes what one of them takes", () => {
    for (const header of ["x-v3", "x-v1"]) {
      expect(either(delivery("{}", { [header]: signature }), { secret: "s3cret" }, NOW).genuine).toBe(true)
    }
  })

  it("refuses with the words of the first", () => {
    const verdict = either(delivery("{}", { "x-v1": "ab" }), { secret: "s3cret" }, NOW)
    expect(verdict).toEqual(Verifier.refused("the signature header is missing"))
  })
})

describe("Verifier.equal", () => {
  it.prop("is equality of texts", [FastCheck.string(), FastCheck.string()], ([a, b]) => {
    expect(Verifier.equal(a, b)).toBe(a === b)
    expect(Verifier.equal(a, a)).toBe(true)
  })
})
