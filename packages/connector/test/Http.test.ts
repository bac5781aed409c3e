import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { gzipSync } from "node:zlib"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Gate, Http, Kept, type Transport, VendorError } from "../src/index.ts"

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage["headers"]
  readonly body: string
}
type Handle = (seen: Seen, response: ServerResponse) => void

const TOKEN = "tok_0123456789abcdef"
const fast = Gate.layerOpen("acme")

/** A server that remembers what it was asked. */
const server = (handle: Handle) =>
  Effect.acquireRelease(
    Effect.async<{ readonly url: string; readonly seen: Array<Seen>; readonly stop: () => void }>((resume) => {
      const seen: Array<Seen> = []
      const host = createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("end", () => {
          const one = {
            method: request.method ?? "",
            url: request.url ?? "",
            headers: request.headers,
            body: Buffer.concat(chunks).toString("utf8")
          }
          seen.push(one)
          handle(one, response)
        })
      })
      const stop = () => {
        host.closeAllConnections()
        host.close()
      }
      host.listen(0, "127.0.0.1", () => {
        resume(Effect.succeed({ url: `http://127.0.0.1:${(host.address() as AddressInfo).port}`, seen, stop }))
      })
    }),
    ({ stop }) => Effect.sync(stop)
  )

const json =
  (data: unknown, status = 200, headers: Record<string, string> = {}): Handle =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(data))
  }

const connect = (baseUrl: string, more: Partial<Http.Options> = {}) =>
  Http.make({
    vendor: "acme",
    hosts: ["api.example.com"],
    baseUrl,
    authorize: Effect.succeed({ authorization: Redacted.make(`Bearer ${TOKEN}`) }),
    ...more
  })

const failure = (effect: Effect.Effect<unknown, VendorError.VendorError>) =>
  Effect.map(Effect.flip(effect), (error) => ({ error, reason: error.reason, message: error.message }))

