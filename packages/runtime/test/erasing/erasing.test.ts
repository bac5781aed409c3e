import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Connections, Leases, Ledger, Projections, Store } from "@interchannel/store"
import { masterKey } from "@interchannel/store/testing"
import { it } from "@effect/vitest"
import { Clock, Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Checkup from "../../src/health/Checkup.ts"
import * as Erasing from "../../src/erasing/Erasing.ts"
import * as Requests from "../../src/erasing/Requests.ts"
import { START } from "../stages.ts"
import { scenario } from "../scenario.ts"
import { STEPS_MAX, said, inTouch, ana } from "./inTouch.ts"

const WITHIN_MS = 60_000

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "interchannel-erasing-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

describe("erasing somebody", () => {
  it.scoped(
    "leaves nothing of them in the destinations nor in the file, keeps what others said, and proves it",
    () =>
      Effect.gen(function* () {
        const file = join(yield* folder, "store.db")
        const proof = yield* Effect.gen(function* () {
          const { bodies, installation, run, turn } = yield* inTouch
          expect(bodies()).toHaveLength(5)
          const plan = yield* Requests.erase(installation, "Ana@Example.com", undefined)
          expect(plan).toMatchObject({ interactions: 2, destinations: [{ id: "crm", canRemove: true }] })
          expect(plan.id).toBeUndefined()
          expect(plan.contacts.map(({ connection }) => connection).sort()).toEqual(["chat", "crm"])
          yield* Requests.erase(installation, "ana@example.com", "ada")
          yield* Effect.repeatN(Effect.zipRight(run, turn), 2)
          expect(bodies()).toEqual(["good morning", "hello to you both"])
          return yield* Requests.list
        }).pipe(Effect.provide(Store.layerSqlite({ file, masterKey })))

        expect(proof).toMatchObject([{ askedBy: "ada", phase: "done", contacts: 2, interactions: 3 }])
        expect(proof[0]?.raw).toBeGreaterThan(3)
        const receipts = proof.flatMap((one) => one.receipts)
        expect(receipts.filter(({ kind }) => kind === "entry").map(({ state }) => state)).toEqual([
          "removed",
          "removed",
          "removed"
        ])
        expect(receipts.filter(({ kind }) => kind === "record")).toMatchObject([
          { connection: "chat", state: "by hand", ref: { kind: "messages", id: "all" } },
          { connection: "crm", state: "by hand", ref: { id: "ana-record" } }
        ])
        const bytes = readFileSync(file).toString("latin1")
        expect(bytes).toContain("good morning")
        for (const trace of ["ana@example.com", "my card is lost", "blocked at once", "good evening"]) {
          expect([trace, bytes.includes(trace)]).toEqual([trace, false])
        }
      }),
    WITHIN_MS
  )

  scenario(
    "what had come and was not placed yet is waited for, and goes when it turns out to be theirs",
    Effect.gen(function* () {
      const { crmState, installation, normalize, push, run, turn } = yield* inTouch
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      crmState.records[0] = { ...ana, phone: "+12025550101", updatedAt: at }
      yield* turn
      yield* push("chat", "d2", [said("m6", "ana-at-home", "it is me", { at, email: "ana@example.com" })])
      yield* normalize
      yield* Requests.erase(installation, "+1 202 555 0101", "ada")
      yield* run
      expect(yield* Requests.list).toMatchObject([{ phase: "people", contacts: 2 }])
      for (let times = 0; times < 3; times++) yield* Effect.zipRight(turn, run)
      expect(yield* Requests.list).toMatchObject([{ phase: "done", contacts: 3, interactions: 4 }])
      expect((yield* (yield* Ledger.Ledger).counts).interactions).toBe(2)
    })
  )

  scenario(
    "an entry that was edited by hand goes as well; a paused destination is waited for, and the doctor says so",
    Effect.gen(function* () {
      const { bodies, crmState, installation, lease, run, turn } = yield* inTouch
      const connections = yield* Connections.Connections
      const entry = [...crmState.entries.values()].find(({ body }) => body === "my card is lost")!
      entry.body = "changed by an admin"
      crmState.observed.push({ id: entry.ref, at: START + 9_000, key: entry.key, body: entry.body })
      yield* turn
      expect(yield* (yield* Projections.Projections).get([entry.key])).toEqual(
        new Map([[entry.key, expect.objectContaining({ state: "held" })]])
      )
      yield* connections.update("crm", { paused: true })
      yield* Requests.erase(installation, "ana@example.com", "ada")
      yield* run
      yield* turn
      yield* run
      expect(bodies()).toHaveLength(5)
      yield* TestClock.adjust("7 hours")
      const leases = yield* Leases.Leases
      yield* leases.take("ledger", "daemon", { now: START, forMs: 1e12 })
      const waiting = (yield* Checkup.diagnose(installation)).findings.find(({ key }) => key.startsWith("erasure"))
      expect(waiting?.what).toMatch(/an erasure begun 7h.* is not done; entries wait in crm/)
      yield* connections.update("crm", { paused: false })
      yield* turn
      yield* run
      expect(bodies()).toEqual(["good morning", "hello to you both"])
      expect(lease.epoch).toBeGreaterThan(0)
    })
  )

  scenario(
    "what a system has no way to take out is left to a person, who confirms it",
    Effect.gen(function* () {
      const { bodies, installation, lease, turn } = yield* inTouch
      const crm = installation.connections.get("crm")!
      const actions = crm.connector.actions.map(({ remove: _, ...action }) => action)
      const connector = { ...crm.connector, actions } as unknown as typeof crm.connector
      const without = {
        ...installation,
        connections: new Map(installation.connections).set("crm", { ...crm, connector })
      }
      expect((yield* Requests.erase(without, "ana@example.com", undefined)).destinations).toEqual([
        { id: "crm", canRemove: false }
      ])
      const { id = "" } = yield* Requests.erase(without, "ana@example.com", "ada")
      const through = Effect.repeat(Erasing.step(without, lease), {
        while: (next) => next === "more",
        times: STEPS_MAX
      })
      yield* through
      yield* turn
      yield* through
      expect(bodies()).toHaveLength(5)
      const left = (yield* Requests.list)[0]!.receipts.filter(({ state }) => state === "by hand")
      expect(left).toHaveLength(5)
      expect(left.find(({ kind }) => kind === "entry")).toMatchObject({
        ref: { kind: "entry" },
        why: expect.stringContaining("no way")
      })
      const leases = yield* Leases.Leases
      yield* leases.take("ledger", "daemon", { now: START, forMs: 1e12 })
      const finding = (yield* Checkup.diagnose(installation)).findings.find(({ key }) => key.startsWith("erasure"))
      expect(finding?.what).toBe("5 records of somebody erased are left to be deleted by hand")
      expect(yield* Requests.confirm(id, "ada")).toBe(5)
      expect((yield* Requests.list)[0]!.receipts.every(({ state }) => state === "removed")).toBe(true)
      expect((yield* Effect.flip(Requests.confirm("none", "ada"))).message).toContain("there is no erasure none")
    })
  )

  scenario(
    "what an attempt left whose answer was lost is found and goes, also where their record was deleted since",
    Effect.gen(function* () {
      const { bodies, crmState, installation, normalize, plan, pull, push, resolve, run, turn } = yield* inTouch
      const projections = yield* Projections.Projections
      const due = projections.list({ destination: "crm", state: "due", after: "", limit: 10 })
      const at = yield* Clock.currentTimeMillis
      yield* push("chat", "d2", [said("m6", "ana", "one more thing", { at, version: at, thread: "t3" })])
      yield* Effect.all([normalize, resolve, plan])
      const [{ key }] = (yield* due) as readonly [Projections.Projection]
      crmState.lost.add(key)
      yield* turn
      expect(bodies()).toContain("one more thing")
      crmState.records[0] = { ...ana, deleted: true, updatedAt: at + 1 }
      yield* Effect.all([TestClock.adjust("5 seconds"), pull, normalize, resolve, plan])
      expect((yield* projections.get([key])).get(key)).toMatchObject({ state: "waiting", attempt: expect.anything() })
      yield* Requests.erase(installation, "ana@example.com", "ada")
      for (let round = 0; round < 5; round++) yield* Effect.zipRight(turn, run)
      expect(bodies()).toEqual(["good morning", "hello to you both"])
      expect(yield* Requests.list).toMatchObject([{ phase: "done" }])
    })
  )
})
