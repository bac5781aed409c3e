import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Projections } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"
import { wanted, delivered, dueKeys, absent, withDesired } from "./wanted.ts"

export const attempts: Suite = ({ holds }) => {
  holds("that an attempt takes an entry out is known until it has ended, also once the entry is wanted again", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const removing = Effect.map(projections.get(["k"]), (rows) => rows.get("k")?.attempt?.removing)
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 1)
      expect(yield* removing).toBe(false)
      yield* projections.finish([delivered("k")], 2)
      yield* projections.desire([withDesired("k", absent)])
      yield* projections.begin(["k"], 3)
      expect(yield* removing).toBe(true)
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 4)
      expect(yield* removing).toBe(true)
      yield* projections.finish([{ _tag: "Delivered", key: "k", records: [] }], 5)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "due", desired: "v1" })
      expect(yield* removing).toBeUndefined()
      yield* projections.begin(["k"], 6)
      expect(yield* removing).toBe(false)
    })
  )

  holds(
    "what an attempt of unknown outcome wrote before the next one is ours when it shows, until the next one does",
    () =>
      Effect.gen(function* () {
        const projections = yield* Projections.Projections
        const written = Effect.map(projections.get(["k"]), (rows) => rows.get("k")?.written)
        const shows = (fingerprint: string) =>
          Effect.zipRight(projections.finish([{ _tag: "ReadBack", key: "k", written: fingerprint }], 9), written)
        const interrupted = Effect.gen(function* () {
          yield* projections.desire([wanted("k", { desired: "v2" })])
          yield* projections.begin(["k"], 3)
          yield* projections.desire([wanted("k", { desired: "v3" })])
          yield* projections.begin(["k"], 4)
          yield* projections.finish([delivered("k", { desired: "v3", written: "f3" })], 5)
        })
        yield* projections.desire([wanted("k")])
        yield* projections.begin(["k"], 1)
        yield* projections.finish([delivered("k", { written: "f1" })], 2)
        yield* interrupted
        expect(yield* written).toEqual(["f1", Projections.UNSEEN, "f3"])
        expect(yield* shows("f1")).toEqual(["f1", Projections.UNSEEN, "f3"])
        expect(yield* shows("f2")).toEqual(["f1", "f2", "f3"])
        yield* interrupted
        expect(yield* written).toEqual(["f1", "f2", Projections.UNSEEN, "f3"])
        expect(yield* shows("f3")).toEqual(["f1", "f2", "f3"])
      })
  )

  holds("the records that attempts of unknown outcome may have put it on are known until one has ended", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const tried = Effect.map(projections.get(["k"]), (rows) => rows.get("k")?.attempt?.tried)
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 1)
      yield* projections.desire([wanted("k", { records: ["c2"] })])
      expect(yield* tried).toEqual(["c1"])
      yield* projections.begin(["k"], 2)
      expect(yield* tried).toEqual(["c1", "c2"])
      yield* projections.finish([{ _tag: "LookedUp", key: "k", ref: { kind: "note", id: "n1" } }], 3)
      expect(yield* tried).toEqual(["c1", "c2"])
      yield* projections.finish([delivered("k", { records: ["c2"] })], 4)
      expect(yield* tried).toBeUndefined()
    })
  )

  holds("an attempt under way that is repeated to learn where it stands is taken back only when it is out", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 5)
      yield* projections.undo(["k"], "u1", 6)
      yield* projections.finish([delivered("k")], 7)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "due", ref: { kind: "note", id: "n-k" } })
      yield* projections.finish([{ _tag: "Delivered", key: "k", records: [] }], 8)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "held", why: "undone" })
      expect((yield* projections.receipts("k")).map(({ why }) => why)).toEqual(["created", "undone: removed"])
    })
  )

  holds("while the outcome of an attempt is unknown, going back to what was delivered does not settle it", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      yield* projections.finish([delivered("k")], 1)
      yield* projections.desire([wanted("k", { desired: "v2" })])
      yield* projections.begin(["k"], 2)
      yield* projections.finish([{ _tag: "Retry", key: "k", dueAt: 9, why: "timed out", uncertain: true }], 3)
      yield* projections.desire([wanted("k")])
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "due", attempt: { startedAt: 2 } })
    })
  )

  holds("what an attempt of unknown outcome did is waited for, however urgent it is to take it back", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("gone"), wanted("undone")])
      yield* projections.begin(["gone", "undone"], 1)
      const lost = { _tag: "Retry", dueAt: 50, why: "no answer", uncertain: true } as const
      yield* projections.finish(
        [
          { ...lost, key: "gone" },
          { ...lost, key: "undone" }
        ],
        2
      )
      yield* projections.desire([withDesired("gone", absent, { dueAt: 3 })])
      yield* projections.undo(["undone"], "u1", 3)
      expect(yield* dueKeys({ now: 49 })).toEqual([])
      expect(yield* dueKeys({ now: 50 })).toEqual(["gone", "undone"])
    })
  )

  holds("an attempt of unknown outcome that is to be taken back keeps the records it is looked up by", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("begun"), wanted("fresh")])
      yield* projections.begin(["begun"], 5)
      const nothing = { records: [] }
      yield* projections.desire([wanted("begun", { ...nothing, state: "waiting", why: "no record" })])
      yield* projections.desire([withDesired("begun", absent, nothing), withDesired("fresh", absent, nothing)])
      const rows = yield* projections.get(["begun", "fresh"])
      expect(rows.get("begun")).toMatchObject({ state: "due", records: ["c1"] })
      expect(rows.get("fresh")).toMatchObject({ records: [] })
    })
  )

  holds(
    "what an attempt without an answer turned out to have written is known for ours, also when read back late",
    () =>
      Effect.gen(function* () {
        const projections = yield* Projections.Projections
        yield* projections.desire([wanted("k")])
        yield* projections.begin(["k"], 5)
        const ref = { kind: "note", id: "n-k" }
        yield* projections.finish([{ _tag: "LookedUp", key: "k", ref, written: "first words" }], 6)
        yield* projections.finish([delivered("k", { written: "other words" })], 7)
        expect((yield* projections.get(["k"])).get("k")?.written).toEqual(["first words", "other words"])
      })
  )

  holds("an attempt without an answer may have been sent as late as it ended", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 5)
      const none = { _tag: "Retry", key: "k", dueAt: 9, why: "no answer", uncertain: true } as const
      yield* projections.finish([{ ...none, sentUntil: 8 }], 8)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ attempt: { startedAt: 8 }, dueAt: 9 })
      yield* projections.finish([none], 9)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ attempt: { startedAt: 8 } })
    })
  )
}
