import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ConnectionId, Key, Own, Ref } from "@interchannel/domain"
import {
  Connections,
  Database,
  Dirty,
  Erasures,
  Fields,
  Inbox,
  Leases,
  Ledger,
  Projections,
  Store
} from "@interchannel/store"
import { masterKey } from "@interchannel/store/testing"
import { it } from "@effect/vitest"
import { Clock, Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Checkup from "../../src/health/Checkup.ts"
import * as Erasing from "../../src/erasing/Erasing.ts"
import * as Names from "../../src/erasing/Names.ts"
import * as Requests from "../../src/erasing/Requests.ts"
import * as Subject from "../../src/erasing/Subject.ts"
import * as FieldSubject from "../../src/fields/FieldSubject.ts"
import { chatWithCards } from "../chatWithCards.ts"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"

const WITHIN_MS = 60_000
const STEPS_MAX = 100
const own = { ...Own.none, domains: ["example.org"] }
const ana = { id: "ana-record", email: "ana@example.com", updatedAt: START }
const anaRef = Ref.local("person", "ana-record")
const anaKey = Key.contact("crm", anaRef)
const bob = { id: "bob-record", email: "bob@example.com", updatedAt: START }
const said = (id: string, from: string, text: string, more: object = {}) => ({
  id,
  at: START + 100,
  from,
  email: from === "sam" ? "sam@example.org" : `${from}@example.com`,
  text,
  ...more
})

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "interchannel-erasing-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Ana and Bob were in touch, and what they said stands in the CRM. */
const inTouchWith = (more: Parameters<typeof world>[0]) =>
  Effect.gen(function* () {
    const all = yield* world({ own, ...more })
    all.crmState.records.push(ana, bob)
    all.chatState.messages.push(
      said("m1", "ana", "my card is lost", { thread: "t1" }),
      said("m2", "sam", "blocked at once", { thread: "t1" }),
      said("m3", "bob", "good morning", { thread: "t2" }),
      said("m4", "ana", "good evening", { thread: "t2" }),
      said("m5", "sam", "hello to you both", { thread: "t2" })
    )
    yield* all.push("chat", "d1", [said("m1", "ana", "my card is lost", { thread: "t1" })])
    yield* all.turn
    yield* all.turn
    const step = Erasing.step({ ...all.installation }, all.lease)
    const run = Effect.gen(function* () {
      for (let steps = 0; steps < STEPS_MAX; steps++) if ((yield* step) !== "more") return
      return yield* Effect.dieMessage("erasing does not end")
    })
    const bodies = () =>
      all
        .entries()
        .map(({ body }) => body)
        .sort()
    return { ...all, run, bodies }
  })
const inTouch = inTouchWith({})

/** `meanwhile` comes to pass after what is saved first was read. */
const whileWriting = <E, F, R, S>(step: Effect.Effect<unknown, E, R>, meanwhile: Effect.Effect<unknown, F, S>) =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const services = yield* Effect.context<S>()
    let isDone = false
    const once = Effect.suspend(() => {
      if (isDone) return Effect.void
      isDone = true
      return Effect.provide(Effect.orDie(meanwhile), services)
    })
    const write: typeof database.write = (writes, options) => Effect.zipRight(once, database.write(writes, options))
    yield* Effect.provideService(step, Database.Database, { ...database, write })
    expect(isDone).toBe(true)
  })

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
    "they do not come back with the next reading or push, until they are let in again",
    Effect.gen(function* () {
      const { bodies, chatState, crmState, installation, push, run, turn } = yield* inTouch
      const inbox = yield* Inbox.Inbox
      yield* Requests.erase(installation, "ana@example.com", "ada")
      yield* run
      yield* turn
      yield* run
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      crmState.records[0] = { ...ana, updatedAt: at }
      chatState.messages.push(said("m6", "ana", "me again", { at }))
      yield* push("chat", "d2", [said("m7", "ana", "and again", { at })])
      yield* push("chat", "d3", [said("m1", "ana", "my card is lost", { at, version: at })])
      yield* turn
      yield* turn
      expect(bodies()).toEqual(["good morning", "hello to you both"])
      expect(yield* (yield* Ledger.Ledger).counts).toMatchObject({ contacts: 3, interactions: 2 })
      const counts = yield* inbox.counts
      // What was turned away left no body behind.
      yield* inbox.reopen({ connection: "chat" })
      expect((yield* inbox.pending(99)).some(({ body }) => Buffer.from(body).includes("again"))).toBe(false)
      expect(counts.every(({ quarantined }) => quarantined === 0)).toBe(true)

      expect(yield* Requests.readmit(installation, "bob@example.com")).toBe(0)
      expect(yield* Requests.readmit(installation, "chat/user/ana")).toBe(4)
      expect(yield* Requests.readmit(installation, "ana@example.com")).toBe(0)
      const later = at + 60_000
      yield* TestClock.setTime(later)
      crmState.records[0] = { ...ana, updatedAt: later }
      chatState.messages.push(said("m8", "ana", "back for good", { at: later }))
      yield* turn
      yield* turn
      expect(bodies()).toContain("back for good")
      expect(bodies()).not.toContain("my card is lost")
    })
  )

  scenario(
    "a record that turns out to be theirs is turned away with what names it alone, and what it said before goes",
    Effect.gen(function* () {
      const { bodies, installation, push, run, turn } = yield* inTouch
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const ledger = yield* Ledger.Ledger
      const nameless = { at, email: undefined }
      yield* push("chat", "d2", [said("m6", "somebody", "who am I", nameless)])
      yield* turn
      yield* Requests.erase(installation, "ana@example.com", "ada")
      yield* run
      yield* turn
      yield* run
      const all = yield* ledger.counts

      yield* push("chat", "d3", [said("m7", "ana-at-home", "it is me", { at, email: "ana@example.com" })])
      yield* push("chat", "d4", [said("m8", "ana-at-home", "me again", nameless)])
      yield* turn
      expect(yield* ledger.counts).toEqual(all)

      // One address in common does not make a record theirs that has one of its own.
      yield* push("chat", "d5", [said("m9", "bob", "from her desk", { at, email: "ana@example.com", profile: { at } })])
      yield* push("chat", "d6", [said("m10", "bob", "from mine", { at })])
      yield* turn
      expect(yield* ledger.counts).toEqual({ ...all, interactions: all.interactions + 2 })

      yield* push("chat", "d7", [said("m11", "somebody", "I am", { at, email: "ana@example.com", profile: { at } })])
      yield* turn
      expect(yield* Requests.list).toMatchObject([{ phase: "ledger" }])
      yield* run
      yield* turn
      yield* run
      expect(yield* Requests.list).toMatchObject([{ phase: "done", interactions: 4 }])
      expect(yield* ledger.counts).toEqual({ ...all, contacts: all.contacts - 1, interactions: all.interactions + 1 })
      expect(bodies()).toEqual(["from her desk", "from mine", "good morning", "hello to you both"])

      yield* Requests.readmit(installation, "ana@example.com")
      yield* push("chat", "d8", [said("m12", "ana-at-home", "back for good", nameless)])
      yield* turn
      expect((yield* ledger.counts).interactions).toBe(all.interactions + 2)
    })
  )

  scenario(
    "a number that nobody vouches for turns nobody away who has an address of their own, however late they come",
    Effect.gen(function* () {
      const { crmState, installation, push, run, turn } = yield* inTouch
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const home = "+12025550111"
      crmState.records[0] = { ...ana, phone: home, updatedAt: at }
      yield* turn
      yield* Requests.erase(installation, "ana@example.com", "ada")
      yield* run
      yield* turn
      yield* run
      const ledger = yield* Ledger.Ledger
      const { contacts } = yield* ledger.counts
      crmState.records.push({ id: "cem-record", email: "cem@example.com", phone: home, updatedAt: at })
      yield* turn
      expect((yield* ledger.counts).contacts).toBe(contacts + 1)
      yield* push("chat", "d2", [said("m6", home, "from home", { at, email: undefined, phone: home })])
      yield* turn
      expect((yield* ledger.counts).contacts).toBe(contacts + 1)
    })
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
    "what is being read while they are erased is not let in",
    Effect.gen(function* () {
      const { installation, normalize, push } = yield* inTouch
      yield* push("chat", "d2", [said("m6", "ana", "one more thing")])
      yield* whileWriting(normalize, Requests.erase(installation, "ana@example.com", "ada"))
      expect((yield* (yield* Ledger.Ledger).counts).interactions).toBe(5)
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
      expect((yield* projections.get([key])).get(key)).toMatchObject({ state: "waiting", startedAt: expect.anything() })
      yield* Requests.erase(installation, "ana@example.com", "ada")
      for (let round = 0; round < 5; round++) yield* Effect.zipRight(turn, run)
      expect(bodies()).toEqual(["good morning", "hello to you both"])
      expect(yield* Requests.list).toMatchObject([{ phase: "done" }])
    })
  )

  scenario(
    "while what they said is being planned, nothing of it stays to be written",
    Effect.gen(function* () {
      const { installation, normalize, planAlone, push, resolve, run } = yield* inTouch
      yield* push("chat", "d2", [said("m6", "ana", "one more thing")])
      yield* Effect.zipRight(normalize, resolve)
      const erase = Effect.zipRight(Requests.erase(installation, "ana@example.com", "ada"), run)
      yield* whileWriting(planAlone, erase)
      const rows = yield* (yield* Projections.Projections).list({ destination: "crm", after: "", limit: 10 })
      expect(rows.filter(({ delivered, desired }) => delivered === undefined && desired !== undefined)).toEqual([])
    })
  )

  scenario(
    "while the card beside what they said is being planned, none stays to be shown",
    Effect.gen(function* () {
      const { crmState, installation, normalize, planAlone, push, resolve, run, turn } = yield* inTouchWith({
        chat: { connector: chatWithCards, destination: { cards: true } }
      })
      crmState.records[0] = { ...ana, name: "Ana Example", updatedAt: START + 9_000 }
      const projections = yield* Projections.Projections
      const cards = Effect.map(projections.list({ destination: "chat", after: "", limit: 10 }), (rows) =>
        rows.filter(({ verb, desired }) => verb === "ShowContext" && desired !== undefined)
      )
      yield* Effect.repeatN(turn, 2)
      expect(yield* cards).toHaveLength(2)
      yield* push("chat", "d2", [said("m6", "ana", "one more thing", { thread: "t1" })])
      yield* Effect.all([normalize, resolve, planAlone, TestClock.adjust("1 minute")])
      const erase = Effect.zipRight(Requests.erase(installation, "ana@example.com", "ada"), run)
      yield* whileWriting(planAlone, erase)
      expect(yield* cards).toHaveLength(1)
    })
  )

  scenario(
    "while a field of their record is being planned, or set, nothing that it says stays",
    Effect.gen(function* () {
      const saying = (title: string, at: number) => said(`m${at}`, "ana", "my title", { at, profile: { title, at } })
      const { crmState, dispatch, installation, normalize, planAlone, push, resolve, run, turn } = yield* inTouchWith({
        crm: { destination: { fields: { job: {} }, timeline: false } }
      })
      const projections = yield* Projections.Projections
      const kept = Effect.gen(function* () {
        const rows = yield* projections.list({ destination: "crm", after: "", limit: 20 })
        const states = yield* (yield* Fields.Fields).get([FieldSubject.keyOf("crm", anaKey)])
        return [rows.filter(({ verb }) => verb === "SetFields"), [...states.values()]]
      })
      const erase = Effect.zipRight(Requests.erase(installation, "ana@example.com", "ada"), run)
      yield* push("chat", "d2", [saying("Director", START + 9_000)])
      yield* Effect.zipRight(normalize, resolve)
      yield* whileWriting(planAlone, erase)
      expect(yield* kept).toEqual([[], []])

      yield* Requests.readmit(installation, "ana@example.com")
      yield* TestClock.adjust("100 seconds")
      crmState.records[0] = { ...ana, updatedAt: START + 90_000 }
      yield* push("chat", "d3", [saying("Director", START + 90_000)])
      yield* Effect.all([turn, push("chat", "d4", [saying("Chair", START + 99_000)]), normalize, resolve])
      yield* Effect.zipRight(TestClock.adjust("2 seconds"), planAlone)
      expect((yield* kept)[0]).toMatchObject([{ state: "due" }])
      const services = yield* Effect.context<Store.Services>()
      crmState.meanwhile = Effect.orDie(Effect.provide(erase, services))
      yield* dispatch
      expect((yield* Requests.list)[1]).toMatchObject({ phase: "ledger" })
      yield* run
      expect(yield* kept).toEqual([[], []])
    })
  )

  scenario(
    "of one of a household nobody else is turned away for the number that they share",
    Effect.gen(function* () {
      const { bodies, chatState, crmState, installation, run, turn } = yield* inTouch
      const home = "+12025550120"
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      crmState.records[0] = { ...ana, name: "Ana Abbott", phone: home, updatedAt: at }
      crmState.records[1] = { ...bob, name: "Bob Abbott", phone: home, updatedAt: at }
      yield* turn
      const refused = yield* Effect.flip(Requests.erase(installation, home, "ada"))
      expect(refused.message).toContain(`${home} is the address of 2 people; see \`interchannel who ${home}\``)
      expect(yield* (yield* Erasures.Erasures).isAnybody).toBe(false)

      yield* Requests.erase(installation, "ana@example.com", "ada")
      yield* run
      yield* turn
      yield* run
      const later = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      for (const index of [0, 1]) crmState.records[index] = { ...(crmState.records[index] as object), updatedAt: later }
      chatState.messages.push(said("m6", "bob", "still here", { at: later, phone: home }))
      chatState.messages.push(said("m7", "ana", "me too", { at: later, phone: home }))
      yield* turn
      yield* turn
      expect(bodies()).toEqual(["good morning", "hello to you both", "still here"])
      const ledger = yield* Ledger.Ledger
      const bobKey = Key.contact("crm", Ref.local("person", "bob-record"))
      const contacts = yield* ledger.contacts([anaKey, bobKey])
      expect([...contacts.values()].map(({ contact }) => [contact.key, contact.version.at])).toEqual([[bobKey, later]])
      // Her record and her message; each look at the chat shows what she had said before once more.
      expect((yield* Requests.list)[0]?.turnedAway).toBeGreaterThanOrEqual(2)
    })
  )

  scenario(
    "a call from the number of a household leaves the record of who is erased, and stands on the one of who is left",
    Effect.gen(function* () {
      const { bodies, crmState, entries, installation, push, run, turn } = yield* inTouch
      const home = "+12025550120"
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      crmState.records[0] = { ...ana, name: "Ana Abbott", phone: home, updatedAt: at }
      yield* turn
      yield* push("chat", "d9", [{ id: "call", at, from: home, phone: home, text: "a call" }])
      yield* turn
      expect(entries()).toContainEqual({ body: "a call", records: ["ana-record"] })
      const later = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      crmState.records[1] = { ...bob, name: "Bob Abbott", phone: home, updatedAt: later }
      yield* turn
      yield* Requests.erase(installation, "ana@example.com", "ada")
      for (let times = 0; times < 4; times++) yield* Effect.zipRight(run, turn)
      expect(bodies()).toContain("a call")
      expect(entries()).toContainEqual({ body: "a call", records: ["bob-record"] })
      expect(entries().flatMap(({ records }) => records)).not.toContain("ana-record")
      expect((yield* Requests.list)[0]).toMatchObject({ phase: "done" })
    })
  )

  scenario(
    "what came of a relative and was not placed yet stays in the Inbox, with the number that they share",
    Effect.gen(function* () {
      const { crmState, installation, normalize, pull, run, turn } = yield* inTouch
      const home = "+12025550120"
      const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      crmState.records[0] = { ...ana, name: "Ana Abbott", phone: home, updatedAt: at }
      yield* turn
      const later = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const cem = { id: "cem-record", email: "cem@example.com", name: "Cem Abbott", phone: home, updatedAt: later }
      crmState.records.push(cem)
      yield* Effect.zipRight(pull, normalize)
      yield* Requests.erase(installation, "ana@example.com", "ada")
      yield* Effect.repeatN(Effect.zipRight(turn, run), 1)
      const kept = yield* (yield* Inbox.Inbox).settled({
        connection: ConnectionId.make("crm"),
        state: "done",
        after: "",
        limit: 10
      })
      expect(kept.map(({ key }) => key)).toContain("cem-record")
      expect(kept.map(({ key }) => key)).not.toContain("ana-record")
    })
  )

  scenario(
    "a number of the company's own turns nobody away",
    Effect.gen(function* () {
      const office = "+12025550190"
      const { crmState, installation, turn } = yield* inTouchWith({ own: { ...own, numbers: [office] } })
      crmState.records[0] = { ...ana, phone: office, updatedAt: START + 9_000 }
      yield* turn
      yield* Requests.erase(installation, "crm/person/ana-record", "ada")
      const names = [office, "+12025550191"].flatMap((value) => Names.ofHandle({ kind: "phone", value }))
      expect((yield* (yield* Erasures.Erasures).turnedAway(names)).size).toBe(0)
      expect((yield* (yield* Erasures.Erasures).turnedAway([Names.ofRecord("crm", "contact", anaRef)])).size).toBe(1)
    })
  )

  scenario(
    "whoever has an address is found among the placed and those who wait for it, and nobody else is looked at",
    Effect.gen(function* () {
      yield* inTouch
      const ledger = yield* Ledger.Ledger
      const dirty = yield* Dirty.Dirty
      const looked = new Set<string>()
      const watched: typeof ledger = {
        ...ledger,
        contacts: (keys) => {
          for (const key of keys) looked.add(key)
          return ledger.contacts(keys)
        },
        contactKeys: () => Effect.dieMessage("everybody is looked at")
      }
      const handle = { kind: "email", value: "ana@example.com" } as const
      const found = Effect.map(
        Effect.provideService(Subject.find({ _tag: "Handle", handle }), Ledger.Ledger, watched),
        ({ contacts }) => contacts.map(({ key }) => key).sort()
      )
      const theirs = yield* found
      expect(theirs).toHaveLength(2)
      expect([...looked].sort()).toEqual(theirs)
      const [row] = (yield* ledger.contacts([anaKey])).values()
      const ref = Ref.local("person", "ana-new")
      const contact = { ...row!.contact, key: Key.contact("crm", ref), ref }
      const nothing = {
        parts: [],
        aliases: [],
        rekeyed: [],
        contacts: [],
        organizations: [],
        interactions: [],
        at: START
      }
      yield* ledger.save({ ...nothing, contacts: [{ ...row!, contact }] })
      yield* dirty.mark([{ kind: "contact", key: contact.key, dueAt: START, lane: 3 }])
      expect(yield* found).toEqual([...theirs, contact.key].sort())
    })
  )

  scenario(
    "a person, a record and a number can be meant; what is none of them is refused",
    Effect.gen(function* () {
      const { installation } = yield* inTouch
      const by = (who: string) =>
        Effect.map(Requests.erase(installation, who, undefined), ({ contacts }) => contacts.length)
      expect(yield* by("crm/person/ana-record")).toBe(2)
      expect(yield* by("+1 202 555 0100")).toBe(0)
      for (const [who, words] of [
        ["ana", "is no address"],
        ["crm/person/nobody", "nobody is known as"],
        ["p_AAAAAAAAAAAAAAAAAAAAAA", "nobody is known as"]
      ] as const) {
        expect((yield* Effect.flip(by(who))).message).toContain(words)
      }
      expect(yield* (yield* Erasures.Erasures).isAnybody).toBe(false)
    })
  )
})
