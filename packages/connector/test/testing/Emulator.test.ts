import { Emulator, EmulatorClock, Faults } from "@interchannel/connector/testing"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"

const notes = Effect.gen(function* () {
  const kept: Array<string> = []
  const emulator = yield* Emulator.start({
    name: "notes",
    clock: EmulatorClock.manual(1_000),
    routes: [
      {
        method: "POST",
        path: "/notes/:list",
        operation: (call) => `notes.${call.params["list"]}.add`,
        handle: (call) => {
          kept.push(`${call.params["list"]} ${(call.json() as { text: string }).text}`)
          return { status: 201, body: { count: kept.length, at: call.at } }
        }
      },
      {
        method: "GET",
        path: "/notes",
        operation: "notes.list",
        handle: (call) => ({
          status: 200,
          body: { kept, q: call.query.get("q"), fault: call.fault?._tag ?? null, who: call.headers["x-who"] ?? null }
        })
      },
      {
        method: "*",
        path: "/files/*",
        operation: "files",
        handle: (call) => ({ status: 200, body: call.params["rest"] })
      }
    ],
    refuse: (call) => (call.query.get("token") === "bad" ? { status: 403, body: { error: "no" } } : undefined)
  })
  const send = (path: string, init?: RequestInit) => Effect.tryPromise(() => fetch(`${emulator.url}${path}`, init))
  const json = (path: string, init?: RequestInit) =>
    Effect.flatMap(send(path, init), (response) => Effect.tryPromise(() => response.json() as Promise<unknown>))
  const add = (text: string) => send("/notes/home%20base", { method: "POST", body: JSON.stringify({ text }) })
  return { emulator, kept, send, json, add }
})

describe("an emulator", () => {
  it.scoped("answers by route with path pieces, query, headers and its own time", () =>
    Effect.gen(function* () {
      const { emulator, json, send } = yield* notes
      emulator.clock.advance(500)
      const added = yield* json("/notes/home%20base", { method: "POST", body: '{"text":"milk"}' })
      expect(added).toEqual({ count: 1, at: 1_500 })
      expect(yield* json("/notes?q=a%20b", { headers: { "X-Who": "me" } })).toEqual({
        kept: ["home base milk"],
        q: "a b",
        fault: null,
        who: "me"
      })
      const file = yield* send("/files/a/b.txt")
      expect(yield* Effect.promise(() => file.text())).toBe("a/b.txt")
      expect((yield* send("/nowhere")).status).toBe(404)
      expect((yield* send("/notes?token=bad")).status).toBe(403)
    })
  )

  it.scoped("logs each exchange with its operation, bodies and status", () =>
    Effect.gen(function* () {
      const { emulator, add } = yield* notes
      yield* add("tea")
      expect(emulator.log).toMatchObject([
        {
          at: 1_000,
          operation: "notes.home base.add",
          method: "POST",
          request: '{"text":"tea"}',
          status: 201,
          response: '{"count":1,"at":1000}',
          responseType: "application/json; charset=utf-8"
        }
      ])
    })
  )

  it.scoped("is gone with its scope, sockets and all", () =>
    Effect.gen(function* () {
      const url = yield* Effect.scoped(
        Effect.gen(function* () {
          const { emulator, add } = yield* notes
          yield* add("tea")
          return emulator.url
        })
      )
      expect((yield* Effect.flip(Effect.tryPromise(() => fetch(`${url}/notes`))))._tag).toBe("UnknownException")
    })
  )
})

describe("faults", () => {
  it.scoped("hit the next calls of one operation and no other", () =>
    Effect.gen(function* () {
      const { emulator, kept, add, send } = yield* notes
      emulator.faults.next("notes.home base.add", 2, Faults.status(503, { error: "down" }, { "x-a": "b" }))
      expect((yield* send("/notes")).status).toBe(200)
      const down = yield* add("a")
      expect([down.status, down.headers.get("x-a")]).toEqual([503, "b"])
      expect((yield* add("b")).status).toBe(503)
      expect((yield* add("c")).status).toBe(201)
      expect(kept).toEqual(["home base c"])
      expect(emulator.faults.met()).toBe(2)
    })
  )

  it.scoped("after the commit: it is done and nobody is told; before: it is not done", () =>
    Effect.gen(function* () {
      const { emulator, kept, add } = yield* notes
      emulator.faults.next("*", 1, Faults.timeoutAfterCommit())
      yield* Effect.flip(add("done"))
      emulator.faults.next("*", 1, Faults.reset())
      yield* Effect.flip(add("lost"))
      expect(kept).toEqual(["home base done"])
      expect(emulator.log.map((entry) => [entry.status, entry.fault])).toEqual([
        [0, "timeoutAfterCommit"],
        [0, "reset"]
      ])
    })
  )

  it.scoped("throttle with and without a wait, refuse credentials, cut an answer, take their time", () =>
    Effect.gen(function* () {
      const { emulator, send, json } = yield* notes
      const { faults } = emulator
      faults.next("*", 1, Faults.throttle({ retryAfterMs: 1_500 }))
      const told = yield* send("/notes")
      expect([told.status, told.headers.get("retry-after")]).toEqual([429, "2"])
      faults.next("*", 1, Faults.throttle())
      expect((yield* send("/notes")).headers.has("retry-after")).toBe(false)
      faults.next("*", 1, Faults.unauthorized())
      expect((yield* send("/notes")).status).toBe(401)
      faults.next("*", 1, Faults.malformed())
      yield* Effect.flip(json("/notes"))
      faults.next("*", 1, Faults.delay(30))
      const before = performance.now()
      yield* send("/notes")
      expect(performance.now() - before).toBeGreaterThanOrEqual(25)
    })
  )

  it.scoped("that only the vendor's state can express reach the route, until they end", () =>
    Effect.gen(function* () {
      const { emulator, json } = yield* notes
      const end = emulator.faults.during("notes.list", Faults.stale(10))
      expect(yield* json("/notes")).toMatchObject({ fault: "stale" })
      expect(yield* json("/notes")).toMatchObject({ fault: "stale" })
      end()
      expect(yield* json("/notes")).toMatchObject({ fault: null })
      emulator.faults.during("*", Faults.cap(1))
      emulator.faults.clear()
      expect(yield* json("/notes")).toMatchObject({ fault: null })
    })
  )
})

it("an emulator's clock goes forward only, and the machine's not at all by hand", () => {
  const clock = EmulatorClock.manual(5)
  clock.advance(7)
  expect(clock.now()).toBe(12)
  expect(() => clock.advance(-1)).toThrow(/forward only/)
  expect(() => EmulatorClock.system.advance(1)).toThrow(/cannot be advanced/)
})
