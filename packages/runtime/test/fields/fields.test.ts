/** Fields of records that stand in a CRM already, from what goes in at the vendors to what is set there. */
import { VendorError } from "@interchannel/connector"
import { Key, Ref } from "@interchannel/domain"
import { Dirty, Persons, Projections, Quarantine } from "@interchannel/store"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import { type CrmRecord, setFields } from "../sampleVendors/crmWorld.ts"
import { START } from "../stages.ts"
import { crmWith } from "./crmWith.ts"
import { scenario } from "../scenario.ts"

describe("a field of a record that stands there", () => {
  scenario(
    "is filled when it is empty, once, with a receipt that says what was there before and which rule decided",
    Effect.gen(function* () {
      const { say, job, turn, crmState, receipts } = yield* crmWith({ job: {} }, { city: "Exampleton" })
      yield* say("Director")
      expect(job()).toBe("Director")
      yield* turn
      yield* turn
      expect(crmState.set).toEqual([{ id: "1", set: { job: "Director" } }])
      expect((crmState.records[0] as CrmRecord).values).toEqual({ city: "Exampleton", job: "Director" })
      expect(yield* receipts).toMatchObject([
        {
          verb: "SetFields",
          wrote: true,
          changes: [
            { field: "job", before: null, after: "Director", source: "chat", rule: "fill-if-empty: it was empty" }
          ]
        }
      ])
    })
  )

  scenario(
    "that is not configured is never touched",
    Effect.gen(function* () {
      const { say, crmState } = yield* crmWith({})
      yield* say("Director")
      expect(crmState.set).toEqual([])
    })
  )

  scenario(
    "that people filled in stays, also where the mirror does not show it yet",
    Effect.gen(function* () {
      const { say, tell, byHand, job, crmState, toDispatch, dispatch } = yield* crmWith({ job: {} })
      yield* tell({ title: "Director" })
      yield* toDispatch
      yield* byHand({ job: "Queen" })
      yield* dispatch
      expect(job()).toBe("Queen")
      yield* say("Chair")
      expect(job()).toBe("Queen")
      expect(crmState.set).toEqual([])
    })
  )

  scenario(
    "that we filled follows its source until a person corrects it; the correction stays",
    Effect.gen(function* () {
      const { say, byHand, job, turn } = yield* crmWith({ job: {} })
      yield* say("Director")
      yield* say("Chair")
      expect(job()).toBe("Chair")
      yield* byHand({ job: "Chairwoman" })
      yield* turn
      yield* say("President")
      expect(job()).toBe("Chairwoman")
      yield* byHand({ job: null })
      yield* turn
      yield* say("Director")
      expect(job()).toBeUndefined()
    })
  )

  scenario(
    "is its owner's, who overwrites what others wrote, but asks where a person corrected what the owner said",
    Effect.gen(function* () {
      const { say, byHand, job, turn, questions } = yield* crmWith(
        { job: { policy: { owner: "chat" } } },
        { job: "Somebody" }
      )
      yield* say("Director")
      expect(job()).toBe("Director")
      yield* byHand({ job: "Queen" })
      yield* turn
      yield* turn
      expect(job()).toBe("Queen")
      expect(yield* questions).toEqual([
        {
          field: "job",
          record: "crm/person/1",
          theirs: "Queen",
          theirsSince: START + 3_000,
          ours: "Director",
          source: "chat",
          oursSince: 0,
          policy: "owner chat",
          rule: "owner chat: a person edited it"
        }
      ])
      yield* byHand({ job: "Director" })
      yield* turn
      expect(yield* questions).toEqual([])
    })
  )

  scenario(
    "where the later word wins takes what is newer, and keeps what is newer there",
    Effect.gen(function* () {
      const { say, byHand, job, turn } = yield* crmWith({ job: { policy: "latest-wins" } }, { job: "Old hand" })
      yield* say("Director")
      expect(job()).toBe("Old hand")
      yield* say("Chair")
      expect(job()).toBe("Chair")
      yield* byHand({ job: "Queen" })
      yield* turn
      expect(job()).toBe("Queen")
      yield* say("President")
      expect(job()).toBe("President")
    })
  )

  scenario(
    "is asked of the vendor where the record was changed later than its field may have been",
    Effect.gen(function* () {
      const { say, tell, byHand, job, turn, crmState } = yield* crmWith({ job: { policy: "latest-wins" } })
      yield* say("Director")
      yield* byHand({ job: "Queen" })
      yield* turn
      yield* tell({ title: "Chair" })
      yield* byHand({ city: "Exampleton" })
      yield* turn
      expect(job()).toBe("Chair")
      yield* byHand({ job: "Queen" })
      yield* turn
      const asked = crmState.reads
      yield* turn
      expect([job(), crmState.reads]).toEqual(["Queen", asked])
    })
  )

  scenario(
    "under review waits for a person, in one question that stays up to date",
    Effect.gen(function* () {
      const { say, job, questions } = yield* crmWith({ job: { policy: "review" } }, { job: "Queen" })
      yield* say("Director")
      yield* say("Chair")
      expect(job()).toBe("Queen")
      expect(yield* questions).toMatchObject([{ theirs: "Queen", ours: "Chair", rule: "review: it is taken" }])
    })
  )

  scenario(
    "that we filled and a person emptied before its record was read again is asked about",
    Effect.gen(function* () {
      const { byHand, dispatch, job, planAlone, questions, tell, toDispatch, turn } = yield* crmWith(
        { job: { policy: "review" } },
        { city: "Exampleton" }
      )
      yield* tell({ title: "Director" })
      yield* Effect.zipRight(toDispatch, dispatch)
      expect(job()).toBe("Director")
      const persons = yield* Persons.Persons
      const crmKey = Key.contact("crm", Ref.local("person", "1"))
      const { person = "" } = (yield* persons.members([crmKey])).get(crmKey)!
      yield* (yield* Dirty.Dirty).mark([{ kind: "record", key: person, dueAt: 0, lane: 0 }])
      yield* Effect.zipRight(planAlone, dispatch)
      yield* byHand({ job: null })
      yield* Effect.repeatN(turn, 1)
      expect(job()).toBeUndefined()
      expect(yield* questions).toMatchObject([{ theirs: null, ours: "Director" }])
    })
  )

  scenario(
    "of a record that was deleted there is nothing to be asked about any more",
    Effect.gen(function* () {
      const { say, turn, crmState, questions } = yield* crmWith({ job: { policy: "review" } }, { job: "Queen" })
      yield* say("Director")
      expect(yield* questions).toHaveLength(1)
      crmState.records.pop()
      yield* turn
      yield* turn
      expect(yield* questions).toEqual([])
    })
  )

  scenario(
    "that tells when somebody was last seen asks nobody",
    Effect.gen(function* () {
      const { tell, turn, questions, crmState } = yield* crmWith(
        { seen: { from: "custom.seen", policy: "review" } },
        { seen: "2026-05-04T09:00:00Z" }
      )
      for (let minute = 10; minute < 20; minute++) {
        const seen = `2026-05-04T09:${minute}:00Z`
        yield* tell({ custom: { seen } })
        yield* turn
      }
      expect(yield* questions).toEqual([])
      expect(crmState.set).toEqual([])
    })
  )

  scenario(
    "that somebody there changes back each time is stopped, and the question names who fights",
    Effect.gen(function* () {
      const { turn, byHand, questions, crmState, say } = yield* crmWith({ job: { policy: "latest-wins" } })
      yield* say("Director")
      for (let round = 0; round < 12; round++) {
        yield* byHand({ job: "Queen" })
        yield* turn
        yield* say(round % 2 === 0 ? "Chair" : "Director")
      }
      expect(crmState.set.length).toBeLessThan(9)
      expect(crmState.set.length).toBeGreaterThan(4)
      expect(yield* questions).toMatchObject([{ field: "job", fight: ["chat", "crm"] }])
    })
  )

  scenario(
    "set by an attempt whose answer was lost is set once, and known for our own",
    Effect.gen(function* () {
      const { say, job, turn, crmState, receipts } = yield* crmWith({ job: {} })
      crmState.lost.add("1")
      yield* say("Director")
      for (let round = 0; round < 10; round++) yield* turn
      expect(crmState.set).toHaveLength(1)
      expect(yield* receipts).toMatchObject([
        { why: "found there after an interrupted attempt", changes: [{ before: null, after: "Director" }] }
      ])
      yield* say("Chair")
      expect(job()).toBe("Chair")
    })
  )

  scenario(
    "set by an attempt whose answer was lost has its receipt, also where the vendor refuses the next write",
    Effect.gen(function* () {
      const { tell, turn, crmState, receipts } = yield* crmWith({ job: {}, firm: {} })
      crmState.lost.add("1")
      yield* tell({ title: "Director", company: "Acme" })
      yield* turn
      crmState.refused.add("Acme Ltd")
      yield* tell({ title: "Director", company: "Acme Ltd" })
      for (let round = 0; round < 3; round++) yield* turn
      expect(crmState.set).toHaveLength(1)
      expect(yield* receipts).toMatchObject([
        { why: "found there after an interrupted attempt", changes: [{ after: "Director" }, { after: "Acme" }] },
        { wrote: false }
      ])
    })
  )

  scenario(
    "set by an attempt whose answer was lost has its receipt, also where nobody says anything any more",
    Effect.gen(function* () {
      const { say, tell, turn, crmState, receipts } = yield* crmWith({ job: {} })
      crmState.lost.add("1")
      yield* say("Director")
      yield* tell({})
      for (let round = 0; round < 3; round++) yield* turn
      expect(crmState.set).toHaveLength(1)
      expect(yield* receipts).toMatchObject([{ changes: [{ before: null, after: "Director" }] }])
    })
  )

  scenario(
    "that the vendor refused is a hand's when somebody writes the same since, also after it is replayed",
    Effect.gen(function* () {
      const { say, byHand, job, turn, control, crmState, receipts } = yield* crmWith({ job: {} })
      crmState.refused.add("Director")
      yield* say("Director")
      yield* byHand({ job: "Director" })
      expect(yield* control.release({})).toBe(1)
      yield* turn
      yield* turn
      expect(yield* receipts).toMatchObject([{ wrote: false, why: expect.stringContaining("refused: Director") }])
      yield* say("Chair")
      yield* turn
      expect(job()).toBe("Director")
    })
  )

  scenario(
    "corrected after an attempt whose answer was lost stays as it was corrected",
    Effect.gen(function* () {
      const { say, byHand, job, turn, crmState, questions } = yield* crmWith(
        { job: { policy: { owner: "chat" } } },
        { job: "Somebody" }
      )
      crmState.lost.add("1")
      yield* say("Director")
      expect(job()).toBe("Director")
      yield* byHand({ job: "Queen" })
      for (let round = 0; round < 10; round++) yield* turn
      expect(job()).toBe("Queen")
      expect(yield* questions).toMatchObject([{ theirs: "Queen", ours: "Director" }])
    })
  )

  scenario(
    "corrected before we wrote it, by the vendor's clock, which is slow, stays as it was corrected",
    Effect.gen(function* () {
      const { say, job, turn, crmState, questions } = yield* crmWith(
        { job: { policy: { owner: "chat" } } },
        { job: "Somebody" }
      )
      yield* say("Director")
      const writtenAt = (crmState.records[0] as CrmRecord).updatedAt
      setFields(crmState, "1", { job: "Queen" }, writtenAt - 1_000)
      for (let round = 0; round < 3; round++) yield* turn
      expect(job()).toBe("Queen")
      expect(yield* questions).toMatchObject([{ theirs: "Queen", ours: "Director" }])
    })
  )

  scenario(
    "of a record that is gone by then is left alone, and blocks nothing",
    Effect.gen(function* () {
      const { tell, crmState, toDispatch, dispatch } = yield* crmWith({ job: {} })
      yield* tell({ title: "Director" })
      yield* toDispatch
      crmState.records.length = 0
      yield* dispatch
      const [row] = yield* (yield* Projections.Projections).list({ destination: "crm", after: "", limit: 9 })
      expect(row).toMatchObject({ state: "dropped", why: "the record is not there any more" })
    })
  )

  scenario(
    "that makes the vendor refuse a whole batch is set aside alone",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* crmWith({ job: {} })
      for (const name of ["bob", "cleo", "dora"]) {
        const email = `${name}@example.com`
        crmState.records.push({ id: name, email, updatedAt: START })
        chatState.messages.push({
          id: name,
          at: START + 100,
          from: name,
          email,
          text: "hi",
          profile: { title: name, at: 1 }
        })
      }
      crmState.refused.add("cleo")
      yield* turn
      yield* turn
      expect(crmState.set.map(({ id }) => id).sort()).toEqual(["bob", "dora"])
      const aside = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: 9 })
      expect(aside.map(({ detail }) => detail)).toEqual([expect.stringContaining("refused: cleo")])
    })
  )

  scenario(
    "waits for a vendor that is down",
    Effect.gen(function* () {
      const { tell, crmState, turn, toDispatch, dispatch, job } = yield* crmWith({ job: {} })
      yield* tell({ title: "Director" })
      yield* toDispatch
      crmState.failures.push(new VendorError.Unavailable({ detail: "down", uncertain: false }))
      yield* dispatch
      expect(job()).toBeUndefined()
      for (let round = 0; round < 5; round++) yield* turn
      expect(job()).toBe("Director")
    })
  )
})
