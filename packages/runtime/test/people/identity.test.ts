/** Who is who, from what vendors tell to where entries stand. */
import { Persons, type Store } from "@interchannel/store"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Patience from "../../src/entries/Patience.ts"
import * as Identities from "../../src/people/Identities.ts"
import * as IdentityReview from "../../src/people/IdentityReview.ts"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"
import { NUMBER, ana, hello, call, tom, word, chatContact, crmContact, personOf } from "./contacts.ts"

describe("a call without a name", () => {
  scenario(
    "stays on its line, stands on the record of the one person who has the number, and leaves it when a second one appears",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      chatState.messages.push(call)
      yield* turn
      expect(yield* personOf(chatContact(NUMBER))).toBeUndefined()
      expect(yield* (yield* Persons.Persons).count).toBe(0)
      crmState.records.push({ ...ana, updatedAt: START + 3_000 })
      yield* turn
      yield* turn
      expect(entries()).toEqual([{ body: "a call", records: ["1"] }])
      expect(yield* personOf(chatContact(NUMBER))).toBe(yield* personOf(crmContact("1")))
      crmState.records.push(tom)
      yield* turn
      yield* turn
      yield* TestClock.adjust(Patience.PATIENCE_MS)
      yield* turn
      expect(entries()).toEqual([])
      expect(yield* personOf(chatContact(NUMBER))).toBeUndefined()
      crmState.records.pop()
      yield* turn
      yield* turn
      expect(entries()).toEqual([{ body: "a call", records: ["1"] }])
    })
  )

  scenario(
    "is not taken out and written again when a second one appears and is gone within minutes",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world()
      chatState.messages.push(call)
      crmState.records.push(ana)
      yield* turn
      yield* turn
      const written = () =>
        [...crmState.entries.values()].map(({ ref, records, writes }) => [ref, [...records], writes])
      const before = written()
      expect(before).toHaveLength(1)
      for (let times = 0; times < 3; times++) {
        crmState.records.push({ ...tom, updatedAt: START + 7_000 + times })
        yield* turn
        yield* turn
        expect(yield* personOf(chatContact(NUMBER))).toBeUndefined()
        expect(written()).toEqual(before)
        crmState.records.pop()
        yield* turn
        yield* turn
      }
      yield* TestClock.adjust(Patience.PATIENCE_MS)
      yield* turn
      expect(written()).toEqual(before)
    })
  )

  scenario(
    "creates no record where records are created",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world({ crm: { destination: { withoutRecord: "create" } } })
      chatState.messages.push(call)
      yield* turn
      yield* turn
      expect(crmState.records).toEqual([])
    })
  )
})

describe("two records of one system with one number and one first name", () => {
  const older = { ...ana, id: "old", email: "old@example.com", updatedAt: START - 9 }

  scenario(
    "are one person: a call stands on exactly one of them, the older, or the one that a person chose",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries, control } = yield* world()
      crmState.records.push(ana, older)
      chatState.messages.push(call)
      yield* turn
      yield* turn
      expect(entries()).toEqual([{ body: "a call", records: ["old"] }])
      yield* control.prefer({ connection: "crm", kind: "person", id: "1" }, { by: "ada" })
      yield* turn
      expect(entries()).toEqual([{ body: "a call", records: ["1"] }])
    })
  )

  scenario(
    "are two people when a person said so, and the call leaves the one that was taken away",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana, older)
      chatState.messages.push(call)
      yield* turn
      yield* Identities.unmerge([crmContact("old")], word)
      yield* turn
      yield* turn
      expect(yield* personOf(crmContact("1"))).not.toBe(yield* personOf(crmContact("old")))
      expect(entries()).toEqual([{ body: "a call", records: ["1"] }])
    })
  )
})

describe("who turns out to be somebody else", () => {
  scenario(
    "while an entry is being written on their record: it is taken out again",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries, planAlone, resolve } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      const services = yield* Effect.context<Store.Services>()
      const parted = Effect.all([Identities.unmerge([chatContact("ana")], word), resolve, planAlone], { discard: true })
      crmState.meanwhile = Effect.orDie(Effect.provide(parted, services))
      yield* turn
      yield* turn
      expect(yield* personOf(crmContact("1"))).not.toBe(yield* personOf(chatContact("ana")))
      expect(crmState.ids).toBe(1)
      expect(entries()).toEqual([])
    })
  )
})

describe("who is likely the same", () => {
  // A number alone, between two that have other things to tell them by.
  const likely = { ...hello, from: "ana", email: "a@example.org", phone: NUMBER }
  const nameless = { id: "1", email: "ana@example.com", phone: NUMBER, updatedAt: START }

  scenario(
    "is one person and gets nothing written, until a person says so; taken back, it is taken out",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(nameless)
      chatState.messages.push(likely)
      yield* turn
      yield* turn
      const [a, b] = [chatContact("ana"), crmContact("1")]
      expect(yield* personOf(a)).toBe(yield* personOf(b))
      expect(entries()).toEqual([])
      const pair = yield* Identities.pair(a, b)
      expect([pair.explained.together, pair.sure]).toEqual([true, false])
      expect(pair.explained.chance).toBeGreaterThan(0.91)
      expect(pair.explained.chance).toBeLessThan(0.99)
      const { pairs } = yield* IdentityReview.page({ limit: 9 })
      expect(pairs.map((one) => [one.a.contact, one.b.contact].sort())).toEqual([[a, b].sort()])

      const [decision] = yield* Identities.merge(a, b, word)
      yield* turn
      expect(entries()).toEqual([{ body: "hello", records: ["1"] }])
      expect((yield* Identities.pair(a, b)).explained.decisions).toEqual([expect.objectContaining(word)])
      expect((yield* IdentityReview.page({ limit: 9 })).pairs).toEqual([])

      yield* Identities.revoke(decision!.id, word)
      yield* turn
      expect(entries()).toEqual([])
      expect((yield* Effect.flip(Identities.revoke(decision!.id, word))).message).toContain("no decision")
    })
  )

  scenario(
    "has no record created: it may be there already",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world({ crm: { destination: { withoutRecord: "create" } } })
      crmState.records.push(nameless)
      yield* turn
      chatState.messages.push({ ...likely, at: START + 2_100 })
      yield* turn
      yield* turn
      expect(crmState.records).toHaveLength(1)
    })
  )
})
