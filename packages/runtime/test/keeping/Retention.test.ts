import { Inbox, Leases, Store } from "@interchannel/store"
import { it } from "@effect/vitest"
import { Effect, Either, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Installation from "../../src/configuration/Installation.ts"
import * as Keep from "../../src/keeping/Keep.ts"
import * as Retention from "../../src/keeping/Retention.ts"
import { chat, chatWorld } from "../sampleVendors/chat.ts"
import { START, world } from "../stages.ts"

const DAY_MS = 24 * 3_600_000
const load = (keep: Readonly<Record<string, string>>) =>
  Installation.load({ connections: { chat: { connector: chat(chatWorld()), credentials: { secret: "s" } } }, keep }, {})

describe("Retention", () => {
  it.effect("drops raw bodies after their time, settled ones only, in bounded steps; a replay then has none", () =>
    Effect.gen(function* () {
      const { push, normalize, lease } = yield* world()
      const inbox = yield* Inbox.Inbox
      const step = Retention.make(() => Keep.defaults, lease)
      for (let index = 0; index < 3; index++) yield* push("chat", `d${index}`, [])
      yield* normalize
      yield* push("chat", "pending", [])
      yield* step
      expect(yield* inbox.reopen({ connection: "chat" })).toBe(3)
      yield* normalize
      yield* TestClock.setTime(START + 31 * DAY_MS)
      yield* push("chat", "still pending", [])
      yield* step
      expect(yield* inbox.reopen({ connection: "chat" })).toBe(0)
      expect(yield* inbox.pending(9)).toHaveLength(1)
    }).pipe(Effect.provide(Store.layerTemporary))
  )

  it.effect("walks once a day, a page at a time, and rests then", () =>
    Effect.gen(function* () {
      const { lease, push } = yield* world()
      for (let index = 0; index < 3; index++) yield* push("chat", `d${index}`, [])
      const step = Retention.make(() => Keep.defaults, lease)
      const rests: Array<number> = []
      for (let run = 0; run < 3; run++) {
        const next = yield* step
        const at = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
        rests.push(next === "more" ? 0 : next.restUntil - at)
      }
      expect(rests).toEqual([1_000, 3_600_000, 3_600_000])
      yield* TestClock.adjust("1 day")
      expect(yield* step).toEqual({ restUntil: START + DAY_MS + 1_000 })
    }).pipe(Effect.provide(Store.layerTemporary))
  )

  it.effect("stops when its lease is lost", () =>
    Effect.gen(function* () {
      const { lease } = yield* world()
      const leases = yield* Leases.Leases
      yield* leases.release(lease)
      yield* leases.take("test", "another", { now: START, forMs: 1 })
      const error = yield* Effect.flip(Retention.make(() => Keep.defaults, lease))
      expect(error.reason).toBe("fenced")
    }).pipe(Effect.provide(Store.layerTemporary))
  )

  it("how long is a choice, within reason, and a mistake in it is a problem", () => {
    expect(Either.getOrThrow(load({ raw: "7 days", receipts: "2 years" })).keep).toEqual({
      ...Keep.defaults,
      rawMs: 7 * DAY_MS,
      receiptsMs: 730.5 * DAY_MS
    })
    const problems = Either.getOrThrow(Either.flip(load({ raw: "for ever", keys: "1 days", rawBodies: "9 days" })))
    expect(problems.map(({ key }) => key)).toEqual(["keep.rawBodies", "keep.raw", "keep.keys"])
  })
})
