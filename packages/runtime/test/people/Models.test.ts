/** Models: made at night, looked at, put into use and taken back. */
import { Key, Ref } from "@interchannel/domain"
import { Comparison, Model } from "@interchannel/identity"
import { Dirty, Persons } from "@interchannel/store"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Patience from "../../src/entries/Patience.ts"
import * as Identities from "../../src/people/Identities.ts"
import * as Models from "../../src/people/Models.ts"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"

const ana = { id: "1", name: "Ana Example", email: "ana@example.com", updatedAt: START }
const hello = { id: "m1", at: START + 100, from: "ana", email: "ana@example.com", text: "hello" }
const word = { by: "ada", why: "looked at whom it parts" }
const strict: Model.Model = { ...Model.standard, version: "strict", linkBits: 99, sureBits: 99 }
/** Decides as the standard does, under another name. */
const alike: Model.Model = { ...Model.standard, version: "alike" }

const keep = (model: Model.Model) =>
  Effect.gen(function* () {
    const contacts = yield* (yield* Persons.Persons).features({ after: "", limit: 1_000 })
    const today = contacts.map(({ features, person }) => ({ features, person }) as Comparison.Today)
    const comparison = Comparison.make(yield* Models.inUse, model, today, [])
    const { merges, splits } = comparison
    const counted = { from: "standard-1", contacts: today.length, persons: 1, ...Comparison.count(comparison) }
    yield* Models.keep({ model, comparison, summary: { ...counted, which: { merges, splits } } }, START)
  })

const count = Effect.flatMap(Persons.Persons, (persons) => persons.count)

describe("a model", () => {
  scenario(
    "is looked at, put into use and taken back; ids, decisions and entries are as before",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries, control } = yield* world()
      crmState.records.push(ana, { ...ana, id: "2", name: "Bo Other", email: "bo@example.com" })
      chatState.messages.push(hello)
      yield* turn
      yield* turn
      const contact = Key.contact("crm", Ref.local("person", "1"))
      const members = Effect.flatMap(Persons.Persons, (persons) => persons.members([contact]))
      const before = yield* members
      yield* keep(strict)
      const shown = yield* control.model("strict")
      expect(shown.made?.summary).toMatchObject({ merges: 0, splits: 1 })
      expect(Object.values(shown.names).sort()).toEqual(["Ana Example", "ana"])
      expect(entries()).toHaveLength(1)

      yield* control.switchModel("strict", word)
      yield* turn
      expect([yield* count, entries().length]).toEqual([3, 1])
      yield* TestClock.adjust(Patience.PATIENCE_MS)
      yield* turn
      expect(entries()).toEqual([])
      const { models, chosen, toPlace } = yield* control.models
      expect(models.map(({ name, isInUse }) => [name, isInUse])).toEqual([
        ["strict", true],
        ["standard-1", false]
      ])
      expect([chosen, toPlace]).toEqual([expect.objectContaining({ name: "strict", ...word }), 0])

      yield* control.switchModel("standard-1", { ...word, why: "too strict" })
      yield* turn
      expect([yield* count, yield* members]).toEqual([2, before])
      expect(entries()).toEqual([{ body: "hello", records: ["1"] }])
    })
  )

  scenario(
    "holds to what people decided",
    Effect.gen(function* () {
      const { chatState, crmState, turn, control } = yield* world()
      crmState.records.push(ana, { ...ana, id: "2", name: "Bo Other", email: "bo@example.com" })
      chatState.messages.push(hello)
      yield* turn
      const [one, two] = ["1", "2"].map((id) => Key.contact("crm", Ref.local("person", id))) as [string, string]
      yield* Identities.merge(one, two, word)
      yield* turn
      yield* keep(strict)
      yield* control.switchModel("strict", word)
      yield* turn
      expect((yield* Identities.pair(one, two)).explained.together).toBe(true)
      expect(yield* count).toBe(2)
    })
  )

  scenario(
    "that decides as the one before looks again at nobody's history",
    Effect.gen(function* () {
      const { chatState, crmState, turn, resolve, control } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      yield* turn
      yield* keep(alike)
      yield* control.switchModel("alike", word)
      expect((yield* control.models).models[0]).toMatchObject({ name: "alike", isInUse: true })
      yield* resolve
      const dirty = yield* Dirty.Dirty
      expect([yield* dirty.count, yield* dirty.toResolve.count]).toEqual([0, 0])
      expect(yield* (yield* Persons.Persons).state("placed under")).toBeDefined()
    })
  )

  scenario(
    "takes over from where a killed daemon was: every contact is placed under it in the end",
    Effect.gen(function* () {
      const { crmState, chatState, turn, resolveOnce, resolve, restart, control } = yield* world()
      const people = 80
      for (let index = 0; index < people; index++) {
        const email = `ana.n${index}@example.com`
        crmState.records.push({ id: `${index}`, name: `Customer Number${index}`, email, updatedAt: START })
        chatState.messages.push({ ...hello, id: `m${index}`, from: `u${index}`, email })
      }
      yield* turn
      expect(yield* count).toBe(people)
      yield* keep(strict)
      yield* control.switchModel("strict", word)
      yield* resolveOnce
      const { toPlace } = yield* control.models
      expect([toPlace > 0, toPlace < 2 * people]).toEqual([true, true])
      yield* restart
      yield* resolve
      expect([yield* count, (yield* control.models).toPlace]).toEqual([2 * people, 0])
    })
  )

  scenario(
    "that is not there, or is in use, is refused with what to do",
    Effect.gen(function* () {
      const { control } = yield* world()
      const failures = [
        yield* Effect.flip(control.model("none")),
        yield* Effect.flip(control.switchModel("none", word)),
        yield* Effect.flip(control.switchModel("standard-1", word))
      ]
      expect(failures.map(({ message }) => message)).toEqual([
        "there is no model none; choose of: interchannel identity models",
        "there is no model none; choose of: interchannel identity models",
        "standard-1 is in use; see the others: interchannel identity models"
      ])
      expect(yield* control.model("standard-1")).toEqual({ name: "standard-1", isInUse: true, names: {} })
    })
  )
})
