import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { Control, ControlError, type Report } from "@interchannel/runtime"
import { StoreError } from "@interchannel/store"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import * as ControlClient from "../src/ControlClient.ts"
import * as ControlEndpoint from "../src/ControlEndpoint.ts"
import * as ControlFile from "../src/ControlFile.ts"
import { send } from "./fixtures.ts"

const status: Report.Status = {
  at: 1_770_000_000_000,
  connections: [],
  interactions: 3,
  contacts: 2,
  persons: 1,
  toResolve: 0,
  unresolved: 0,
  toPlan: 0,
  quarantine: [{ connection: "chat", reason: "Malformed", count: 1, example: "no text" }],
  reviews: [{ kind: "field", destination: "crm", count: 2 }],
  echoes: []
}

type Service = Context.Tag.Service<typeof Control>

/** Remembers what it was asked. */
const fake = (asked: Array<unknown>): Service => {
  const note = <A>(name: string, args: unknown, answer: A) => Effect.sync(() => (asked.push([name, args]), answer))
  return {
    status: Effect.succeed(status),
    doctor: Effect.succeed({ at: 1, healthy: true, connections: [], findings: [] }),
    plan: (destination) => note("plan", { destination }, []),
    changes: (destination, after) => note("changes", { destination, after }, []),
    approve: (destination, options) =>
      note("approve", { destination, ...options }, { destination, mode: "canary" as const, records: 10, prepared: [] }),
    rewrite: (destination) => Effect.succeed({ destination, entries: 0 }),
    pause: (destination) => Effect.asVoid(note("pause", { destination }, null)),
    resume: () => Effect.fail(new StoreError({ operation: "x", reason: "full", detail: "no room", cause: "a secret" })),
    prefer: (record, options) => Effect.asVoid(note("prefer", { record, ...options }, null)),
    explain: (ref) => note("explain", ref, { ref, steps: [{ stage: "delivery", text: "never seen" }] }),
    undo: (asked) => note("undo", asked, { acts: [], left: [], samples: [] }),
    who: (text) => note("who", text, { people: [], lines: [], more: 0 }),
    why: () => Effect.fail(new ControlError({ what: "nobody", remedy: "name another" })),
    merge: (a, b, word) => note("merge", { a, b, ...word }, []),
    parting: (contacts) => note("parting", { contacts }, { gone: [], rest: [] }),
    unmerge: (contacts, word) => note("unmerge", { contacts, ...word }, []),
    rule: (handle, use, word) => note("rule", { handle, use, ...word }, []),
    decisions: Effect.succeed([]),
    revoke: (id, word) => Effect.asVoid(note("revoke", { id, ...word }, null)),
    models: Effect.succeed({ models: [], toPlace: 0 }),
    model: (name) => note("model", { name }, { name, isInUse: false, names: {} }),
    switchModel: (name, word) => Effect.asVoid(note("switchModel", { name, ...word }, null)),
    estimateModel: Effect.asVoid(note("estimateModel", {}, null)),
    questions: (asked) => note("questions", asked, []),
    question: (id) => Effect.fail(new ControlError({ what: `no ${id}`, remedy: "name another" })),
    decide: (id, decided) => note("decide", { id, ...decided }, { id, choice: decided.choice, text: "it stays" }),
    quarantine: (which) => note("quarantine", which, []),
    release: (which) => note("release", which, 2),
    letGo: (which) => note("letGo", which, 1),
    rehearse: (connection) => Effect.fail(new ControlError({ what: `no ${connection}`, remedy: "name another" })),
    replay: (connection) => Effect.fail(new ControlError({ what: `no ${connection}`, remedy: "name another" })),
    erase: (who, options) =>
      note("erase", { who, ...options }, { contacts: [], maybe: [], interactions: 0, destinations: [] }),
    erasures: Effect.succeed([]),
    confirmErasure: (id) => note("confirmErasure", id, 1),
    readmit: (who) => note("readmit", who, 2),
    reload: Effect.die(new Error("a defect with a secret in it"))
  }
}

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "interchannel-control-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const serve = (
  options: { readonly folder: string; readonly token?: Redacted.Redacted },
  asked: Array<unknown> = []
) => {
  const token = options.token ?? ControlFile.drawToken()
  return Effect.map(
    ControlEndpoint.serve({ folder: options.folder, token, pid: process.pid, version: "1.0.0" }),
    ({ port }) => ({ port, token, url: `http://127.0.0.1:${port}` })
  ).pipe(Effect.provideService(Control, fake(asked)), Effect.provide(Logger.minimumLogLevel(LogLevel.None)))
}

