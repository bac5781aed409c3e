import type { Store } from "@interchannel/store"
import { Database, Fields, Ledger, Projections } from "@interchannel/store"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Requests from "../../src/erasing/Requests.ts"
import * as FieldSubject from "../../src/fields/FieldSubject.ts"
import { chatWithCards } from "../chatWithCards.ts"
import { START } from "../stages.ts"
import { scenario } from "../scenario.ts"
import { anaKey, said, inTouch, inTouchWith, ana } from "./inTouch.ts"

/** `meanwhile` comes to pass after what is saved first was read. */
const whileWriting = <E, F, R, S>(step: Effect.Effect<unknown, E, R>, meanwhile: Effect.Effect<unknown, F, S>) =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const services = yield* Effect.context<S>()
    let isDone = false
    const once = Effect.suspend(() => {
      if (isDone) return Effect.void
      isDone = true
      return Effect.provide(Effect.orDie(meanwhile), services)
    })
    const write: typeof database.write = (writes, options) => Effect.zipRight(once, database.write(writes, options))
    yield* Effect.provideService(step, Database.Database, { ...database, write })
    expect(isDone).toBe(true)
  })

describe("what is under way while somebody is erased", () => {
  scenario(
    "what is being read while they are erased is not let in",
    Effect.gen(function* () {
      const { installation, normalize, push } = yield* inTouch
      yield* push("chat", "d2", [said("m6", "ana", "one more thing")])
      yield* whileWriting(normalize, Requests.erase(installation, "ana@example.com", "ada"))
      expect((yield* (yield* Ledger.Ledger).counts).interactions).toBe(5)
    })
  )

  scenario(
    "while what they said is being planned, nothing of it stays to be written",
    Effect.gen(function* () {
      const { installation, normalize, planAlone, push, resolve, run } = yield* inTouch
      yield* push("chat", "d2", [said("m6", "ana", "one more thing")])
      yield* Effect.zipRight(normalize, resolve)
      const erase = Effect.zipRight(Requests.erase(installation, "ana@example.com", "ada"), run)
      yield* whileWriting(planAlone, erase)
      const rows = yield* (yield* Projections.Projections).list({ destination: "crm", after: "", limit: 10 })
      expect(rows.filter(({ delivered, desired }) => delivered === undefined && desired !== undefined)).toEqual([])
    })
  )

  scenario(
    "while the card beside what they said is being planned, none stays to be shown",
    Effect.gen(function* () {
      const { crmState, installation, normalize, planAlone, push, resolve, run, turn } = yield* inTouchWith({
        chat: { connector: chatWithCards, destination: { cards: true } }
      })
      crmState.records[0] = { ...ana, name: "Ana Example", updatedAt: START + 9_000 }
      const projections = yield* Projections.Projections
      const cards = Effect.map(projections.list({ destination: "chat", after: "", limit: 10 }), (rows) =>
        rows.filter(({ verb, desired }) => verb === "ShowContext" && desired !== undefined)
      )
      yield* Effect.repeatN(turn, 2)
      expect(yield* cards).toHaveLength(2)
      yield* push("chat", "d2", [said("m6", "ana", "one more thing", { thread: "t1" })])
      yield* Effect.all([normalize, resolve, planAlone, TestClock.adjust("1 minute")])
      const erase = Effect.zipRight(Requests.erase(installation, "ana@example.com", "ada"), run)
      yield* whileWriting(planAlone, erase)
      expect(yield* cards).toHaveLength(1)
    })
  )

  scenario(
    "while a field of their record is being planned, or set, nothing that it says stays",
    Effect.gen(function* () {
      const saying = (title: string, at: number) => said(`m${at}`, "ana", "my title", { at, profile: { title, at } })
      const { crmState, dispatch, installation, normalize, planAlone, push, resolve, run, turn } = yield* inTouchWith({
        crm: { destination: { fields: { job: {} }, timeline: false } }
      })
      const projections = yield* Projections.Projections
      const kept = Effect.gen(function* () {
        const rows = yield* projections.list({ destination: "crm", after: "", limit: 20 })
        const states = yield* (yield* Fields.Fields).get([FieldSubject.keyOf("crm", anaKey)])
        return [rows.filter(({ verb }) => verb === "SetFields"), [...states.values()]]
      })
      const erase = Effect.zipRight(Requests.erase(installation, "ana@example.com", "ada"), run)
      yield* push("chat", "d2", [saying("Director", START + 9_000)])
      yield* Effect.zipRight(normalize, resolve)
      yield* whileWriting(planAlone, erase)
      expect(yield* kept).toEqual([[], []])

      yield* Requests.readmit(installation, "ana@example.com")
      yield* TestClock.adjust("100 seconds")
      crmState.records[0] = { ...ana, updatedAt: START + 90_000 }
      yield* push("chat", "d3", [saying("Director", START + 90_000)])
      yield* Effect.all([turn, push("chat", "d4", [saying("Chair", START + 99_000)]), normalize, resolve])
      yield* Effect.zipRight(TestClock.adjust("2 seconds"), planAlone)
      expect((yield* kept)[0]).toMatchObject([{ state: "due" }])
      const services = yield* Effect.context<Store.Services>()
      crmState.meanwhile = Effect.orDie(Effect.provide(erase, services))
      yield* dispatch
      expect((yield* Requests.list)[1]).toMatchObject({ phase: "ledger" })
      yield* run
      expect(yield* kept).toEqual([[], []])
    })
  )
})
