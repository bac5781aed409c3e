/** What becomes of a write when the world changes under it, and of a batch with one bad input in it. */
import { type Action, VendorError } from "@interchannel/connector"
import { Key, Ref } from "@interchannel/domain"
import { Connections, Ledger, Projections, Quarantine, type Store } from "@interchannel/store"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Identities from "../../src/people/Identities.ts"
import { type CrmRecord, setFields } from "../sampleVendors/crmWorld.ts"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"

const ana = { id: "1", email: "ana@example.com", updatedAt: START }
const hello = { id: "m1", at: START + 100, from: "ana", email: "ana@example.com", text: "hello" }
const says = (id: string, at: number, text: string) => ({ ...hello, id, at: START + at, text })
const texts = (entries: ReadonlyArray<{ readonly body: string }>) => entries.map(({ body }) => body).sort()

describe("the Dispatcher", () => {
  scenario(
    "an entry that an admin edits while a round is under way is not overwritten",
    Effect.gen(function* () {
      const { chatState, crmState, pull, normalize, plan, dispatch, turn } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      const [entry] = [...crmState.entries.values()]
      const edited = { ...hello, at: START + 2_500, version: START + 2_500, text: "hello, edited by the customer" }
      chatState.messages.splice(
        0,
        1,
        edited,
        ...Array.from({ length: 12 }, (_, index) => says(`n${index}`, 1_500, "new"))
      )
      yield* TestClock.adjust("2 seconds")
      yield* Effect.all([pull, normalize, plan], { discard: true })
      crmState.meanwhile = Effect.gen(function* () {
        entry!.body = "changed by an admin"
        crmState.observed.push({ id: entry!.ref, at: START + 3_000, key: entry!.key, body: "changed by an admin" })
        yield* TestClock.adjust("1 seconds")
        yield* Effect.all([pull, normalize], { discard: true })
      }).pipe(Effect.provide(yield* Effect.context<Store.Services>()), Effect.orDie)
      yield* dispatch
      expect(texts([...crmState.entries.values()])).toEqual(["changed by an admin", ...Array(12).fill("new")])
    })
  )

  scenario(
    "a message deleted while a round is under way does not come to stand there",
    Effect.gen(function* () {
      const { chatState, crmState, pull, normalize, plan, dispatch, entries } = yield* world()
      crmState.records.push(ana)
      const many = Array.from({ length: 12 }, (_, index) => says(`n${index}`, index, "new"))
      chatState.messages.push(...many, says("last", 1_500, "last"))
      yield* TestClock.adjust("2 seconds")
      yield* Effect.all([pull, normalize, plan], { discard: true })
      const gone = { ...says("last", 2_800, "gone"), version: START + 2_500 }
      crmState.meanwhile = Effect.gen(function* () {
        chatState.messages.splice(-1, 1, gone)
        yield* TestClock.adjust("1 seconds")
        yield* Effect.all([pull, normalize], { discard: true })
        chatState.messages.splice(-1, 1, { ...gone, version: START + 2_600, deleted: true })
        yield* TestClock.adjust("1 seconds")
        yield* Effect.all([pull, normalize, plan], { discard: true })
      }).pipe(Effect.provide(yield* Effect.context<Store.Services>()), Effect.orDie)
      yield* dispatch
      expect(texts(entries())).toEqual(Array(12).fill("new"))
      expect(crmState.ids).toBe(12)
    })
  )

  scenario(
    "pausing takes effect within a batch",
    Effect.gen(function* () {
      const { chatState, crmState, pull, normalize, plan, dispatch, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(...Array.from({ length: 35 }, (_, index) => says(`n${index}`, index, "new")))
      yield* TestClock.adjust("2 seconds")
      yield* Effect.all([pull, normalize, plan], { discard: true })
      const connections = yield* Connections.Connections
      crmState.meanwhile = Effect.orDie(connections.update("crm", { paused: true }))
      yield* dispatch
      expect(entries()).toHaveLength(10)
    })
  )

  scenario(
    "what landed unseen is taken out again when the message was deleted since",
    Effect.gen(function* () {
      const { chatState, crmState, pull, normalize, plan, dispatch, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* TestClock.adjust("2 seconds")
      yield* Effect.all([pull, normalize, plan], { discard: true })
      const [due] = yield* (yield* Projections.Projections).due({ destination: "crm", now: START + 9_000, limit: 9 })
      crmState.lost.add(due!.key)
      yield* dispatch
      expect(entries()).toHaveLength(1)
      chatState.messages[0] = { ...hello, at: START + 2_500, version: START + 2_500, deleted: true }
      yield* turn
      yield* turn
      expect(entries()).toEqual([])
      expect(yield* (yield* Projections.Projections).tally).toEqual([expect.objectContaining({ state: "settled" })])
    })
  )

  scenario(
    "what landed unseen leaves the record that it was put on when its customer turned out to be somebody else",
    Effect.gen(function* () {
      const { chatState, crmState, pull, normalize, resolve, plan, dispatch, turn, entries } = yield* world()
      const other = { ...ana, id: "2", email: "other@example.com" }
      crmState.records.push(ana, other)
      chatState.messages.push(hello)
      yield* TestClock.adjust("2 seconds")
      yield* Effect.all([pull, normalize, resolve, plan], { discard: true })
      const [due] = yield* (yield* Projections.Projections).due({ destination: "crm", now: START + 9_000, limit: 9 })
      crmState.lost.add(due!.key)
      yield* dispatch
      expect(entries()).toEqual([{ body: "hello", records: ["1"] }])
      const word = { by: "ada", why: "she said so" }
      const chatContact = Key.contact("chat", Ref.local("user", "ana"))
      yield* Identities.unmerge([chatContact], word)
      yield* Identities.merge(chatContact, Key.contact("crm", Ref.local("person", "2")), word)
      yield* turn
      yield* turn
      expect(entries()).toEqual([{ body: "hello", records: ["2"] }])
    })
  )

  scenario(
    "a failed look-up throws away none of its round, and what was looked up is not asked again after a crash",
    Effect.gen(function* () {
      const { chatState, crmState, runningOf, pull, normalize, plan, dispatch, entries } = yield* world()
      crmState.records.push(ana)
      const messages = Array.from({ length: 6 }, (_, index) => says(`n${index}`, index, `${index}`))
      chatState.messages.push(...messages)
      yield* TestClock.adjust("2 seconds")
      yield* Effect.all([pull, normalize, plan], { discard: true })
      const append = runningOf("crm").installed.connector.actions.find(({ verb }) => verb === "AppendTimeline")!
      const before = { ...append }
      const asked: Array<ReadonlyArray<string>> = []
      const landed = (inputs: ReadonlyArray<Action.Input<"AppendTimeline">>) =>
        Effect.suspend(() => {
          asked.push(inputs.map(({ entry }) => entry.body))
          // Once more the vendor refuses a question as a whole: then each is asked alone.
          if (asked.length === 3) {
            return Effect.fail(VendorError.make("crm", "find", new VendorError.Rejected({ code: "BATCH", detail: "" })))
          }
          if (asked.length === 2) {
            return Effect.fail(VendorError.make("crm", "find", new VendorError.RateLimited({ retryAfterMs: 5_000 })))
          }
          const refOf = (key: string) => [...crmState.entries.values()].find((entry) => entry.key === key)?.ref
          return Effect.succeed(inputs.map(({ key }) => ({ ref: Ref.local("entry", refOf(key)!) })))
        })
      const body = Effect.gen(function* () {
        const due = yield* (yield* Projections.Projections).due({ destination: "crm", now: START + 9_000, limit: 9 })
        for (const { key } of due) crmState.lost.add(key)
        yield* dispatch
        expect(entries()).toHaveLength(6)
        crmState.lost.clear()
        const settled = Effect.map((yield* Projections.Projections).tally, (all) =>
          all.filter(({ state }) => state === "settled").map(({ count }) => count)
        )
        Object.assign(append, { landed, batchMax: 2 })
        yield* TestClock.adjust("10 seconds")
        yield* dispatch
        expect([asked, yield* settled]).toEqual([
          [
            ["0", "1"],
            ["2", "3"]
          ],
          [2]
        ])
        Object.assign(append, { write: () => Effect.die("killed") })
        yield* TestClock.adjust("10 seconds")
        yield* Effect.exit(dispatch)
        expect([asked.slice(2), yield* settled]).toEqual([[["2", "3"], ["2"], ["3"], ["4", "5"]], [2]])
        Object.assign(append, { write: before.write })
        yield* dispatch
        expect([asked.length, yield* settled]).toEqual([6, [6]])
        expect(crmState.ids).toBe(6)
      })
      yield* Effect.ensuring(
        body,
        Effect.sync(() => {
          Object.assign(append, { landed: undefined }, before)
        })
      )
    })
  )

  scenario(
    "a batch refused as a whole sets aside only the input that the vendor refuses",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      crmState.refused.add("rude")
      chatState.messages.push(says("a", 1, "one"), says("b", 2, "two"), says("c", 3, "rude"), says("d", 4, "four"))
      yield* turn
      expect(texts(entries())).toEqual(["four", "one", "two"])
      const aside = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: 9 })
      expect(aside).toHaveLength(1)
      expect(aside[0]?.detail).toContain("refused: rude")
    })
  )

  scenario(
    "our own late echo is not taken for an edit when the next attempt did nothing",
    Effect.gen(function* () {
      const { chatState, crmState, pull, normalize, plan, dispatch, turn } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      const [entry] = [...crmState.entries.values()]
      chatState.messages[0] = { ...hello, at: START + 2_500, version: START + 2_500, text: "hello!" }
      yield* TestClock.adjust("2 seconds")
      yield* Effect.all([pull, normalize, plan], { discard: true })
      crmState.lost.add(entry!.key)
      yield* dispatch
      yield* TestClock.adjust("2 seconds")
      crmState.failures.push(new VendorError.RateLimited({ retryAfterMs: 60_000 }))
      yield* dispatch
      crmState.observed.push({ id: entry!.ref, at: START + 5_000, key: entry!.key, body: "hello!" })
      yield* TestClock.adjust("2 seconds")
      yield* Effect.all([pull, normalize], { discard: true })
      const states = Effect.map((yield* Projections.Projections).tally, (all) => all.map(({ state }) => state))
      expect(yield* states).toEqual(["due"])
      yield* TestClock.adjust("60 seconds")
      yield* dispatch
      expect(yield* states).toEqual(["settled"])
    })
  )
})

