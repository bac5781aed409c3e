/** The README's example is the file beside this test, and it works. */
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import { Assemble, Key, Part } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Connector, Gate } from "../src/index.ts"
import { Acme, calls } from "./readme/Acme.ts"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

const START = 1_767_614_400_000
const answers: Readonly<Record<string, unknown>> = {
  "/v1/me": { name: "Ada" },
  [`/v1/calls?from=${START}&to=${START + 1}`]: {
    calls: [{ id: "17", from: "(202) 555-0100", startedAt: START, endedAt: START + 60_000, price: "0.02" }, { id: "" }],
    next: "2"
  },
  [`/v1/calls?from=${START}&to=${START + 1}&after=2`]: { calls: [], next: null }
}

/** Acme, in little. */
const vendor = Effect.acquireRelease(
  Effect.async<{ readonly url: string; readonly stop: () => void }>((resume) => {
    const host = createServer((request, response) => {
      const known = request.headers.authorization === "Bearer acme_t0ken"
      const answer = known ? answers[request.url ?? ""] : { code: "unauthorized" }
      response.writeHead(known ? (answer === undefined ? 404 : 200) : 401, { "content-type": "application/json" })
      response.end(JSON.stringify(answer ?? {}))
    })
    host.listen(0, "127.0.0.1", () => {
      const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
      resume(Effect.succeed({ url, stop: () => (host.closeAllConnections(), host.close()) }))
    })
  }),
  ({ stop }) => Effect.sync(stop)
)

const accountOf = (url: string, token = "acme_t0ken") =>
  Either.getOrThrow(
    Connector.decodeAccount(Acme, { connection: "phone-eu", credentials: { token }, settings: { url } })
  )
const apiOf = (url: string, token?: string) => Layer.provide(Acme.api(accountOf(url, token)), Gate.layerOpen("acme"))

describe("the README's connector", () => {
  it("is in the README word for word", () => {
    expect(read("../README.md")).toContain(`\`\`\`ts\n${read("readme/Acme.ts")}\`\`\``)
  })

  it.scoped("reads a page, and its items become interactions", () =>
    Effect.gen(function* () {
      const { url } = yield* vendor
      const request = { partition: "all", from: START, to: START + 1 }
      const [first, second] = yield* Effect.all([
        calls.page({ ...request, token: undefined }),
        calls.page({ ...request, token: "2" })
      ]).pipe(Effect.provide(apiOf(url)))
      expect(second).toEqual({ items: [] })
      expect(first.next).toBe("2")
      const decode = Schema.decodeUnknownEither(calls.item)
      const [good, bad] = first.items.map((item) => decode(item))
      expect(bad && Either.isLeft(bad)).toBe(true)
      if (good === undefined || Either.isLeft(good)) throw new Error("a good call was refused")
      const origin = { connection: "phone-eu", partition: "all", acceptedAt: START, settings: accountOf(url).settings }
      const parts = calls.normalize(good.right, origin).flatMap((it) => (Part.isRefetch(it) ? [] : [it]))
      const assembled = Assemble.interaction({
        key: Key.interaction("phone-eu", { kind: "call", id: "17" }),
        connection: "phone-eu",
        parts
      })
      expect(assembled).toMatchObject({
        _tag: "Whole",
        record: {
          kind: "voice",
          startedAt: START,
          endedAt: START + 60_000,
          participants: [{ role: "customer", handle: { kind: "phone", value: "+12025550100" } }]
        }
      })
    })
  )

  it.scoped("checks its token", () =>
    Effect.gen(function* () {
      const { url } = yield* vendor
      expect(yield* Effect.provide(Acme.check, apiOf(url))).toEqual([{ ok: true, what: "Acme takes the token" }])
      const error = yield* Effect.flip(Effect.provide(Acme.check, apiOf(url, "acme_wr0ng")))
      expect(error.message).toBe(
        "acme me: Unauthorized - HTTP 401, unauthorized; renew the credentials of this connection"
      )
    })
  )

  it("says what is wrong with the configuration", () => {
    const decoded = Connector.decodeAccount(Acme, { connection: "phone-eu", credentials: { token: "x" }, settings: {} })
    expect(Either.flip(decoded).pipe(Either.getOrThrow)).toEqual([
      {
        path: "credentials.token",
        what: "expected a text that begins with acme_",
        remedy: "copy it from your profile page in Acme, under API"
      }
    ])
  })
})
