/** Taking writes back, from receipts to what stands in the CRM then, and back again. */
import { Projections } from "@interchannel/store"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import type * as Report from "../../src/health/Report.ts"
import * as Undo from "../../src/writing/Undo.ts"
import { crmWith } from "../fields/crmWith.ts"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"

const asking = (asked: Report.UndoAsked) => Undo.undo(asked, { connections: new Map() })
const undo = (asked: Partial<Report.UndoAsked>) => asking({ destination: "crm", force: false, yes: true, ...asked })

const ana = { id: "1", email: "ana@example.com", updatedAt: START }
const hello = { id: "m1", at: START + 100, from: "ana", email: "ana@example.com", text: "hello" }

const states = Effect.map(
  Effect.flatMap(Projections.Projections, (projections) => projections.tally),
  (tallies) => tallies.map(({ verb, state, why, count }) => [verb, state, why ?? "", count])
)

describe("what was written, taken back", () => {
  scenario(
    "is shown first, and nothing is done",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      expect(yield* undo({ yes: false })).toEqual({
        acts: [{ verb: "AppendTimeline", count: 1 }],
        left: [],
        samples: ["crm/entry/e1 is taken out: chat of chat"]
      })
      yield* turn
      expect(entries()).toHaveLength(1)
    })
  )

  scenario(
    "is gone, with receipts of its own, and does not come back; released, it does",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      const { id } = yield* undo({})
      yield* turn
      expect(entries()).toEqual([])
      chatState.messages.push({ ...hello, at: START + 4_500, version: START + 4_500, text: "hello, edited" })
      yield* turn
      expect(entries()).toEqual([])
      expect(yield* states).toEqual([["AppendTimeline", "held", "undone", 1]])
      const projections = yield* Projections.Projections
      const [row] = yield* projections.list({ destination: "crm", after: "", limit: 9 })
      expect(yield* projections.receipts(row!.key)).toMatchObject([
        { why: "created" },
        { why: "undone: removed", undo: id, wrote: true }
      ])
      expect(yield* asking({ undo: id!, force: false, yes: true })).toMatchObject({ id, releases: true })
      yield* turn
      expect(entries().map(({ body }) => body)).toEqual(["hello, edited"])
    })
  )

  scenario(
    "is only what is asked for: a round, or a span of time",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      chatState.messages.push({ ...hello, id: "m2", at: START + 2_100, text: "second" })
      yield* turn
      const projections = yield* Projections.Projections
      const [first, second] = yield* projections.writes({ after: "", limit: 9 })
      yield* asking({ round: first!.batch!, force: false, yes: true })
      yield* turn
      expect(entries().map(({ body }) => body)).toEqual(["second"])
      yield* undo({ from: second!.at + 1 })
      yield* turn
      expect(entries()).toHaveLength(1)
      yield* undo({ until: second!.at + 1 })
      yield* turn
      expect(entries()).toEqual([])
    })
  )

  scenario(
    "stays where a person edited it, unless that is forced",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      const [entry] = crmState.entries.values()
      entry!.body = "changed by an admin"
      crmState.observed.push({ id: entry!.ref, at: START + 2_500, key: entry!.key, body: entry!.body })
      yield* turn
      expect(yield* undo({})).toEqual({
        acts: [],
        left: [{ why: "a person's hand was on it since (edited by hand)", count: 1 }],
        samples: []
      })
      yield* undo({ force: true })
      yield* turn
      expect(entries()).toEqual([])
    })
  )

  scenario(
    "takes the records along that we created, but none that people changed since",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world({ crm: { destination: { withoutRecord: "create" } } })
      chatState.messages.push(hello)
      for (let round = 0; round < 3; round++) yield* turn
      expect(crmState.records).toHaveLength(1)
      expect(crmState.entries.size).toBe(1)
      const [record] = crmState.records as Array<object>
      crmState.records[0] = { ...record, updatedAt: START + 3_600_000 }
      yield* turn
      expect((yield* undo({ yes: false })).left).toEqual([
        { why: "the record was changed since it was created", count: 1 }
      ])
      yield* undo({ force: true })
      for (let round = 0; round < 3; round++) yield* turn
      expect([crmState.records.length, crmState.entries.size]).toEqual([0, 0])
    })
  )

  scenario(
    "brings fields back to what stood there, holds them, and leaves what was changed since",
    Effect.gen(function* () {
      const { say, turn, job, crmState, receipts } = yield* crmWith(
        { job: { policy: { owner: "chat" } } },
        { job: "Queen" }
      )
      yield* say("Director")
      yield* say("Chair")
      expect(job()).toBe("Chair")
      const plan = yield* undo({ yes: false })
      expect(plan.samples).toEqual(['crm: job: "Chair" → "Queen"'])
      const { id } = yield* undo({})
      yield* turn
      expect(job()).toBe("Queen")
      yield* say("President")
      expect(job()).toBe("Queen")
      expect((yield* receipts).at(-1)).toMatchObject({
        why: "undone",
        undo: id,
        changes: [{ field: "job", before: "Chair", after: "Queen", rule: "undo: what stood there was our own" }]
      })
      expect(yield* states).toEqual([["SetFields", "held", "undone", 1]])
      yield* asking({ undo: id!, force: false, yes: true })
      yield* turn
      expect(job()).toBe("President")
      expect(crmState.set.map(({ set }) => set["job"])).toEqual(["Director", "Chair", "Queen", "President"])
    })
  )

  for (const end of ["comes", "is lost"]) {
    scenario(
      `takes along what is being set at that moment, where its answer ${end}`,
      Effect.gen(function* () {
        const { say, tell, turn, crmState } = yield* crmWith({ job: {}, firm: {} })
        yield* say("Director")
        const services = yield* Effect.context<Undo.Services>()
        crmState.meanwhile = Effect.orDie(Effect.provide(undo({}), services))
        if (end === "is lost") crmState.lost.add("1")
        yield* tell({ title: "Chair", company: "Acme" })
        for (let round = 0; round < 3; round++) yield* turn
        expect(crmState.set.map(({ set }) => set)).toEqual([
          { job: "Director" },
          { job: "Chair", firm: "Acme" },
          { job: null, firm: null }
        ])
        expect(yield* states).toEqual([["SetFields", "held", "undone", 1]])
      })
    )
  }

  scenario(
    "leaves a field that a person corrected meanwhile, unless that is forced",
    Effect.gen(function* () {
      const { say, turn, job, byHand } = yield* crmWith({ job: {} })
      yield* say("Director")
      yield* byHand({ job: "Empress" })
      const first = yield* undo({})
      yield* turn
      expect(job()).toBe("Empress")
      expect(yield* states).toEqual([["SetFields", "held", "undone", 1]])
      yield* asking({ undo: first.id!, force: false, yes: true })
      yield* turn
      yield* undo({ force: true })
      yield* turn
      expect(job()).toBeUndefined()
    })
  )

  scenario(
    "is refused when nothing says what, and when there is nothing to release",
    Effect.gen(function* () {
      yield* world()
      const vague = yield* Effect.flip(asking({ force: false, yes: true }))
      expect(vague.message).toContain("nothing says which writes are to be taken back")
      const none = yield* Effect.flip(asking({ undo: "u_none", force: false, yes: true }))
      expect(none.message).toContain("nothing is held by the undo u_none")
      expect(yield* undo({})).toEqual({ acts: [], left: [], samples: [] })
    })
  )
})
