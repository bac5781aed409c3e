import { mkdtempSync, rmSync } from "node:fs"
import * as Net from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Inbox, Store, StoreError } from "@interchannel/store"
import { masterKey } from "@interchannel/store/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import * as Intake from "../src/Intake.ts"
import { bodyText, connected, layer, type Memory, memory, push, send, sign } from "./fixtures.ts"

const start = (store: Memory, options: Partial<Intake.Options> = {}) =>
  Intake.serve({ host: "127.0.0.1", port: 0, publicUrl: () => undefined, connected, ...options }).pipe(
    Effect.provide(layer(store))
  )

const storeError = (reason: StoreError["reason"]) =>
  new StoreError({ operation: "Inbox.accept", reason, detail: "told to fail" })

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "interchannel-intake-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const path = "/webhooks/pager-eu/events"

describe("a genuine delivery", () => {
  it.scopedLive("is stored byte for byte before it is answered", () =>
    Effect.gen(function* () {
      const store = memory()
      const { url } = yield* start(store)
      const body = '{ "id":  "ø1" }'
      const response = yield* Effect.promise(() => push(url, body))
      expect(response.status).toBe(200)
      const [stored] = [...store.rows.values()]
      expect(bodyText(stored)).toBe(body)
      expect(stored).toMatchObject({
        connection: "pager-eu",
        source: "webhook:events",
        contentType: "application/json"
      })
    })
  )

  it.scopedLive("is answered 200 again when the vendor repeats it, and stored once", () =>
    Effect.gen(function* () {
      const store = memory()
      const { url } = yield* start(store)
      const first = yield* Effect.promise(() => push(url, '{"id":"1"}'))
      const second = yield* Effect.promise(() => push(url, '{"id":"1"}'))
      expect([first.status, second.status, store.rows.size]).toEqual([200, 200, 1])
    })
  )

  it.scopedLive("is judged by the public address, with its query", () =>
    Effect.gen(function* () {
      const store = memory()
      const publicUrl = "https://hooks.example.com/in"
      const { url } = yield* start(store, { publicUrl: () => publicUrl })
      const signature = sign("POST", `${publicUrl}${path}?a=1&b=%20`, "{}")
      const send2 = (query: string) =>
        send(`${url}${path}${query}`, { body: "{}", headers: { "x-signature": signature } })
      expect((yield* Effect.promise(() => send2("?a=1&b=%20"))).status).toBe(200)
      expect((yield* Effect.promise(() => send2("?a=2"))).status).toBe(401)
    })
  )

  it.scoped("carries the time of the Effect Clock", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 31))
      const store = memory()
      const { url } = yield* start(store)
      yield* Effect.promise(() => push(url, '{"id":"1"}'))
      expect([...store.rows.values()][0]?.receivedAt).toBe(Date.UTC(2026, 0, 31))
    })
  )

  it.scopedLive("shares its write with those that come at the same time", () =>
    Effect.gen(function* () {
      const store = memory()
      store.writeMs = 20
      const { url } = yield* start(store)
      const bodies = Array.from({ length: 300 }, (_, index) => `{"id":"${index}"}`)
      const responses = yield* Effect.promise(() => Promise.all(bodies.map((body) => push(url, body))))
      expect(responses.every(({ status }) => status === 200)).toBe(true)
      expect(store.rows.size).toBe(300)
      expect(store.writes.length).toBeLessThan(100)
      expect(Math.max(...store.writes)).toBeLessThanOrEqual(256)
    })
  )
})

