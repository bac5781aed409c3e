/** What goes in at the vendors, and what then stands in the CRM. Holds on every database. */
import { VendorError } from "@interchannel/connector"
import { Own } from "@interchannel/domain"
import { Connections, Dirty, Inbox, Projections, Quarantine, type Store, type StoreError } from "@interchannel/store"
import { Effect, type Layer, TestClock } from "effect"
import { describe, expect } from "vitest"
import { forgetLedger } from "@interchannel/store/testing"
import { scenariosOn } from "./scenario.ts"
import { START, world } from "./stages.ts"

const ana = { id: "1", email: "ana@example.com", updatedAt: START }
const hello = { id: "m1", at: START + 100, from: "ana", email: "ana@example.com", text: "hello" }

/** `store`: an empty one each time. `crowd`: contacts of the CRM that is met at the first start. */
export const pipelineOn = (name: string, store: Layer.Layer<Store.Services, StoreError>, crowd: number) => {
  const scenario = scenariosOn(store)

  describe(`the pipeline on ${name}`, () => {
    scenario(
      "what a customer said in chat stands in the CRM, once, on the right record",
      Effect.gen(function* () {
        const { chatState, crmState, turn, entries } = yield* world()
        crmState.records.push(ana, { id: "2", email: "bob@example.com", updatedAt: START })
        chatState.messages.push(hello)
        yield* turn
        yield* turn
        expect(entries()).toEqual([{ body: "hello", records: ["1"] }])
        expect([...crmState.entries.values()][0]?.writes).toBe(1)
      })
    )

    scenario(
      "an edit updates the entry in place, a deletion takes it out",
      Effect.gen(function* () {
        const { chatState, crmState, turn, entries } = yield* world()
        crmState.records.push(ana)
        chatState.messages.push(hello)
        yield* turn
        chatState.messages[0] = { ...hello, at: START + 2_500, version: START + 2_500, text: "hello!" }
        yield* turn
        expect(entries().map(({ body }) => body)).toEqual(["hello!"])
        chatState.messages[0] = { ...hello, at: START + 4_500, version: START + 4_500, deleted: true }
        yield* turn
        expect(entries()).toEqual([])
      })
    )

    scenario(
      "a customer without a record waits until there is one",
      Effect.gen(function* () {
        const { chatState, crmState, turn, entries } = yield* world()
        chatState.messages.push(hello)
        yield* turn
        expect(entries()).toEqual([])
        const tally = yield* (yield* Projections.Projections).tally
        expect(tally).toEqual([expect.objectContaining({ state: "waiting", why: "no record", count: 1 })])
        crmState.records.push({ ...ana, updatedAt: START + 3_000 })
        yield* turn
        expect(entries()).toEqual([{ body: "hello", records: ["1"] }])
      })
    )

    scenario(
      "two records merged into a new id: entries stay where the vendor moved them, new ones go to the new id",
      Effect.gen(function* () {
        const { chatState, crmState, turn } = yield* world()
        const second = { id: "2", email: "ana.b@example.com", updatedAt: START }
        crmState.records.push(ana, second)
        chatState.messages.push(hello)
        yield* turn
        crmState.records.splice(0, 2, {
          id: "3",
          email: "ana@example.com",
          updatedAt: START + 3_000,
          former: ["1", "2"]
        })
        chatState.messages.push({ ...hello, id: "m2", at: START + 2_100, text: "again" })
        yield* turn
        yield* turn
        const byBody = Object.fromEntries(
          [...crmState.entries.values()].map((entry) => [entry.body, [...entry.records]])
        )
        expect(byBody["again"]).toEqual(["3"])
        expect(crmState.entries.size).toBe(2)
      })
    )

    scenario(
      "a clock that is set back by a day loses nothing and writes nothing twice",
      Effect.gen(function* () {
        const { chatState, crmState, turn, push, entries } = yield* world()
        crmState.records.push(ana)
        chatState.messages.push(hello)
        yield* TestClock.adjust("2 days")
        yield* turn
        yield* TestClock.setTime(START + 86_400_000)
        yield* push("chat", "d1", [{ ...hello, id: "m2", at: START + 86_400_000, text: "pushed" }])
        chatState.messages.push({ ...hello, id: "m3", at: START + 86_400_500, text: "read" })
        chatState.messages[0] = { ...hello, at: START + 86_400_700, version: START + 86_400_700, text: "hello, edited" }
        yield* turn
        yield* turn
        expect(
          entries()
            .map(({ body }) => body)
            .sort()
        ).toEqual(["hello, edited", "pushed", "read"])
        expect([...crmState.entries.values()].map(({ writes }) => writes).sort()).toEqual([1, 1, 2])
      })
    )

    scenario(
      "a record that one reading missed and the next one shows is there again, though it is as old as before",
      Effect.gen(function* () {
        const { chatState, crmState, turn, push, entries } = yield* world()
        crmState.records.push(ana)
        yield* turn
        crmState.records.length = 0
        yield* turn
        chatState.messages.push({ ...hello, at: START + 4_100 })
        yield* turn
        expect(entries()).toEqual([])
        // A push that comes late speaks of the time before: only the vendor's own list says that it is there.
        yield* push("chat", "late", [{ ...hello, id: "m2", at: START + 4_200 }])
        yield* turn
        expect(entries()).toEqual([])
        crmState.records.push(ana)
        yield* turn
        yield* turn
        expect(entries().map(({ records }) => records)).toEqual([["1"], ["1"]])
        crmState.records.length = 0
        yield* turn
        chatState.messages.push({ ...hello, id: "m3", at: START + 14_000, text: "gone again" })
        yield* turn
        expect(entries().map(({ body }) => body)).not.toContain("gone again")
      })
    )

    scenario(
      "our own staff's chatter goes nowhere",
      Effect.gen(function* () {
        const { chatState, crmState, turn, entries } = yield* world({ own: { ...Own.none, domains: ["example.com"] } })
        crmState.records.push({ ...ana, email: "bob@example.org" })
        chatState.messages.push(hello, { ...hello, id: "m2", from: "bob", email: "bob@example.org", text: "hi" })
        yield* turn
        expect(entries().map(({ body }) => body)).toEqual(["hi"])
        expect(yield* (yield* Projections.Projections).tally).toHaveLength(1)
      })
    )

    scenario(
      "a time-out after the vendor committed writes no second entry",
      Effect.gen(function* () {
        const { chatState, crmState, pull, normalize, plan, turn, entries } = yield* world()
        crmState.records.push(ana)
        chatState.messages.push(hello)
        yield* TestClock.adjust("2 seconds")
        yield* Effect.all([pull, normalize, plan], { discard: true })
        const due = yield* (yield* Projections.Projections).due({ destination: "crm", now: START + 9_000, limit: 9 })
        crmState.lost.add(due[0]!.key)
        yield* turn
        yield* turn
        yield* turn
        expect(entries()).toEqual([{ body: "hello", records: ["1"] }])
        expect(yield* (yield* Projections.Projections).tally).toEqual([expect.objectContaining({ state: "settled" })])
      })
    )

    scenario(
      "an entry deleted by hand is not written again, one edited by hand is left alone",
      Effect.gen(function* () {
        const { chatState, crmState, turn, entries } = yield* world()
        crmState.records.push(ana)
        chatState.messages.push(hello, { ...hello, id: "m2", at: START + 200, text: "second" })
        yield* turn
        const [first, second] = [...crmState.entries.values()]
        crmState.entries.delete(first!.ref)
        second!.body = "changed by an admin"
        crmState.observed.push(
          { id: first!.ref, at: START + 2_500, key: first!.key, body: "", deleted: true },
          { id: second!.ref, at: START + 2_500, key: second!.key, body: "changed by an admin" }
        )
        yield* turn
        chatState.messages.splice(
          0,
          2,
          { ...hello, at: START + 4_000, version: START + 4_000, text: "hello, edited" },
          { ...hello, id: "m2", at: START + 4_000, version: START + 4_000, text: "second, edited" }
        )
        yield* turn
        yield* turn
        expect(entries().map(({ body }) => body)).toEqual(["changed by an admin"])
        const tally = yield* (yield* Projections.Projections).tally
        expect(tally).toEqual([
          expect.objectContaining({ state: "held", count: 1 }),
          expect.objectContaining({ state: "held", count: 1 })
        ])
      })
    )

    scenario(
      "an entry deleted by hand before we heard of it is not written again either",
      Effect.gen(function* () {
        const { chatState, crmState, turn, entries } = yield* world()
        crmState.records.push(ana)
        chatState.messages.push(hello)
        yield* turn
        crmState.entries.clear()
        chatState.messages[0] = { ...hello, at: START + 2_500, version: START + 2_500, text: "edited" }
        yield* turn
        yield* turn
        expect(entries()).toEqual([])
      })
    )

    scenario(
      "our own entries, read back, are no interactions",
      Effect.gen(function* () {
        const { chatState, crmState, turn } = yield* world()
        crmState.records.push(ana)
        chatState.messages.push(hello)
        yield* turn
        for (const entry of crmState.entries.values()) {
          crmState.observed.push({ id: entry.ref, at: START + 3_000, key: entry.key, body: entry.body })
        }
        yield* turn
        yield* turn
        expect([...crmState.entries.values()].map(({ writes }) => writes)).toEqual([1])
        expect(yield* (yield* Projections.Projections).tally).toEqual([
          expect.objectContaining({ state: "settled", count: 1 })
        ])
      })
    )

    scenario(
      "what our own people answer stands there too, also what they said before the customer joined",
      Effect.gen(function* () {
        const { chatState, crmState, turn, entries } = yield* world({ own: { ...Own.none, domains: ["example.org"] } })
        crmState.records.push(ana)
        const agent = { from: "sam", email: "sam@example.org", thread: "t" }
        chatState.messages.push({ ...agent, id: "a1", at: START + 100, text: "welcome" })
        yield* turn
        expect(entries()).toEqual([])
        chatState.messages.push(
          { ...hello, at: START + 2_100, thread: "t" },
          { ...agent, id: "a2", at: START + 2_200, text: "on its way" }
        )
        yield* turn
        expect(
          entries()
            .map(({ body, records }) => [body, ...records])
            .sort()
        ).toEqual([
          ["hello", "1"],
          ["on its way", "1"],
          ["welcome", "1"]
        ])
      })
    )

    scenario(
      "what our own people answered waits with the customer, and stands there once the customer has a record",
      Effect.gen(function* () {
        const { chatState, crmState, turn, entries } = yield* world({ own: { ...Own.none, domains: ["example.org"] } })
        chatState.messages.push(
          { ...hello, thread: "t" },
          { id: "a1", at: START + 200, from: "sam", email: "sam@example.org", thread: "t", text: "on its way" }
        )
        yield* turn
        expect(entries()).toEqual([])
        crmState.records.push({ ...ana, updatedAt: START + 3_000 })
        yield* turn
        yield* turn
        expect(
          entries()
            .map(({ body }) => body)
            .sort()
        ).toEqual(["hello", "on its way"])
      })
    )

    scenario(
      "what was planned and is wanted no more after the policy was narrowed is not written",
      Effect.gen(function* () {
        const long = { since: "90 days" } as const
        const { chatState, crmState, turn, configure, entries } = yield* world({
          mode: "observe",
          chat: long,
          crm: { destination: long }
        })
        crmState.records.push(ana)
        chatState.messages.push({ ...hello, id: "old", at: START - 86_400_000, text: "long ago" }, hello)
        yield* turn
        yield* turn
        const projections = yield* Projections.Projections
        expect(yield* projections.dueByVerb("crm")).toEqual([expect.objectContaining({ create: 2 })])
        yield* configure({ crm: { destination: { since: "now" } } })
        yield* turn
        yield* (yield* Connections.Connections).update("crm", { mode: "live" })
        yield* turn
        expect(entries().map(({ body }) => body)).toEqual(["hello"])
        yield* configure({ crm: { destination: long } })
        yield* turn
        expect(entries().map(({ body }) => body)).toEqual(["hello", "long ago"])
      })
    )

    scenario(
      "a destination that was none for a while catches up with what happened meanwhile",
      Effect.gen(function* () {
        const { chatState, crmState, turn, pull, normalize, plan, configure, entries } = yield* world()
        crmState.records.push(ana)
        yield* configure({ crm: { destination: {} } })
        yield* turn
        yield* configure({ crm: { destination: undefined } })
        chatState.messages.push({ ...hello, at: START + 2_100 })
        yield* TestClock.adjust("2 seconds")
        yield* Effect.all([pull, normalize, plan], { discard: true })
        yield* configure({ crm: { destination: {} } })
        yield* turn
        expect(entries().map(({ body }) => body)).toEqual(["hello"])
      })
    )

    scenario(
      "an item that cannot be read is set aside with the field; the rest of the page goes on",
      Effect.gen(function* () {
        const { chatState, crmState, turn, entries } = yield* world()
        crmState.records.push(ana)
        chatState.messages.push({ id: "bad", at: START + 50, from: 7 }, hello)
        yield* turn
        expect(entries()).toHaveLength(1)
        const aside = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: 9 })
        expect(aside).toEqual([expect.objectContaining({ connection: "chat", reason: "Malformed" })])
        expect(aside[0]!.detail).toContain('"from"')
      })
    )

    scenario(
      "what the vendor refuses is set aside with its own words and blocks nothing",
      Effect.gen(function* () {
        const { chatState, crmState, turn, pull, normalize, plan, dispatch, entries } = yield* world()
        crmState.records.push(ana)
        yield* turn
        chatState.messages.push({ ...hello, at: START + 2_100, text: "rude" })
        yield* TestClock.adjust("2 seconds")
        yield* Effect.all([pull, normalize, plan], { discard: true })
        crmState.failures.push(new VendorError.Rejected({ code: "BODY", detail: "too rude" }))
        yield* dispatch
        chatState.messages.push({ ...hello, id: "m3", at: START + 4_100, text: "kind" })
        yield* turn
        expect(entries().map(({ body }) => body)).toEqual(["kind"])
        const aside = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: 9 })
        expect(aside).toEqual([expect.objectContaining({ connection: "crm", kind: "projection" })])
        expect(aside[0]!.detail).toContain("too rude")
      })
    )

    scenario(
      "a replay of the whole Inbox writes nothing again",
      Effect.gen(function* () {
        const { chatState, crmState, turn, settle } = yield* world()
        crmState.records.push(ana)
        chatState.messages.push(hello, { ...hello, id: "m2", at: START + 200, text: "second" })
        yield* turn
        const inbox = yield* Inbox.Inbox
        expect(yield* inbox.reopen({ connection: "chat" })).toBe(2)
        yield* inbox.reopen({ connection: "crm" })
        yield* settle
        expect([...crmState.entries.values()].map(({ writes }) => writes)).toEqual([1, 1])
      })
    )

    scenario(
      "the Inbox replayed into an empty ledger writes nothing, in whatever pieces it is read",
      Effect.gen(function* () {
        const { chatState, crmState, turn, normalize, plan, dispatch, restart } = yield* world()
        crmState.records.push(ana, { id: "2", email: "bob@example.com", updatedAt: START })
        chatState.messages.push(hello, { ...hello, id: "m2", at: START + 200, from: "bob", email: "bob@example.com" })
        yield* turn
        expect([...crmState.entries.values()].map(({ writes }) => writes)).toEqual([1, 1])
        yield* forgetLedger
        yield* restart
        const inbox = yield* Inbox.Inbox
        // The chat first: its customers have no record again until the CRM was read.
        for (const connection of ["chat", "crm"]) {
          yield* inbox.reopen({ connection })
          yield* normalize
          yield* plan
          yield* dispatch
        }
        expect([...crmState.entries.values()].map(({ writes }) => writes)).toEqual([1, 1])
        expect(yield* (yield* Projections.Projections).tally).toEqual([
          expect.objectContaining({ state: "settled", count: 2 })
        ])
      })
    )

    scenario(
      "nothing is written while a destination is observed",
      Effect.gen(function* () {
        const { chatState, crmState, turn, entries } = yield* world()
        yield* (yield* Connections.Connections).update("crm", { mode: "observe" })
        crmState.records.push(ana)
        chatState.messages.push(hello)
        yield* turn
        expect(entries()).toEqual([])
        yield* (yield* Connections.Connections).update("crm", { mode: "live" })
        yield* turn
        expect(entries()).toHaveLength(1)
      })
    )

    scenario(
      "marks are worked off",
      Effect.gen(function* () {
        const { chatState, crmState, turn } = yield* world()
        crmState.records.push(ana)
        chatState.messages.push(hello)
        yield* turn
        expect(yield* (yield* Dirty.Dirty).count).toBe(0)
      })
    )

    scenario(
      "the same interaction by feed and by webhook, out of order, the older version last: one entry, newest content",
      Effect.gen(function* () {
        const { chatState, crmState, push, settle, turn, entries } = yield* world()
        crmState.records.push(ana)
        yield* turn
        const edited = { ...hello, version: START + 900, text: "newest" }
        yield* push("chat", "d2", [edited])
        yield* settle
        chatState.messages.push({ ...hello, version: START + 500, text: "middle" })
        yield* turn
        yield* push("chat", "d1", [hello])
        yield* push("chat", "d3 with another id", [edited])
        yield* settle
        expect(entries()).toEqual([{ body: "newest", records: ["1"] }])
        expect([...crmState.entries.values()][0]?.writes).toBe(1)
      })
    )

    scenario(
      "a delivery that the vendor repeats is stored once",
      Effect.gen(function* () {
        const { push } = yield* world()
        expect(yield* push("chat", "d1", [hello])).toEqual({ stored: 1, known: 0 })
        expect(yield* push("chat", "d1", [hello])).toEqual({ stored: 0, known: 1 })
      })
    )

    scenario(
      "two accounts of one vendor: the same ids are different things",
      Effect.gen(function* () {
        const { chatState, otherChat, crmState, push, turn, entries } = yield* world()
        crmState.records.push(ana, { id: "2", email: "bob@example.com", updatedAt: START })
        chatState.messages.push(hello)
        otherChat.messages.push({ ...hello, email: "bob@example.com", from: "bob", text: "from the other" })
        yield* turn
        expect(yield* push("chat", "d1", [])).toMatchObject({ stored: 1 })
        expect(yield* push("other", "d1", [])).toMatchObject({ stored: 1 })
        yield* turn
        expect(entries().sort((a, b) => (a.body < b.body ? -1 : 1))).toEqual([
          { body: "from the other", records: ["2"] },
          { body: "hello", records: ["1"] }
        ])
      })
    )

    scenario(
      "an account whose vendor is down does not hold up the other one",
      Effect.gen(function* () {
        const { chatState, otherChat, crmState, turn, entries } = yield* world()
        crmState.records.push(ana)
        yield* turn
        otherChat.messages.push({ ...hello, at: START + 2_100 })
        chatState.failures.push(new VendorError.Unavailable({ detail: "down", uncertain: false }))
        yield* Effect.ignore(turn)
        yield* turn
        expect(entries()).toHaveLength(1)
      })
    )

    scenario(
      `a first start against ${crowd} contacts and three years of chat writes nothing until it is approved`,
      Effect.gen(function* () {
        const years = { since: "3 years" } as const
        const { chatState, crmState, turn, entries } = yield* world({
          mode: "observe",
          chat: years,
          crm: { destination: { ...years, writesPerHourMax: 100_000 } }
        })
        const DAY = 86_400_000
        for (let index = 0; index < crowd; index++) {
          const email = `ana.${index}@example.com`
          crmState.records.push({ id: `r${index}`, email, updatedAt: START })
          chatState.messages.push({
            id: `m${index}`,
            at: START - 1_000 * DAY + index * (DAY / 4),
            from: `c${index}`,
            email,
            text: `text ${index}`
          })
        }
        chatState.pageSize = 1_000
        for (let round = 0; round < 2; round++) yield* turn
        expect(entries()).toEqual([])
        const projections = yield* Projections.Projections
        expect(yield* projections.dueByVerb("crm")).toEqual([
          { verb: "AppendTimeline", create: crowd, update: 0, remove: 0 }
        ])
        yield* (yield* Connections.Connections).update("crm", { mode: "live" })
        yield* turn
        expect(entries()).toHaveLength(crowd)
        expect([...crmState.entries.values()].every(({ writes, records }) => writes === 1 && records.size === 1)).toBe(
          true
        )
      })
    )
  })
}
