/** What stands beside the conversations of somebody who is erased. */
import { Connections, Ledger } from "@interchannel/store"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Erasing from "../../src/erasing/Erasing.ts"
import * as Requests from "../../src/erasing/Requests.ts"
import { chatLosingAnAnswer } from "../chatWithCards.ts"
import { scenario } from "../scenario.ts"
import { START, world } from "../stages.ts"
import { ana, said } from "./inTouch.ts"

describe("the card of somebody who is erased", () => {
  scenario(
    "is taken out before all is forgotten, when its answer was lost and what it stands beside was deleted",
    Effect.gen(function* () {
      const shown = new Set<string>()
      const { crmState, dispatchTo, installation, lease, push, turn } = yield* world({
        chat: { connector: chatLosingAnAnswer(shown), destination: { cards: true } }
      })
      const run = Effect.repeatN(Erasing.step({ ...installation }, lease), 5)
      yield* (yield* Connections.Connections).update("chat", { mode: "live" })
      crmState.records.push(ana)
      yield* push("other", "d1", [said("m1", "ana", "my card is lost")])
      yield* push("chat", "d2", [said("m2", "ana", "a question", { thread: "t2" })])
      yield* Effect.repeatN(turn, 2)
      yield* dispatchTo("chat")
      expect(shown.size).toBe(1)
      yield* push("chat", "d3", [said("m2", "ana", "", { version: START + 900, deleted: true })])
      yield* Effect.repeatN(turn, 1)
      yield* Requests.erase(installation, "ana@example.com", "ada")
      yield* run
      yield* Effect.all([TestClock.adjust("1 minute"), dispatchTo("chat"), run])
      expect([...shown]).toEqual([])
      expect((yield* (yield* Ledger.Ledger).counts).interactions).toBe(0)
    })
  )
})