describe("what is refused", () => {
  const cases: ReadonlyArray<readonly [string, Parameters<typeof send>[1] & { at?: string }, number]> = [
    ["a tampered body", { body: '{"id":"2"}', headers: { "x-signature": sign("POST", path, '{"id":"1"}') } }, 401],
    ["no signature", { body: "{}" }, 401],
    ["an unknown connection", { body: "{}", at: "/webhooks/nobody/events" }, 404],
    ["an unknown webhook", { body: "{}", at: "/webhooks/pager-eu/other" }, 404],
    ["a path below no webhook", { body: "{}", at: "/webhooks/../secret" }, 404],
    ["another path", { body: "{}", at: "/" }, 404],
    ["another method", { method: "PUT", body: "{}" }, 405],
    ["a stated length over the limit", { body: "x".repeat(2000) }, 413],
    ["a counted length over the limit", { body: [Buffer.alloc(800), Buffer.alloc(800)] }, 413]
  ]
  for (const [what, request, status] of cases)
    it.scopedLive(`${what}, with nothing stored`, () =>
      Effect.gen(function* () {
        const store = memory()
        const { url } = yield* start(store, { bodyBytesMax: 1000 })
        const response = yield* Effect.promise(() => send(url + (request?.at ?? path), request))
        expect(response.status).toBe(status)
        expect(store.rows.size).toBe(0)
      })
    )

  it.scopedLive("headers that are too large", () =>
    Effect.gen(function* () {
      const { url } = yield* start(memory())
      const response = yield* Effect.promise(() => send(url + path, { headers: { "x-long": "x".repeat(20_000) } }))
      expect(response.status).toBe(431)
    })
  )

  it.scopedLive("a request that is no HTTP", () =>
    Effect.gen(function* () {
      const { port } = yield* start(memory())
      const text = yield* Effect.async<string>((resume) => {
        const socket = Net.connect(port, "127.0.0.1", () => socket.write("\0\0\0\r\n\r\n"))
        let heard = ""
        socket.on("data", (chunk) => {
          heard += chunk.toString()
        })
        socket.on("close", () => resume(Effect.succeed(heard)))
      })
      expect(text).toMatch(/^HTTP\/1\.1 400 /)
    })
  )
})

describe("a handshake", () => {
  it.scopedLive("is answered at once and not stored, by POST and by GET", () =>
    Effect.gen(function* () {
      const store = memory()
      const { url } = yield* start(store)
      const posted = yield* Effect.promise(() => push(url, '{"challenge":"c-1"}'))
      const got = yield* Effect.promise(() =>
        send(url + path, { method: "GET", headers: { "x-signature": sign("GET", url + path, "") } })
      )
      expect([posted.status, posted.body, got.status, got.body]).toEqual([200, "c-1", 200, "hello"])
      expect(store.rows.size).toBe(0)
    })
  )

  it.scopedLive("that the connector stumbles over is stored like a delivery, and the next one is taken", () =>
    Effect.gen(function* () {
      const store = memory()
      const { url } = yield* start(store)
      expect((yield* Effect.promise(() => push(url, '{"explode":true}'))).status).toBe(200)
      expect((yield* Effect.promise(() => push(url, '{"id":"1"}'))).status).toBe(200)
      expect(store.rows.size).toBe(2)
    })
  )
})