describe("a command beside a running daemon", () => {
  it.scopedLive("is given the daemon's own Control", () =>
    Effect.gen(function* () {
      const asked: Array<unknown> = []
      const place = yield* folder
      yield* serve({ folder: place }, asked)
      const control = (yield* ControlClient.find(place, "1.0.0"))!
      expect(yield* control.status).toEqual(status)
      yield* control.plan()
      yield* control.plan("crm")
      expect(yield* control.approve("crm", { all: true, by: "ada" })).toEqual({
        destination: "crm",
        mode: "canary",
        records: 10,
        prepared: []
      })
      expect(yield* control.pause("crm")).toBeUndefined()
      const ref = { connection: "chat", kind: "message", id: "T1/C1/17.1" }
      expect((yield* control.explain(ref)).steps).toHaveLength(1)
      expect(yield* control.questions({ kind: "field" })).toEqual([])
      expect(yield* control.decide("r1", { choice: "theirs", by: "ada" })).toMatchObject({ text: "it stays" })
      yield* control.merge("ana@example.com", "crm/person/1", { by: "ada", why: "one desk" })
      yield* control.parting(["crm/person/1"])
      yield* control.unmerge(["crm/person/1"], { by: "ada", why: "two desks" })
      yield* control.rule("+12025550100", "shared", { by: "ada", why: "the lobby" })
      yield* control.revoke("d1", { by: "ada", why: "moved out" })
      expect((yield* control.model("estimated")).name).toBe("estimated")
      expect(yield* control.switchModel("estimated", { by: "ada", why: "looked" })).toBeUndefined()
      expect(yield* control.who("ana@example.com")).toEqual({ people: [], lines: [], more: 0 })
      expect((yield* Effect.flip(control.why("a", "b"))).message).toBe("nobody; name another")
      expect(yield* control.decisions).toEqual([])
      expect(asked).toEqual([
        ["plan", { destination: undefined }],
        ["plan", { destination: "crm" }],
        ["approve", { destination: "crm", all: true, by: "ada" }],
        ["pause", { destination: "crm" }],
        ["explain", ref],
        ["questions", { kind: "field" }],
        ["decide", { id: "r1", choice: "theirs", by: "ada" }],
        ["merge", { a: "ana@example.com", b: "crm/person/1", by: "ada", why: "one desk" }],
        ["parting", { contacts: ["crm/person/1"] }],
        ["unmerge", { contacts: ["crm/person/1"], by: "ada", why: "two desks" }],
        ["rule", { handle: "+12025550100", use: "shared", by: "ada", why: "the lobby" }],
        ["revoke", { id: "d1", by: "ada", why: "moved out" }],
        ["model", { name: "estimated" }],
        ["switchModel", { name: "estimated", by: "ada", why: "looked" }],
        ["who", "ana@example.com"]
      ])
    })
  )

  it.scopedLive("meets its errors as they are, without their causes", () =>
    Effect.gen(function* () {
      const place = yield* folder
      yield* serve({ folder: place })
      const control = (yield* ControlClient.find(place, "1.0.0"))!
      const refused = yield* Effect.flip(control.replay("x", { state: "done" }))
      expect(refused).toMatchObject({ _tag: "ControlError", what: "no x", remedy: "name another" })
      const full = yield* Effect.flip(control.resume("crm"))
      expect(full).toMatchObject({ _tag: "StoreError", reason: "full", detail: "no room" })
      expect(JSON.stringify(full)).not.toContain("a secret")
      const defect = yield* Effect.flip(control.reload)
      expect(defect.message).toBe("the daemon failed; see its log")
    })
  )

  it.scopedLive("of another version is told so", () =>
    Effect.gen(function* () {
      const place = yield* folder
      yield* serve({ folder: place })
      const error = yield* Effect.flip(ControlClient.find(place, "2.0.0"))
      expect(error.message).toContain("the running daemon is version 1.0.0 and this command is 2.0.0")
    })
  )
})