describe("what is set aside", () => {
  const aside = Effect.flatMap(Quarantine.Quarantine, ({ list }) => list({ after: "", limit: 9 }))

  scenario(
    "a write that lacks a scope holds up nothing, and lands once the scope is there and a person says so",
    Effect.gen(function* () {
      const { chatState, crmState, control, pull, normalize, plan, dispatch, turn, entries } = yield* world()
      crmState.records.push(ana)
      yield* turn
      chatState.messages.push(says("a", 2_100, "one"))
      yield* TestClock.adjust("2 seconds")
      yield* Effect.all([pull, normalize, plan], { discard: true })
      const lacking = new VendorError.Unauthorized({ detail: "calls may not be written", missingScope: "calls.write" })
      crmState.failures.push(lacking)
      yield* dispatch
      chatState.messages.push(says("b", 4_100, "two"))
      yield* turn
      expect(texts(entries())).toEqual(["two"])
      const [row] = yield* control.quarantine({ connection: "crm" })
      expect(row).toMatchObject({ reason: "Unauthorized", kind: "projection" })
      expect(row?.remedy).toContain("calls.write")
      expect((yield* control.status).quarantine).toEqual([
        { connection: "crm", reason: "Unauthorized", count: 1, example: row?.detail }
      ])
      expect(yield* control.release({ connection: "chat" })).toBe(0)
      expect(yield* control.release({ subjects: [row!.subject] })).toBe(1)
      yield* turn
      expect(texts(entries())).toEqual(["one", "two"])
      expect(yield* aside).toEqual([])
    })
  )

  scenario(
    "what is let go is not tried again, whatever happens to its message",
    Effect.gen(function* () {
      const { chatState, crmState, control, turn, entries } = yield* world()
      crmState.records.push(ana)
      crmState.refused.add("rude")
      chatState.messages.push(says("c", 3, "rude"), { id: "bad", at: START + 50, from: 7 })
      yield* turn
      const rows = yield* control.quarantine({})
      expect(rows.map(({ kind }) => kind).sort()).toEqual(["item", "projection"])
      expect(yield* control.quarantine({ after: rows.at(-1)!.subject })).toEqual([])
      expect(yield* control.letGo({ subjects: rows.map(({ subject }) => subject) })).toBe(2)
      expect(yield* control.quarantine({})).toEqual([])
      crmState.refused.clear()
      chatState.messages.push({ ...says("c", 2_500, "kind now"), version: START + 2_500 })
      yield* turn
      expect(entries()).toEqual([])
      expect(yield* aside).toEqual([])
    })
  )

  scenario(
    "an item that could not be read is read again",
    Effect.gen(function* () {
      const { chatState, control, turn } = yield* world()
      chatState.messages.push({ id: "bad", at: START + 50, from: 7 }, hello)
      yield* turn
      expect(yield* control.release({ connection: "chat" })).toBe(1)
      yield* turn
      expect(yield* aside).toMatchObject([{ kind: "item", reason: "Malformed" }])
    })
  )

  scenario(
    "an entry that the connector cannot take out is not taken for gone",
    Effect.gen(function* () {
      const { chatState, crmState, runningOf, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      const append = runningOf("crm").installed.connector.actions.find(({ verb }) => verb === "AppendTimeline")!
      const { remove } = append
      chatState.messages[0] = { ...hello, at: START + 2_500, version: START + 2_500, deleted: true }
      Object.assign(append, { remove: undefined })
      yield* Effect.ensuring(
        turn,
        Effect.sync(() => Object.assign(append, { remove }))
      )
      expect(entries()).toHaveLength(1)
      expect(yield* aside).toMatchObject([
        {
          reason: "Irremovable",
          detail: expect.stringContaining("entry e1"),
          remedy: expect.stringContaining("by hand")
        }
      ])
    })
  )

  scenario(
    "a late echo without our key, of an entry that we took out, is no news",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      const [entry] = [...crmState.entries.values()]
      chatState.messages[0] = { ...hello, at: START + 2_500, version: START + 2_500, deleted: true }
      yield* turn
      expect(crmState.entries.size).toBe(0)
      crmState.observed.push({ id: entry!.ref, at: START + 3_000, key: "", body: "hello", unmarked: true })
      yield* turn
      const ledger = yield* Ledger.Ledger
      expect(yield* ledger.interactionKeys({ after: "", limit: 9, connection: "crm" })).toEqual([])
    })
  )
})