describe("Http", () => {
  it.scoped("sends method, path, query, headers and JSON, and reads the answer", () =>
    Effect.gen(function* () {
      const vendor = yield* server(json({ ok: 1 }, 200, { "x-left": "7" }))
      const http = yield* connect(`${vendor.url}/v3/`)
      const id = "a/b c"
      const answer = yield* http.request("contacts.create", {
        path: Http.path`/contacts/${id}/notes`,
        query: { limit: 5, after: undefined, tag: ["x", "y"], deep: true },
        headers: { "x-trace": "1" },
        json: { name: "Ada" }
      })
      expect(yield* answer.json()).toEqual({ ok: 1 })
      expect(answer.headers["x-left"]).toBe("7")
      expect(vendor.seen).toMatchObject([
        {
          method: "POST",
          url: "/v3/contacts/a%2Fb%20c/notes?limit=5&tag=x&tag=y&deep=true",
          headers: { "x-trace": "1", authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
          body: '{"name":"Ada"}'
        }
      ])
    }).pipe(Effect.provide(fast))
  )

  it.scoped("proves who we are with a token or with a name and a password", () =>
    Effect.gen(function* () {
      const vendor = yield* server(json({}))
      for (const authorize of [
        Http.bearer(Redacted.make("t0ken")),
        Http.basic("Aladdin", Redacted.make("open sesame"))
      ]) {
        const http = yield* connect(vendor.url, { authorize })
        yield* http.request("me", { path: "/" })
      }
      expect(vendor.seen.map(({ headers }) => headers.authorization)).toEqual([
        "Bearer t0ken",
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
      ])
    }).pipe(Effect.provide(fast))
  )

  it.scoped("sends forms and bytes", () =>
    Effect.gen(function* () {
      const vendor = yield* server(json({}))
      const http = yield* connect(vendor.url)
      yield* http.request("send", { path: "/a", form: { To: "+12025550100", Body: "a&b" } })
      yield* http.request("send", { path: "/a", method: "PUT", body: "raw" })
      expect(vendor.seen.map(({ method, body }) => [method, body])).toEqual([
        ["POST", "To=%2B12025550100&Body=a%26b"],
        ["PUT", "raw"]
      ])
    }).pipe(Effect.provide(fast))
  )

  it.scoped("follows a next-page URL on the vendor's hosts, and sends nothing anywhere else", () =>
    Effect.gen(function* () {
      const vendor = yield* server(json({}))
      const http = yield* connect(vendor.url)
      yield* http.request("list", { url: `${vendor.url}/page?cursor=1`, query: { limit: 2 } })
      expect(vendor.seen.map(({ url }) => url)).toEqual(["/page?cursor=1&limit=2"])
      const { reason, message } = yield* failure(http.request("list", { url: "https://evil.example/?token=zzz" }))
      expect(reason).toMatchObject({ _tag: "Rejected", code: "host" })
      expect(message).toBe(
        "acme list: Rejected - host: not called: evil.example is none of api.example.com; " +
          "if the host is the vendor's, add it to the connector's hosts"
      )
    }).pipe(Effect.provide(fast))
  )

  it.scoped("an id cannot climb out of its path", () =>
    Effect.gen(function* () {
      const http = yield* connect("http://127.0.0.1:9")
      for (const path of ["/a/../b", "/a/%2e%2E/b", "/a/.", "/a\\..\\b", Http.path`/contacts/${".."}`]) {
        const { reason } = yield* failure(http.request("get", { path }))
        expect(reason).toMatchObject({ _tag: "Malformed" })
      }
    }).pipe(Effect.provide(fast))
  )

  it.scoped("follows a redirect on the same origin when reading", () =>
    Effect.gen(function* () {
      const vendor = yield* server(({ url }, response) =>
        url === "/old" ? response.writeHead(302, { location: "/new" }).end() : response.writeHead(200).end("1")
      )
      const http = yield* connect(vendor.url)
      const answer = yield* http.request("get", { path: "/old" })
      expect(answer.text()).toBe("1")
      expect((yield* failure(http.request("post", { path: "/old", json: {} }))).reason).toMatchObject({
        _tag: "Rejected",
        code: "redirect"
      })
    }).pipe(Effect.provide(fast))
  )

  it.scoped("never follows a redirect to another origin, even an allowed one, and stops circling", () =>
    Effect.gen(function* () {
      const other = yield* server(json({}))
      const vendor = yield* server(({ url }, response) =>
        response.writeHead(302, { location: url === "/circle" ? "/circle" : `${other.url}/x?secret=1` }).end()
      )
      const http = yield* connect(vendor.url)
      const away = yield* failure(http.request("get", { path: "/away" }))
      expect(away.reason).toMatchObject({ _tag: "Rejected", code: "redirect" })
      expect(away.message).not.toContain("secret")
      expect(other.seen).toEqual([])
      const circle = yield* failure(http.request("get", { path: "/circle" }))
      expect(circle.reason).toMatchObject({ _tag: "Rejected", code: "redirect" })
      expect(vendor.seen.filter(({ url }) => url === "/circle")).toHaveLength(Http.REDIRECTS_MAX + 1)
    }).pipe(Effect.provide(fast))
  )

  it.scoped("an answer over the limit is malformed, packed or not; the next call is not harmed", () =>
    Effect.gen(function* () {
      const vendor = yield* server(({ url }, response) => {
        if (url === "/small") response.end("{}")
        else if (url === "/packed")
          response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x".repeat(5000)))
        else response.end("x".repeat(5000))
      })
      const http = yield* connect(vendor.url, { bodyMax: 1000 })
      for (const path of ["/long", "/packed"]) {
        const { reason } = yield* failure(http.request("get", { path }))
        expect(reason).toMatchObject({ _tag: "Malformed", detail: expect.stringContaining("longer than 1000 bytes") })
      }
      expect(yield* (yield* http.request("get", { path: "/small" })).json()).toEqual({})
    }).pipe(Effect.provide(fast))
  )

  it.scoped("unpacks gzip", () =>
    Effect.gen(function* () {
      const vendor = yield* server((_, response) =>
        response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync('{"a":1}'))
      )
      const http = yield* connect(vendor.url)
      const answer = yield* http.request("get", { path: "/" })
      expect(vendor.seen[0]?.headers["accept-encoding"]).toBe("gzip")
      expect(yield* answer.json()).toEqual({ a: 1 })
    }).pipe(Effect.provide(fast))
  )

  it.scoped("an answer that is not JSON, or does not fit the schema, is malformed and says where", () =>
    Effect.gen(function* () {
      const vendor = yield* server(({ url }, response) =>
        response
          .writeHead(200, { "content-type": url === "/html" ? "text/html" : "application/json" })
          .end(url === "/html" ? "<html>" : '{"results":[{"id":"1"},{"id":17}]}')
      )
      const http = yield* connect(vendor.url)
      const Page = Schema.Struct({ results: Schema.Array(Schema.Struct({ id: Schema.String })) })
      expect((yield* failure(http.decoded(Page, "list", { path: "/html" }))).reason).toMatchObject({
        _tag: "Malformed",
        detail: "the answer is text/html, not JSON"
      })
      expect((yield* failure(http.decoded(Page, "list", { path: "/" }))).reason).toMatchObject({
        _tag: "Malformed",
        detail: "the answer does not fit at results.1.id"
      })
      expect(yield* http.decoded(Schema.Struct({ results: Schema.Unknown }), "list", { path: "/" })).toBeDefined()
    }).pipe(Effect.provide(fast))
  )

  it.scoped("a vendor that quotes our credentials does not get them into a message", () =>
    Effect.gen(function* () {
      const vendor = yield* server(json({ code: "bad", message: `token ${TOKEN} is wrong` }, 401))
      const http = yield* connect(vendor.url)
      const { message, error } = yield* failure(http.request("me", { path: "/" }))
      expect(message).toContain("<redacted>")
      expect(JSON.stringify(error) + message).not.toContain(TOKEN)
    }).pipe(Effect.provide(fast))
  )

  it.scoped("the vendor's own rules come first, also for a 200", () =>
    Effect.gen(function* () {
      const vendor = yield* server(json({ ok: false, error: "invalid_cursor" }))
      const http = yield* connect(vendor.url, {
        statusToReason: ({ text }) =>
          text.includes("invalid_cursor") ? new VendorError.CursorExpired({ detail: "invalid_cursor" }) : undefined
      })
      expect((yield* failure(http.request("list", { path: "/" }))).reason).toMatchObject({ _tag: "CursorExpired" })
    }).pipe(Effect.provide(fast))
  )
})

