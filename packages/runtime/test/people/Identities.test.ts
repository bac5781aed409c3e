import { Effect } from "effect"
import { describe, expect } from "vitest"
import * as Identities from "../../src/people/Identities.ts"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"
import { NUMBER, ana, hello, word, chatContact, crmContact, personOf } from "./contacts.ts"

describe("people", () => {
  scenario(
    "are found by number, address, record and person; a retired id leads to its heir, with its history",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world()
      chatState.messages.push({ ...hello, email: "other@example.com" })
      yield* turn
      crmState.records.push(ana)
      yield* turn
      const [retired, alive] = [yield* personOf(crmContact("1")), yield* personOf(chatContact("ana"))]
      yield* Identities.merge(chatContact("ana"), crmContact("1"), word)
      yield* turn
      const id = yield* personOf(crmContact("1"))
      expect(id).toBe(alive)
      const both = [chatContact("ana"), crmContact("1")].sort()
      const view = yield* Identities.person(retired!)
      expect([view.person, view.contacts.map(({ contact }) => contact)]).toEqual([id, both])
      expect(view.explained.sure).toBe(true)
      expect(
        view.history.map(({ data }) => (data as { readonly event: { readonly _tag: string } }).event._tag)
      ).toEqual(expect.arrayContaining(["Merged", "Moved", "Made"]))
      const found = yield* Effect.forEach([NUMBER, "ana@example.com", "crm/person/1"], (text) => Identities.find(text))
      expect(found.map((list) => list.map(({ contact }) => contact))).toEqual(found.map(() => [crmContact("1")]))
      expect((yield* Identities.find(retired!)).map(({ contact }) => contact)).toEqual(both)
    })
  )

  scenario(
    "keep their history when one of their records is deleted; what comes goes to the other one",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push({ ...ana, id: "old", updatedAt: START - 9 }, ana)
      chatState.messages.push(hello)
      yield* turn
      expect(entries()).toEqual([{ body: "hello", records: ["old"] }])
      const id = yield* personOf(chatContact("ana"))
      crmState.records.shift()
      chatState.messages.push({ ...hello, id: "m2", at: START + 2_100, text: "again" })
      yield* turn
      yield* turn
      expect(entries().find(({ body }) => body === "again")?.records).toEqual(["1"])
      expect(yield* personOf(chatContact("ana"))).toBe(id)
      expect(yield* personOf(crmContact("old"))).toBeUndefined()
    })
  )
})
