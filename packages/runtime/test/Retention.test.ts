import { Inbox, Store } from "@interchannel/store"
import { it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Retention from "../src/Retention.ts"
import { START, world } from "./stages.ts"

describe("Retention", () => {
  it.effect("drops raw bodies after their time, settled ones only, in bounded steps; a replay then has none", () =>
    Effect.gen(function* () {
      const { push, normalize } = yield* world()
      const inbox = yield* Inbox.Inbox
      for (let index = 0; index < 3; index++) yield* push("chat", `d${index}`, [])
      yield* normalize
      yield* push("chat", "pending", [])
      expect(yield* Retention.step).toEqual({ restUntil: START + 3_600_000 })
      expect(yield* inbox.reopen({ connection: "chat" })).toBe(3)
      yield* normalize
      yield* TestClock.setTime(Date.UTC(2100, 0, 1))
      yield* push("chat", "still pending", [])
      yield* Retention.step
      expect(yield* inbox.reopen({ connection: "chat" })).toBe(0)
      expect(yield* inbox.pending(9)).toHaveLength(1)
    }).pipe(Effect.provide(Store.layerTemporary))
  )
})