it.scoped("a secret in a form is sent, and is in no message", () =>
  Effect.gen(function* () {
    const vendor = yield* server(({ body }, response) => {
      response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ message: `bad: ${body}` }))
    })
    const http = yield* connect(vendor.url)
    const form = { id: "app", secret: Redacted.make("very-secret-word") }
    const { message } = yield* failure(http.request("token", { path: "/", form }))
    expect(vendor.seen[0]?.body).toBe("id=app&secret=very-secret-word")
    expect(message).toContain("bad: id=app&secret=<redacted>")
  }).pipe(Effect.provide(fast))
)

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

describe("Http at the Gate", () => {
  /** One call at a time; remembers names, keys and usage. */
  const narrow = (calls: Array<unknown>) =>
    Layer.effect(
      Gate.Gate,
      Effect.map(Effect.makeSemaphore(1), (turns) => ({
        call: (operation, effect, options) =>
          turns.withPermits(1)(
            Effect.tap(effect, (answer) =>
              Effect.sync(() => calls.push([operation, options?.key, options?.usage?.(answer)]))
            )
          )
      }))
    )

  it.scoped("a request of `authorize` is part of the turn it serves, so a narrow Gate cannot lock up", () => {
    const calls: Array<unknown> = []
    return Effect.gen(function* () {
      const vendor = yield* server(({ url }, response) =>
        url === "/token" ? response.end('{"token":"fresh-token"}') : response.writeHead(200, { left: "9" }).end("{}")
      )
      const Token = Schema.Struct({ token: Schema.String })
      const tokens = yield* connect(vendor.url, { authorize: Effect.succeed({}) })
      const http = yield* connect(vendor.url, {
        authorize: Effect.map(tokens.decoded(Token, "token", { path: "/token", form: {} }), ({ token }) => ({
          authorization: Redacted.make(`Bearer ${token}`)
        })),
        usage: (headers) => [{ bucket: "daily", remaining: Number(headers["left"]) }]
      })
      const turn = yield* Effect.fork(http.request("get", { path: "/x", key: "C1" }))
      yield* Fiber.join(turn)
      expect(vendor.seen[1]?.headers.authorization).toBe("Bearer fresh-token")
      expect(calls).toEqual([["get", "C1", [{ bucket: "daily", remaining: 9 }]]])
    }).pipe(Effect.provide(narrow(calls)))
  })

  it.scoped(
    "a kept token is fetched in a turn of its own, used again, and forgotten when the vendor does not take it",
    () => {
      const calls: Array<unknown> = []
      return Effect.gen(function* () {
        let drawn = 0
        const vendor = yield* server(({ url, headers }, response) =>
          url === "/token"
            ? response.end(JSON.stringify({ token: `token-number-${++drawn}` }))
            : response.writeHead(headers.authorization === "Bearer token-number-1" && drawn === 1 ? 200 : 401).end("{}")
        )
        const Token = Schema.Struct({ token: Schema.Redacted(Schema.String) })
        const tokens = yield* connect(vendor.url, { authorize: Effect.succeed({}) })
        const kept = yield* Kept.make(tokens.decoded(Token, "token", { path: "/token", form: {} }))
        const authorize = Effect.flatMap(kept.get, ({ token }) => Http.bearer(token))
        const http = yield* connect(vendor.url, { authorize, kept })
        yield* http.request("get", { path: "/x" })
        yield* http.request("get", { path: "/x" })
        drawn = 5
        yield* failure(http.request("get", { path: "/x" }))
        yield* failure(http.request("get", { path: "/x" }))
        expect(vendor.seen.map(({ url }) => url)).toEqual(["/token", "/x", "/x", "/x", "/token", "/x"])
        expect(vendor.seen.at(-1)?.headers.authorization).toBe("Bearer token-number-6")
        expect(calls.map((one) => (one as ReadonlyArray<unknown>)[0])).toEqual(["token", "get", "get", "token"])
      }).pipe(Effect.provide(narrow(calls)))
    }
  )

  it.scoped("a URL that may not be called does not wait for a turn", () => {
    const calls: Array<unknown> = []
    return Effect.gen(function* () {
      const http = yield* connect("http://127.0.0.1:9")
      yield* Effect.flip(http.request("get", { url: "https://evil.example/" }))
      expect(calls).toEqual([])
    }).pipe(Effect.provide(narrow(calls)))
  })
})