describe("records that are created", () => {
  const creating = { crm: { destination: { withoutRecord: "create" } } } as const

  scenario(
    "a customer without a record gets one, once, and the entries that waited stand on it",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world(creating)
      chatState.messages.push(hello, says("m2", 200, "again"))
      for (let round = 0; round < 4; round++) yield* turn
      expect(crmState.records).toHaveLength(1)
      const [record] = crmState.records as ReadonlyArray<{ readonly id: string }>
      expect(texts(entries())).toEqual(["again", "hello"])
      expect(new Set(entries().flatMap(({ records }) => records))).toEqual(new Set([record!.id]))
    })
  )

  scenario(
    "what a record was made with is ours: it follows its source until a person corrects it",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world({
        crm: { destination: { withoutRecord: "create", fields: { firm: {} } } }
      })
      const firm = () => (crmState.records[0] as CrmRecord | undefined)?.values?.["firm"]
      const saying = (company: string, at: number) => ({
        ...says(`m${at}`, at, company),
        profile: { company, at: START + at }
      })
      chatState.messages.push(saying("Example", 100))
      for (let round = 0; round < 3; round++) yield* turn
      expect([firm(), crmState.set]).toEqual(["Example", []])
      chatState.messages.push(saying("Example and Daughters", 7_000))
      for (let round = 0; round < 2; round++) yield* turn
      expect(firm()).toBe("Example and Daughters")
      setFields(crmState, (crmState.records[0] as CrmRecord).id, { firm: "Example Ltd" }, START + 11_000)
      chatState.messages.push(saying("Examples", 11_500))
      for (let round = 0; round < 2; round++) yield* turn
      expect(firm()).toBe("Example Ltd")
    })
  )

  scenario(
    "none is created for a customer who got one by another way before anything was approved",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world({ ...creating, mode: "observe" })
      chatState.messages.push(hello)
      yield* turn
      crmState.records.push({ ...ana, updatedAt: START + 2_500 })
      yield* turn
      yield* (yield* Connections.Connections).update("crm", { mode: "live" })
      yield* turn
      expect(crmState.records).toHaveLength(1)
      expect(entries()).toEqual([{ body: "hello", records: ["1"] }])
    })
  )
})
