import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Gate, Http, Kept } from "../src/index.ts"
import { server, connect, failure } from "./vendorServer.ts"

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