describe("when the store cannot take it", () => {
  for (const [reason, seconds] of [
    ["unavailable", "5"],
    ["full", "60"]
  ] as const)
    it.scopedLive(`${reason}: 503, when to try again, and nothing stored`, () =>
      Effect.gen(function* () {
        const store = memory()
        const { url } = yield* start(store)
        store.fail = () => storeError(reason)
        const refused = yield* Effect.promise(() => push(url, '{"id":"1"}'))
        expect([refused.status, refused.headers["retry-after"], store.rows.size]).toEqual([503, seconds, 0])
        const health = Effect.promise(() => send(`${url}/health`, { method: "GET" }))
        const ill = yield* health
        expect([ill.status, JSON.parse(ill.body)]).toEqual([503, { status: reason, waiting: 0 }])
        store.fail = () => undefined
        expect((yield* Effect.promise(() => push(url, '{"id":"1"}'))).status).toBe(200)
        expect((yield* health).status).toBe(200)
      })
    )

  it.scopedLive("a disk that is read-only is said to be full: nothing is stored, and what was there can be read", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const options = { file: join(folder, "store.db"), masterKey }
      const pending = Effect.flatMap(Inbox.Inbox, (inbox) => inbox.pending(9))
      const serving = (id: string) =>
        Effect.scoped(
          Effect.gen(function* () {
            const { url } = yield* Intake.serve({ host: "127.0.0.1", port: 0, publicUrl: () => undefined, connected })
            return yield* Effect.promise(() => push(url, `{"id":"${id}"}`))
          })
        )
      const taken = yield* Effect.provide(serving("1"), Store.layerSqlite(options))
      const refused = yield* Effect.provide(serving("2"), Store.layerSqliteReadOnly(options))
      expect([taken.status, refused.status, refused.headers["retry-after"]]).toEqual([200, 503, "60"])
      expect(yield* Effect.provide(pending, Store.layerSqlite(options))).toHaveLength(1)
      const again = yield* Effect.provide(serving("2"), Store.layerSqlite(options))
      expect(again.status).toBe(200)
      expect(yield* Effect.provide(pending, Store.layerSqlite(options))).toHaveLength(2)
    }).pipe(Effect.provide(Logger.minimumLogLevel(LogLevel.None)))
  )

  it.scopedLive("one delivery that cannot be written does not spoil those beside it", () =>
    Effect.gen(function* () {
      const store = memory()
      store.writeMs = 10
      store.fail = (batch) => (batch.some((row) => bodyText(row) === '{"id":"bad"}') ? storeError("broken") : undefined)
      const { url } = yield* start(store)
      const bodies = ["1", "bad", "2", "3"].map((id) => `{"id":"${id}"}`)
      const responses = yield* Effect.promise(() => Promise.all(bodies.map((body) => push(url, body))))
      expect(responses.map(({ status }) => status)).toEqual([200, 503, 200, 200])
      expect(store.rows.size).toBe(3)
    })
  )

  it.scopedLive("a full queue turns deliveries away at once", () =>
    Effect.gen(function* () {
      const store = memory()
      store.writeMs = 300
      const { url } = yield* start(store, { waitingMax: 2, batchMax: 1 })
      const bodies = Array.from({ length: 12 }, (_, index) => `{"id":"${index}"}`)
      const responses = yield* Effect.promise(() => Promise.all(bodies.map((body) => push(url, body))))
      const turned = responses.filter(({ status }) => status === 503)
      expect(turned.length).toBeGreaterThan(0)
      expect(turned[0]?.headers["retry-after"]).toBe("1")
      expect(store.rows.size).toBe(responses.length - turned.length)
    })
  )
})

describe("the shutdown", () => {
  it.live("finishes what is under way and frees the port", () =>
    Effect.gen(function* () {
      const store = memory()
      store.writeMs = 200
      const scope = yield* Scope.make()
      const { url } = yield* Effect.provideService(start(store), Scope.Scope, scope)
      const answered = yield* Deferred.make<number>()
      yield* Effect.promise(() => push(url, '{"id":"1"}')).pipe(
        Effect.flatMap(({ status }) => Deferred.succeed(answered, status)),
        Effect.fork
      )
      yield* Effect.sleep("80 millis")
      yield* Scope.close(scope, Exit.void)
      expect(yield* Deferred.await(answered)).toBe(200)
      expect(store.rows.size).toBe(1)
      const later = yield* Effect.either(Effect.tryPromise(() => push(url, '{"id":"2"}')))
      expect(later._tag).toBe("Left")
    })
  )
})

describe("the address", () => {
  it.scopedLive("in use is a sentence with the remedy", () =>
    Effect.gen(function* () {
      const { port } = yield* start(memory())
      const error = yield* Effect.flip(start(memory(), { port }))
      expect(error.message).toBe(
        `cannot listen on 127.0.0.1 port ${port}: another program uses it; set \`intake.port\` to a free one, or stop the other program`
      )
    })
  )

  it.scopedLive("tells its health", () =>
    Effect.gen(function* () {
      const { url } = yield* start(memory())
      const response = yield* Effect.promise(() => send(`${url}/health`, { method: "GET" }))
      expect([response.status, JSON.parse(response.body)]).toEqual([200, { status: "ok", waiting: 0 }])
    })
  )
})