describe("nobody is there", () => {
  it.scopedLive("without a control file", () =>
    Effect.gen(function* () {
      expect(yield* ControlClient.find(yield* folder, "1.0.0")).toBeUndefined()
    })
  )

  it.scopedLive("when the daemon was killed and left its file", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const file = yield* Effect.scoped(Effect.zipRight(serve({ folder: place }), ControlFile.read(place)))
      expect(existsSync(ControlFile.pathIn(place))).toBe(false)
      yield* ControlFile.write(place, file!)
      expect(yield* ControlClient.find(place, "1.0.0")).toBeUndefined()
    })
  )

  it.scopedLive("when another program has the port now", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const server = yield* Effect.acquireRelease(
        Effect.async<ReturnType<typeof createServer>>((resume) => {
          const other = createServer((_, response) => response.writeHead(404).end("not found"))
          other.listen(0, "127.0.0.1", () => resume(Effect.succeed(other)))
        }),
        (other) => Effect.sync(() => other.close())
      )
      const { port } = server.address() as AddressInfo
      yield* ControlFile.write(place, { pid: 1, port, token: Redacted.make("t"), version: "1.0.0" })
      expect(yield* ControlClient.find(place, "1.0.0")).toBeUndefined()
    })
  )
})

describe("the control file", () => {
  it.scopedLive("can be read by its owner only, and goes with the daemon", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const path = ControlFile.pathIn(place)
      writeFileSync(path, "{}", { mode: 0o644 })
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* serve({ folder: place })
          expect(statSync(path).mode & 0o777).toBe(0o600)
        })
      )
      expect(existsSync(path)).toBe(false)
    })
  )

  it.scopedLive("of a daemon that came later stays", () =>
    Effect.gen(function* () {
      const place = yield* folder
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* serve({ folder: place })
          const later = { pid: 2, port: 2, token: Redacted.make("later"), version: "1.0.0" }
          yield* ControlFile.write(place, later)
        })
      )
      expect(readFileSync(ControlFile.pathIn(place), "utf8")).toContain("later")
    })
  )

  it.scopedLive("that is damaged is a sentence that does not quote it", () =>
    Effect.gen(function* () {
      const place = yield* folder
      writeFileSync(ControlFile.pathIn(place), '{"token":"tell-nobody"')
      const error = yield* Effect.flip(ControlFile.read(place))
      expect(error.message).toContain("is damaged; remove it and start the daemon again")
      expect(error.message).not.toContain("tell-nobody")
    })
  )
})

describe("who has no business here", () => {
  const cases: ReadonlyArray<readonly [string, (token: string, port: number) => Parameters<typeof send>[1], number]> = [
    ["no token", () => ({ headers: {} }), 401],
    ["a wrong token", (token) => ({ headers: { authorization: `Bearer ${token}x` } }), 401],
    [
      "a name that was rebound to this machine",
      (token, port) => ({ headers: { authorization: `Bearer ${token}`, host: `evil.example:${port}` } }),
      403
    ],
    [
      "a page in a browser",
      (token) => ({ headers: { authorization: `Bearer ${token}`, origin: "http://localhost" } }),
      403
    ],
    ["a GET", (token) => ({ method: "GET", headers: { authorization: `Bearer ${token}` } }), 405],
    [
      "an unknown operation",
      (token) => ({ headers: { authorization: `Bearer ${token}` }, at: "/control/constructor" }),
      404
    ],
    [
      "arguments that do not fit",
      (token) => ({ headers: { authorization: `Bearer ${token}` }, body: '{"destination":3}' }),
      400
    ],
    ["arguments that are no JSON", (token) => ({ headers: { authorization: `Bearer ${token}` }, body: "{" }), 400],
    [
      "too many arguments",
      (token) => ({ headers: { authorization: `Bearer ${token}` }, body: "x".repeat(70_000) }),
      413
    ]
  ]
  for (const [who, request, expected] of cases)
    it.scopedLive(who, () =>
      Effect.gen(function* () {
        const asked: Array<unknown> = []
        const { url, token, port } = yield* serve({ folder: yield* folder }, asked)
        const options = request(Redacted.value(token), port) as Parameters<typeof send>[1] & { at?: string }
        const response = yield* Effect.promise(() => send(url + (options.at ?? "/control/pause"), options))
        expect(response.status).toBe(expected)
        expect(JSON.parse(response.body)).toHaveProperty("error.what")
        expect(response.body).not.toContain(Redacted.value(token))
        expect(asked).toEqual([])
      })
    )
})
