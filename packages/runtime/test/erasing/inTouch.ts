/** Two customers who were in touch with the company, one of whom is erased. */
import { Key, Ref, Own } from "@interchannel/domain"
import { Effect } from "effect"
import * as Erasing from "../../src/erasing/Erasing.ts"
import { START, world } from "../stages.ts"

export const STEPS_MAX = 100
export const own = { ...Own.none, domains: ["example.org"] }
export const ana = { id: "ana-record", email: "ana@example.com", updatedAt: START }
export const anaRef = Ref.local("person", "ana-record")
export const anaKey = Key.contact("crm", anaRef)
export const bob = { id: "bob-record", email: "bob@example.com", updatedAt: START }
export const said = (id: string, from: string, text: string, more: object = {}) => ({
  id,
  at: START + 100,
  from,
  email: from === "sam" ? "sam@example.org" : `${from}@example.com`,
  text,
  ...more
})

/** Ana and Bob were in touch, and what they said stands in the CRM. */
export const inTouchWith = (more: Parameters<typeof world>[0]) =>
  Effect.gen(function* () {
    const all = yield* world({ own, ...more })
    all.crmState.records.push(ana, bob)
    all.chatState.messages.push(
      said("m1", "ana", "my card is lost", { thread: "t1" }),
      said("m2", "sam", "blocked at once", { thread: "t1" }),
      said("m3", "bob", "good morning", { thread: "t2" }),
      said("m4", "ana", "good evening", { thread: "t2" }),
      said("m5", "sam", "hello to you both", { thread: "t2" })
    )
    yield* all.push("chat", "d1", [said("m1", "ana", "my card is lost", { thread: "t1" })])
    yield* all.turn
    yield* all.turn
    const step = Erasing.step({ ...all.installation }, all.lease)
    const run = Effect.gen(function* () {
      for (let steps = 0; steps < STEPS_MAX; steps++) if ((yield* step) !== "more") return
      return yield* Effect.dieMessage("erasing does not end")
    })
    return { ...all, run }
  })
export const inTouch = inTouchWith({})