describe("Http.fetchThrough", () => {
  const fetchOf = (baseUrl: string, bodyMax = 1000) =>
    Http.fetchThrough({ vendor: "acme", hosts: ["api.example.com"], baseUrl, bodyMax })

  it.scoped("is a fetch for the vendor's hosts only", () =>
    Effect.gen(function* () {
      const vendor = yield* server(json({ ok: true }))
      const fetch = yield* fetchOf(vendor.url)
      const answer = yield* Effect.promise(() =>
        fetch(`${vendor.url}/api/x`, { method: "POST", headers: { a: "b" }, body: "k=v", redirect: "error" })
      )
      expect(answer.ok).toBe(true)
      expect(yield* Effect.promise(() => answer.json())).toEqual({ ok: true })
      expect(vendor.seen).toMatchObject([{ method: "POST", url: "/api/x", headers: { a: "b" }, body: "k=v" }])
      yield* Effect.promise(() => expect(fetch("https://evil.example/")).rejects.toThrow("evil.example is none of"))
      yield* Effect.promise(() => expect(fetch("http://localhost.evil.example/")).rejects.toThrow("not encrypted"))
    })
  )

  it.scoped("sends the platform's FormData", () =>
    Effect.gen(function* () {
      const vendor = yield* server(json({}))
      const fetch = yield* fetchOf(vendor.url)
      const form = new FormData()
      form.append("channel", "C1")
      form.append("file", new Blob(["hello"]), "hello.txt")
      yield* Effect.promise(() => fetch(vendor.url, { method: "POST", body: form }))
      expect(vendor.seen[0]?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/)
      expect(vendor.seen[0]?.body).toMatch(/name="channel"\s+C1/)
      expect(vendor.seen[0]?.body).toMatch(/filename="hello.txt"[^]*hello/)
    })
  )

  it.scoped("stops reading at the limit, and follows redirects at home only", () =>
    Effect.gen(function* () {
      const other = yield* server(json({}))
      const vendor = yield* server(({ url }, response) => {
        if (url === "/long") response.end("x".repeat(5000))
        else if (url === "/home") response.writeHead(302, { location: "/end" }).end()
        else if (url === "/away") response.writeHead(302, { location: other.url }).end()
        else response.end("end")
      })
      const fetch = yield* fetchOf(vendor.url)
      const text = (path: string, init?: RequestInit) => fetch(vendor.url + path, init).then((answer) => answer.text())
      yield* Effect.promise(() => expect(text("/long")).rejects.toThrow("longer than 1000 bytes"))
      yield* Effect.promise(() => expect(text("/home")).resolves.toBe("end"))
      yield* Effect.promise(() => expect(text("/home", { redirect: "error" })).rejects.toThrow("not followed"))
      yield* Effect.promise(() => expect(text("/home", { method: "POST" })).rejects.toThrow("not followed"))
      yield* Effect.promise(() => expect(text("/away")).rejects.toThrow("not followed"))
      expect(other.seen).toEqual([])
    })
  )

  it.scoped("tells a request that was never sent from one that may have been done", () =>
    Effect.gen(function* () {
      const vendor = yield* server((_, response) => response.destroy())
      const fetch = yield* fetchOf(vendor.url)
      const error = () =>
        Effect.promise(() =>
          fetch(vendor.url, { method: "POST", body: "x" }).then(
            () => undefined,
            (it: unknown) => it
          )
        )
      expect(Http.wasSent(yield* error())).toBe(true)
      vendor.stop()
      const refused = yield* error()
      expect(Http.wasSent(refused)).toBe(false)
      expect(Http.wasSent(Object.assign(new Error("wrapped by an SDK"), { original: refused }))).toBe(false)
      expect(Http.wasSent(new Error("unknown"))).toBe(true)
    })
  )
})
