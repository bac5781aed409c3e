import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Transport } from "../src/index.ts"
import { TOKEN, fast, server, connect, failure } from "./vendorServer.ts"

describe("Http, when the connection fails", () => {
  it.scoped("before the request was sent: certain; after: uncertain when it may have changed something", () =>
    Effect.gen(function* () {
      const vendor = yield* server((_, response) => response.destroy())
      const http = yield* connect(vendor.url)
      const cut = yield* failure(http.request("send", { path: "/", json: {} }))
      expect(cut.reason).toMatchObject({ _tag: "Unavailable", uncertain: true })
      const read = yield* failure(http.request("get", { path: "/" }))
      expect(read.reason).toMatchObject({ _tag: "Unavailable", uncertain: false })
      vendor.stop()
      const down = yield* failure(http.request("send", { path: "/", json: {} }))
      expect(down.reason).toMatchObject({
        _tag: "Unavailable",
        uncertain: false,
        detail: "no connection (ECONNREFUSED)"
      })
    }).pipe(Effect.provide(fast))
  )

  it.scoped("in the middle of the answer: uncertain", () =>
    Effect.gen(function* () {
      const vendor = yield* server((_, response) => {
        response.writeHead(200, { "content-length": "100" }).write("half", () => response.destroy())
      })
      const http = yield* connect(vendor.url)
      const cut = yield* failure(http.request("send", { path: "/", json: {} }))
      expect(cut.reason).toMatchObject({ _tag: "Unavailable", uncertain: true })
    }).pipe(Effect.provide(fast))
  )

  it.scopedLive("no answer within the deadline: uncertain, and the request is taken back", () =>
    Effect.gen(function* () {
      const closed = yield* Deferred.make<void>()
      const vendor = yield* server((_, response) => {
        response.on("close", () => Deferred.unsafeDone(closed, Effect.void))
      })
      const http = yield* connect(vendor.url, { timeoutMs: 50 })
      const late = yield* failure(http.request("send", { path: "/", json: {} }))
      expect(late.reason).toMatchObject({ _tag: "Unavailable", uncertain: true })
      yield* Deferred.await(closed)
    }).pipe(Effect.provide(fast))
  )

  it.scoped("credentials with a line break are a mistake in the configuration, not shown in the message", () =>
    Effect.gen(function* () {
      const http = yield* connect("http://127.0.0.1:9", {
        authorize: Effect.succeed({ authorization: Redacted.make(`Bearer ${TOKEN}\n`) })
      })
      const { reason, message } = yield* failure(http.request("me", { path: "/" }))
      expect(reason).toMatchObject({ _tag: "Misconfigured", remedy: expect.stringContaining("without line breaks") })
      expect(message).not.toContain(TOKEN)
    }).pipe(Effect.provide(fast))
  )
})

describe("Http over a client library", () => {
  const carried = (incoming: Partial<Transport.Incoming>, chunks: ReadonlyArray<string> = ['{"ok":1}']) => {
    const seen: Array<Transport.Outgoing> = []
    const transport: Transport.Transport = async (request) => {
      seen.push(request)
      const body = (async function* () {
        for (const chunk of chunks) yield Buffer.from(chunk)
      })()
      return { status: 200, headers: {}, body, ...incoming }
    }
    return { seen, transport }
  }

  it.scoped("sends what it would send itself, and judges and limits what comes back", () =>
    Effect.gen(function* () {
      const { seen, transport } = carried({})
      const http = yield* connect("https://api.example.com", { transport })
      const answer = yield* http.request("make", { path: "/notes", json: { a: 1 } })
      expect(yield* answer.json()).toEqual({ ok: 1 })
      expect(seen).toMatchObject([{ method: "POST", body: '{"a":1}', headers: { authorization: `Bearer ${TOKEN}` } }])
      expect(String(seen[0]?.url)).toBe("https://api.example.com/notes")
      const refusing = yield* connect("https://api.example.com", { transport: carried({ status: 404 }).transport })
      expect((yield* failure(refusing.request("get", { path: "/" }))).reason._tag).toBe("Gone")
      const long = carried({}, ["12345678", "12345678"])
      const short = yield* connect("https://api.example.com", { transport: long.transport, bodyMax: 10 })
      expect((yield* failure(short.request("get", { path: "/" }))).message).toContain("longer than 10 bytes")
    }).pipe(Effect.provide(fast))
  )

  it.scoped("takes no answer from elsewhere, where the library followed a redirect by itself", () =>
    Effect.gen(function* () {
      const { transport } = carried({ url: "https://evil.example/notes" })
      const http = yield* connect("https://api.example.com", { transport })
      expect((yield* failure(http.request("get", { path: "/" }))).reason).toMatchObject({ code: "redirect" })
    }).pipe(Effect.provide(fast))
  )
})
