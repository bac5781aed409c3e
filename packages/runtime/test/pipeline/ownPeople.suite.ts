/** What the company's own people say. */
import { Own } from "@interchannel/domain"
import { Projections } from "@interchannel/store"
import { Effect } from "effect"
import { expect } from "vitest"
import type { Scenario } from "../scenario.ts"
import { START, world } from "../stages.ts"
import { ana, hello } from "./vendorsSay.ts"

export const ownPeople = (scenario: Scenario) => {
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
      const { chatState, crmState, turn, entries, bodies } = yield* world({
        own: { ...Own.none, domains: ["example.org"] }
      })
      chatState.messages.push(
        { ...hello, thread: "t" },
        { id: "a1", at: START + 200, from: "sam", email: "sam@example.org", thread: "t", text: "on its way" }
      )
      yield* turn
      expect(entries()).toEqual([])
      crmState.records.push({ ...ana, updatedAt: START + 3_000 })
      yield* turn
      yield* turn
      expect(bodies()).toEqual(["hello", "on its way"])
    })
  )
}
