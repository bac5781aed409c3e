import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ROWS_MAX } from "../../src/Dialect.ts"
import { Projections, Quarantine } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"
import { wanted, delivered, stateOf, dueKeys, absent, present, withDesired } from "./wanted.ts"

export const projections: Suite = ({ holds }) => {
  holds("what is desired is due until it is delivered, then settled, with a receipt", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      expect(yield* dueKeys()).toEqual(["k"])
      yield* projections.begin(["k"], 5)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({
        attempts: 1,
        attempt: { startedAt: 5 },
        state: "due"
      })
      yield* projections.finish([delivered("k", { written: "f1", url: "https://crm.example.com/n" })], 6)
      const row = (yield* projections.get(["k"])).get("k")
      expect(row).toMatchObject({
        state: "settled",
        delivered: "v1",
        deliveredRecords: ["c1"],
        ref: { kind: "note", id: "n-k" },
        written: ["f1"],
        attempts: 0
      })
      expect(row).not.toHaveProperty("attempt")
      expect(yield* projections.receipts("k")).toMatchObject([{ key: "k", at: 6, after: "v1", why: "created" }])
      yield* projections.desire([wanted("k")])
      expect(yield* stateOf("k")).toBe("settled")
      yield* projections.desire([wanted("k", { desired: "v2" })])
      expect(yield* stateOf("k")).toBe("due")
      yield* projections.desire([wanted("k")])
      expect(yield* stateOf("k")).toBe("settled")
      yield* projections.desire([wanted("k", { records: ["c2", "c1"] })])
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "due", records: ["c1", "c2"] })
    })
  )

  holds("what changed while it was sent stays due", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      yield* projections.begin(["k"], 1)
      yield* projections.desire([wanted("k", { desired: "v2" })])
      yield* projections.finish([delivered("k")], 2)
      expect((yield* projections.get(["k"])).get("k")).toMatchObject({ state: "due", desired: "v2", delivered: "v1" })
      yield* projections.finish([delivered("k", { desired: "v2" })], 3)
      expect(yield* stateOf("k")).toBe("settled")
      expect((yield* projections.receipts("k")).map(({ before, after, why }) => [before, after, why])).toEqual([
        [undefined, "v1", "created"],
        ["v1", "v2", "updated"]
      ])
    })
  )

  holds("a record that was taken out is still known for ours, also when another stands in its place", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const first = { kind: "note", id: "n-k" }
      yield* projections.desire([wanted("k")])
      yield* projections.finish([delivered("k")], 1)
      yield* projections.desire([withDesired("k", absent)])
      yield* projections.finish([{ _tag: "Delivered", key: "k", records: [] }], 2)
      expect(yield* projections.byRef("crm", [first])).toMatchObject([{ key: "k", removed: first }])
      yield* projections.desire([wanted("k")])
      yield* projections.finish([delivered("k", { ref: { kind: "note", id: "second" } })], 3)
      const found = yield* projections.byRef("crm", [first, { kind: "note", id: "second" }])
      expect(found.map(({ key, ref, removed }) => [key, ref?.id, removed?.id])).toEqual([
        ["k", "second", "n-k"],
        ["k", "second", "n-k"]
      ])
    })
  )

  holds(
    "an entry keeps the form it was written in until a rewrite is approved, and what a hand changed keeps it then",
    () =>
      Effect.gen(function* () {
        const projections = yield* Projections.Projections
        const keys = ["old", "edited", "new", "never"]
        yield* projections.desire(keys.map((key) => wanted(key)))
        yield* projections.finish(
          [delivered("old", { form: "1" }), delivered("edited", { form: "1" }), delivered("new", { form: "2" })],
          1
        )
        const others = (form: string) => projections.inOtherForm({ destination: "crm", form, after: "", limit: 9 })
        expect(yield* others("2")).toEqual(["edited", "old"])
        expect(yield* projections.countInOtherForm("crm", "2")).toBe(2)
        expect(yield* projections.inOtherForm({ destination: "crm", form: "2", after: "edited", limit: 9 })).toEqual([
          "old"
        ])
        yield* projections.finish([{ _tag: "Held", key: "edited", why: "edited by hand" }], 2)
        yield* projections.rewrite(["old", "edited"], 3)
        yield* projections.desire([wanted("old"), wanted("edited")])
        expect(yield* stateOf("old")).toBe("due")
        expect(yield* stateOf("edited")).toBe("held")
        yield* projections.finish([delivered("old", { form: "2" })], 4)
        expect((yield* projections.get(["old"])).get("old")).toMatchObject({ state: "settled", form: "2" })
        expect((yield* projections.get(["old"])).get("old")).not.toHaveProperty("rewrite")
        expect(yield* others("2")).toEqual([])
      })
  )

  holds("an entry that should not stand there is removed, and then nothing is left of it", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k"), withDesired("never", absent, { records: [] })])
      expect(yield* stateOf("never")).toBe("settled")
      yield* projections.finish([delivered("k")], 1)
      yield* projections.desire([withDesired("k", absent, { records: [] })])
      expect(yield* projections.dueByVerb("crm")).toEqual([{ verb: "AppendTimeline", create: 0, update: 0, remove: 1 }])
      expect(yield* projections.recordCountDue("crm")).toBe(1)
      yield* projections.finish([{ _tag: "Delivered", key: "k", records: [] }], 2)
      const row = (yield* projections.get(["k"])).get("k")
      expect(row?.state).toBe("settled")
      for (const field of ["ref", "delivered", "desired"]) expect(row).not.toHaveProperty(field)
      expect(yield* projections.recordCountDue("crm")).toBe(0)
      expect((yield* projections.receipts("k")).map(({ why }) => why)).toEqual(["created", "removed"])
      yield* projections.desire([withDesired("k", present)])
      expect(yield* projections.dueByVerb("crm")).toEqual([{ verb: "AppendTimeline", create: 1, update: 0, remove: 0 }])
    })
  )

  holds("rows are found by what they are about, also by more subjects than one statement takes", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const nobody = Array.from({ length: ROWS_MAX }, (_, index) => `nobody ${index}`)
      yield* projections.desire([
        wanted("k1", { subject: "first" }),
        wanted("k2", { subject: "first", destination: "desk" }),
        wanted("k3", { subject: "last" }),
        wanted("k4", { subject: "other" })
      ])
      const found = yield* projections.ofSubjects(["first", ...nobody, "last"])
      expect(found.map(({ key }) => key)).toEqual(["k1", "k2", "k3"])
      expect(yield* projections.ofSubjects([])).toEqual([])
    })
  )

  holds("rows are found by what they wrote, listed by state, and the last fingerprints are kept", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const keys = Array.from({ length: 25 }, (_, index) => `k${String(index).padStart(2, "0")}`)
      yield* projections.desire(keys.map((key) => wanted(key)))
      yield* projections.finish(
        keys.slice(0, 20).map((key) => delivered(key)),
        1
      )
      for (let write = 1; write <= 20; write++) {
        yield* projections.finish([delivered("k00", { written: `f${write}` })], write)
      }
      const [found] = yield* projections.byRef("crm", [{ kind: "note", id: "n-k00" }])
      expect(found?.written).toEqual(Array.from({ length: 16 }, (_, index) => `f${index + 5}`))
      expect(yield* projections.byRef("desk", [{ kind: "note", id: "n-k00" }])).toEqual([])
      expect(yield* projections.byRef("crm", [{ kind: "call", id: "n-k00" }])).toEqual([])
      const due = yield* projections.list({ destination: "crm", state: "due", after: "", limit: 99 })
      expect(due.map(({ key }) => key)).toEqual(keys.slice(20))
      const settled = yield* projections.list({ destination: "crm", state: "settled", after: "k05", limit: 3 })
      expect(settled.map(({ key }) => key)).toEqual(["k06", "k07", "k08"])
      expect(yield* projections.list({ destination: "crm", after: "", limit: 99 })).toHaveLength(25)
      expect(yield* projections.writesSince("crm", 15)).toBe(6)
    })
  )

  holds(
    "a destination's place is taken in steps: what is held stays held, nothing stands in the new one, receipts stay",
    () =>
      Effect.gen(function* () {
        const projections = yield* Projections.Projections
        const quarantine = yield* Quarantine.Quarantine
        yield* projections.desire([
          wanted("stands"),
          wanted("held"),
          wanted("aside"),
          wanted("other", { destination: "desk" })
        ])
        yield* projections.finish([delivered("stands", { written: "f1" }), delivered("held")], 1)
        yield* projections.finish(
          [
            { _tag: "Held", key: "held", why: "deleted by hand" },
            { _tag: "Quarantined", key: "aside", why: "refused", remedy: "mend it" }
          ],
          2
        )
        const steps: Array<number> = []
        for (let count = 9; count > 0; steps.push(count)) count = yield* projections.handOver("crm", "crm-2", 2)
        expect(steps).toEqual([2, 1, 0])
        expect(yield* projections.list({ destination: "crm", after: "", limit: 9 })).toEqual([])
        const [held, ...more] = yield* projections.list({ destination: "crm-2", after: "", limit: 9 })
        expect(more).toEqual([])
        expect(held).toMatchObject({
          key: "held",
          state: "held",
          why: "deleted by hand",
          records: [],
          deliveredRecords: []
        })
        expect(held).not.toHaveProperty("ref")
        expect(yield* projections.byRef("crm", [{ kind: "note", id: "n-stands" }])).toEqual([])
        expect(yield* quarantine.list({ after: "", limit: 9 })).toEqual([])
        expect(yield* projections.receipts("stands")).toMatchObject([{ destination: "crm", after: "v1" }])
        yield* projections.desire([
          wanted("stands", { destination: "crm-2" }),
          wanted("held", { destination: "crm-2" })
        ])
        expect(yield* dueKeys({ destination: "crm-2" })).toEqual(["stands"])
        expect(yield* dueKeys({ destination: "desk" })).toEqual(["other"])
      })
  )

  holds("an outcome for something nobody desired is a defect that says so, and nothing of its batch is kept", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("k")])
      const error = yield* Effect.flip(projections.finish([delivered("k"), delivered("ghost")], 1))
      expect(error.message).toContain("there is no projection ghost")
      expect(yield* stateOf("k")).toBe("due")
    })
  )
}
