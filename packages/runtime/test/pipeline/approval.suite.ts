/** What configuration and approval let through. */
import { Connections, Projections } from "@interchannel/store"
import { Effect, TestClock } from "effect"
import { expect } from "vitest"
import type { Scenario } from "../scenario.ts"
import { START, world } from "../stages.ts"
import { ana, hello } from "./vendorsSay.ts"

/** `crowd`: contacts of the CRM that is met at the first start. */
export const approval = (scenario: Scenario, crowd: number) => {
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
}
