import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Fields, Projections } from "../../src/index.ts"
import { Sql } from "../../src/Sql.ts"
import type { Suite } from "./Suite.ts"

const title = (value: string): Fields.RecordState => ({
  title: { written: { value, before: null, source: "chat", at: 1 } }
})

const wanted = (key: string): Projections.Desired => ({
  key,
  destination: "crm",
  verb: "SetFields",
  subject: `c_${key}`,
  desired: "d1",
  records: [`c_${key}`],
  state: "due",
  dueAt: 0,
  lane: 1,
  at: 0
})

const delivered = (key: string, desired: string, more: object = {}): Projections.Outcome => ({
  _tag: "Delivered",
  key,
  desired,
  records: [`c_${key}`],
  ...more
})

const director = { field: "title", before: null, after: "Director of Everything", source: "chat", rule: "it was empty" }

export const fields: Suite = ({ holds }) => {
  holds("what is known of a record's fields is changed as a whole, and other records stay", () =>
    Effect.gen(function* () {
      const fields = yield* Fields.Fields
      yield* fields.change(["w1", "w2"], (key) => title(`of ${key}`))
      yield* fields.change(["w1"], (_, before) => ({ ...before, phone: { stoppedAt: 9 } }))
      const found = yield* fields.get(["w1", "w2", "w3"])
      expect(found.get("w1")).toEqual({ ...title("of w1"), phone: { stoppedAt: 9 } })
      expect(found.get("w2")).toEqual(title("of w2"))
      expect(found.size).toBe(2)
    })
  )

  holds("a chosen policy is one for each field, the last one", () =>
    Effect.gen(function* () {
      const fields = yield* Fields.Fields
      const choice = { destination: "crm", field: "title", policy: "1", insteadOf: "0", by: "ada", at: 1 }
      yield* fields.choose(choice)
      yield* fields.choose({ ...choice, policy: "2", at: 2 })
      expect(yield* fields.choices).toEqual([{ ...choice, policy: "2", at: 2 }])
    })
  )

  holds("a receipt tells what was changed, and nobody reads that in the database", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* (yield* Fields.Fields).change(["w1"], () => title("Director of Everything"))
      yield* projections.desire([wanted("w1"), wanted("w2")])
      yield* projections.finish(
        [
          delivered("w1", "d1", { changes: [director] }),
          { _tag: "Unneeded", key: "w2", desired: "d1", records: ["c_w2"] }
        ],
        10
      )
      const [receipt, ...others] = yield* projections.receipts("w1")
      expect(others).toEqual([])
      expect(receipt).toMatchObject({ wrote: true, batch: receipt!.id, changes: [director] })
      expect(yield* projections.receipts("w2")).toEqual([])
      expect([...(yield* projections.get(["w1", "w2"])).values()].map(({ state }) => state)).toEqual([
        "settled",
        "settled"
      ])
      const { sql } = yield* Sql as unknown as Effect.Effect<typeof Sql.Service>
      const bodies = yield* Effect.orDie(
        sql<{ readonly body: Uint8Array }>`SELECT body FROM receipt_change UNION ALL SELECT body FROM record_field`
      )
      expect(bodies).toHaveLength(2)
      for (const { body } of bodies) expect(Buffer.from(body).toString("latin1")).not.toContain("Director")
    })
  )

  holds("writes are found by round, time and destination, page by page", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      yield* projections.desire([wanted("a"), wanted("b"), wanted("c")])
      yield* projections.finish([delivered("a", "d1"), delivered("b", "d1")], 10)
      yield* projections.finish([delivered("c", "d1")], 20)
      const all = { after: "", limit: 10 }
      const keys = (asked: Projections.WritesAsked) =>
        Effect.map(projections.writes(asked), (found) => found.map(({ key }) => key))
      const [first] = yield* projections.writes(all)
      expect(yield* keys(all)).toEqual(["a", "b", "c"])
      expect(yield* keys({ ...all, after: first!.id, limit: 1 })).toEqual(["b"])
      expect(yield* keys({ ...all, batch: first!.batch! })).toEqual(["a", "b"])
      expect(yield* keys({ ...all, from: 11 })).toEqual(["c"])
      expect(yield* keys({ ...all, until: 20 })).toEqual(["a", "b"])
      expect(yield* keys({ ...all, destination: "other" })).toEqual([])
    })
  )

  holds("what is taken back is due whatever is desired meanwhile, then Held, and released it is due again", () =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      const one = () => Effect.map(projections.get(["a"]), (found) => found.get("a"))
      yield* projections.desire([wanted("a")])
      yield* projections.finish([delivered("a", "d1")], 10)
      yield* projections.undo(["a"], "u1", 20)
      yield* projections.desire([{ ...wanted("a"), desired: "d2" }])
      const undoing = yield* one()
      expect(undoing).toMatchObject({ state: "due", undo: "u1", delivered: "d1" })
      expect(undoing).not.toHaveProperty("desired")
      yield* projections.finish([{ _tag: "Delivered", key: "a", records: [] }], 30)
      expect(yield* one()).toMatchObject({ state: "held", undo: "u1", why: "undone" })
      expect((yield* projections.receipts("a")).at(-1)).toMatchObject({ undo: "u1", why: "undone" })
      yield* projections.desire([{ ...wanted("a"), desired: "d3" }])
      expect(yield* one()).toMatchObject({ state: "held" })
      expect(yield* projections.undone("u1", { after: "", limit: 9 })).toEqual(["a"])
      yield* projections.release(["a"], 40)
      const released = yield* one()
      expect(released).toMatchObject({ state: "due", desired: "d3" })
      expect(released).not.toHaveProperty("undo")
      expect(yield* projections.undone("u1", { after: "", limit: 9 })).toEqual([])
    })
  )
}
