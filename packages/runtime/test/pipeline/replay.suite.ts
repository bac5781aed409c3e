/** What is read or told again, and marks. */
import { Dirty, Inbox, Projections } from "@interchannel/store"
import { Effect } from "effect"
import { expect } from "vitest"
import { forgetLedger } from "@interchannel/store/testing"
import type { Scenario } from "../scenario.ts"
import { START, world } from "../stages.ts"
import { ana, hello } from "./vendorsSay.ts"

export const replay = (scenario: Scenario) => {
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
    "a delivery that the vendor repeats is stored once",
    Effect.gen(function* () {
      const { push } = yield* world()
      expect(yield* push("chat", "d1", [hello])).toEqual({ stored: 1, known: 0 })
      expect(yield* push("chat", "d1", [hello])).toEqual({ stored: 0, known: 1 })
    })
  )
}
