/** What people do to entries by hand, and our own writing that is read back. */
import { Projections } from "@interchannel/store"
import { Effect } from "effect"
import { expect } from "vitest"
import type { Scenario } from "../scenario.ts"
import { START, world } from "../stages.ts"
import { ana, hello } from "./vendorsSay.ts"

export const hands = (scenario: Scenario) => {
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
}
