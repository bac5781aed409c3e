import { gzipSync } from "node:zlib"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Http, VendorError } from "../src/index.ts"
import { TOKEN, fast, server, json, connect, failure } from "./vendorServer.ts"

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
})
