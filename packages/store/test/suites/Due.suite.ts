import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Messages, Projections } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"
import { wanted, delivered, dueKeys } from "./wanted.ts"

export const due: Suite = ({ holds }) => {
  holds("a message is due apart from what stands in records; its text is kept as it was asked for first", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const messages = yield* Messages.Messages
      yield* messages.put("m", { conversation: { kind: "channel", id: "C1" }, text: "first" }, 1)
      yield* messages.put("m", { text: "second" }, 2)
      yield* projections.desire([wanted("k"), wanted("m", { verb: "SendMessage", records: [] })])
      expect(yield* dueKeys()).toEqual(["k"])
      expect(yield* dueKeys({ messages: true })).toEqual(["m"])
      expect((yield* projections.dueByVerb("crm")).map(({ verb }) => verb)).toEqual(["AppendTimeline"])
      expect(yield* messages.get(["m", "other"])).toEqual(
        new Map([["m", { conversation: { kind: "channel", id: "C1" }, text: "first" }]])
      )
      yield* projections.finish([delivered("m", { records: [] })], 6)
      expect((yield* projections.receipts("m")).map(({ why }) => why)).toEqual(["sent"])
      yield* projections.handOver("crm", "other", 9)
      expect(yield* messages.get(["m"])).toEqual(new Map())
    })
  )

  holds("what was seen as due is looked at again before it is written", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const keys = ["same", "changed", "moved", "held", "settled"]
      yield* projections.desire(keys.map((key) => wanted(key)))
      const seen = yield* projections.due({ destination: "crm", now: 0, limit: 9 })
      yield* projections.desire([wanted("changed", { desired: "v2" }), wanted("moved", { records: ["c2"] })])
      yield* projections.finish([{ _tag: "Held", key: "held", why: "edited by hand" }, delivered("settled")], 1)
      expect(yield* projections.asSeen(seen)).toEqual(new Set(["same"]))
    })
  )

  holds("a retry waits for its time, and saying the same again does not shorten it", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 1)
      yield* projections.finish([{ _tag: "Retry", key: "k", dueAt: 50, why: "busy", uncertain: false }], 2)
      yield* projections.desire([wanted("k")])
      expect(yield* dueKeys({ now: 49 })).toEqual([])
      expect(yield* projections.nextDueAt("crm")).toBe(50)
      const row = (yield* projections.get(["k"])).get("k")
      expect(row).toMatchObject({ why: "busy", attempts: 1 })
      expect(row).not.toHaveProperty("attempt")
      yield* projections.desire([wanted("k", { desired: "v2", dueAt: 20 })])
      expect(yield* dueKeys({ now: 20 })).toEqual(["k"])
      expect(yield* projections.nextDueAt("chat")).toBeUndefined()
    })
  )

  holds("waiting and dropped rows are not due, and say why", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([
        wanted("w", { state: "waiting", records: [], why: "no record" }),
        wanted("d", { state: "dropped", why: "record cap" }),
        wanted("k")
      ])
      expect(yield* dueKeys()).toEqual(["k"])
      expect((yield* projections.tally).map(({ state, why, count }) => [state, why, count])).toEqual(
        expect.arrayContaining([
          ["dropped", "record cap", 1],
          ["waiting", "no record", 1],
          ["due", undefined, 1]
        ])
      )
      yield* projections.desire([wanted("w")])
      expect((yield* projections.get(["w"])).get("w")).not.toHaveProperty("why")
      expect(yield* dueKeys()).toEqual(["k", "w"])
    })
  )

  holds("urgent lanes are due first, then the order of the subjects' times", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([
        wanted("late", { at: 30 }),
        wanted("early", { at: 10 }),
        wanted("backfill", { at: 1, lane: 3 }),
        wanted("other", { at: 0, destination: "desk" }),
        wanted("future", { at: 0, dueAt: 99 })
      ])
      expect(yield* dueKeys()).toEqual(["early", "late", "backfill"])
      expect(yield* dueKeys({ limit: 1 })).toEqual(["early"])
    })
  )

  holds("a canary touches only rows whose records are all in it, also those an entry leaves", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([
        wanted("one", { at: 1 }),
        wanted("two", { at: 2, records: ["c1", "c2"] }),
        wanted("three", { at: 3, records: ["c3"] }),
        wanted("none", { at: 4, records: [] })
      ])
      expect(yield* dueKeys({ records: ["c1"] })).toEqual(["one"])
      expect(yield* dueKeys({ records: ["c1", "c2"] })).toEqual(["one", "two"])
      expect(yield* dueKeys({ records: [] })).toEqual([])
      expect(yield* projections.recordCountDue("crm")).toBe(3)
      yield* projections.finish([delivered("three", { records: ["c3"] })], 1)
      yield* projections.desire([wanted("three", { at: 3, records: ["c1"] })])
      expect(yield* dueKeys({ records: ["c1"] })).toEqual(["one"])
      expect(yield* dueKeys({ records: ["c1", "c3"] })).toEqual(["one", "three"])
      yield* projections.finish([delivered("three")], 2)
      expect(yield* projections.recordCountDue("crm")).toBe(2)
    })
  )
}
