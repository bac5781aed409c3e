/** What customers say stands on their records. */
import { Projections } from "@interchannel/store"
import { Effect } from "effect"
import { expect } from "vitest"
import type { Scenario } from "../scenario.ts"
import { START, world } from "../stages.ts"
import { ana, hello } from "./vendorsSay.ts"

export const records = (scenario: Scenario) => {
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
      const byBody = Object.fromEntries([...crmState.entries.values()].map((entry) => [entry.body, [...entry.records]]))
      expect(byBody["again"]).toEqual(["3"])
      expect(crmState.entries.size).toBe(2)
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
}
