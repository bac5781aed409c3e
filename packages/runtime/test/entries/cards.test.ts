/** Which conversations have a card, and what brings it up to date. */
import { Connections, Projections } from "@interchannel/store"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import { chatLosingAnAnswer, chatWithCards } from "../chatWithCards.ts"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"

const ana = { id: "1", name: "Ana Example", email: "ana@example.com", updatedAt: START }
const said = (id: string, at: number) => ({ id, at: START + at, from: "ana", email: "ana@example.com", text: "hello" })

describe("the card of a customer who begins one conversation after the other", () => {
  scenario(
    "stands beside the first, and tells what happens elsewhere however many follow",
    Effect.gen(function* () {
      const { crmState, push, turn } = yield* world({
        chat: { connector: chatWithCards, destination: { cards: true } }
      })
      const cards = Effect.gen(function* () {
        const rows = yield* (yield* Projections.Projections).list({ destination: "chat", after: "", limit: 20 })
        return rows.flatMap(({ verb, subject, desired }) =>
          verb === "ShowContext" && desired !== undefined ? [{ subject, desired }] : []
        )
      })
      crmState.records.push(ana)
      yield* push("other", "d7", [said("m7", 50)])
      for (let index = 0; index < 6; index++) {
        yield* push("chat", `d${index}`, [{ ...said(`m${index}`, 100 + index * 1_000), thread: `t${index}` }])
        yield* turn
      }
      yield* Effect.repeatN(turn, 2)
      const [first, ...more] = yield* cards
      expect(more).toEqual([])
      yield* push("other", "d9", [said("m9", 20_000)])
      yield* Effect.repeatN(turn, 2)
      const [now] = yield* cards
      expect(now?.subject).toBe(first?.subject)
      expect(now?.desired).not.toBe(first?.desired)
    })
  )
})

describe.each(["look up first", "vendor key"] as const)(
  "a card of which nobody knows whether it was shown, by %s",
  (how) => {
    scenario(
      "is taken out once everything beside which it stands was deleted",
      Effect.gen(function* () {
        const shown = new Set<string>()
        const { crmState, dispatchTo, push, turn } = yield* world({
          chat: { connector: chatLosingAnAnswer(shown, how), destination: { cards: true } }
        })
        yield* (yield* Connections.Connections).update("chat", { mode: "live" })
        crmState.records.push(ana)
        yield* push("other", "d7", [said("m7", 50)])
        yield* push("chat", "d1", [{ ...said("m1", 100), thread: "t1" }])
        const minute = Effect.all([TestClock.adjust("1 minute"), turn, dispatchTo("chat")])
        yield* Effect.repeatN(turn, 2)
        yield* dispatchTo("chat")
        expect(shown.size).toBe(1)
        yield* push("chat", "d2", [{ ...said("m1", 100), version: START + 900, thread: "t1", deleted: true }])
        yield* Effect.repeatN(minute, 2)
        expect([...shown]).toEqual([])
      })
    )
  }
)
