/** What goes wrong. */
import { VendorError } from "@interchannel/connector"
import { Projections, Quarantine } from "@interchannel/store"
import { Effect, TestClock } from "effect"
import { expect } from "vitest"
import type { Scenario } from "../scenario.ts"
import { START, world } from "../stages.ts"
import { ana, hello } from "./vendorsSay.ts"

export const trouble = (scenario: Scenario) => {
  scenario(
    "a clock that is set back by a day loses nothing and writes nothing twice",
    Effect.gen(function* () {
      const { chatState, crmState, turn, push, bodies } = yield* world()
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
      expect(bodies()).toEqual(["hello, edited", "pushed", "read"])
      expect([...crmState.entries.values()].map(({ writes }) => writes).sort()).toEqual([1, 1, 2])
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
}
