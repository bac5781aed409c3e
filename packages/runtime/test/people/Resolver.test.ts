import { type Contact, Handle, Key, Own, Ref } from "@interchannel/domain"
import { Projections } from "@interchannel/store"
import { it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Resolver from "../../src/people/Resolver.ts"
import { world } from "../stages.ts"
import { scenario } from "../scenario.ts"
import { NUMBER, ana, hello, chatContact, crmContact, personOf } from "./contacts.ts"

describe("the Resolver", () => {
  scenario(
    "keeps the Planner waiting: nothing is planned on a contact that was not placed",
    Effect.gen(function* () {
      const { chatState, crmState, pull, normalize, planAlone, plan } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* TestClock.adjust("2 seconds")
      yield* pull
      yield* normalize
      yield* planAlone
      const projections = yield* Projections.Projections
      expect(yield* projections.tally).toEqual([])
      yield* plan
      expect(yield* projections.tally).toEqual([expect.objectContaining({ state: "due", count: 1 })])
    })
  )

  scenario(
    "that lost its lease writes nothing, and its successor comes to the same persons",
    Effect.gen(function* () {
      const { chatState, crmState, pull, normalize, resolve } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* TestClock.adjust("2 seconds")
      yield* pull
      yield* normalize
      const gone = Resolver.make({ own: () => Own.none }, { name: "test", holder: "former", epoch: 0 })
      expect((yield* Effect.flip(gone.step)).reason).toBe("fenced")
      expect(yield* personOf(crmContact("1"))).toBeUndefined()
      yield* resolve
      const first = Key.derive("p", crmContact("1"))
      const second = Key.derive("p", chatContact("ana"))
      expect([first, second]).toContain(yield* personOf(crmContact("1")))
      expect(yield* personOf(chatContact("ana"))).toBe(yield* personOf(crmContact("1")))
    })
  )

  it("takes the company's own number and role mailbox for nobody's, and a colleague's mailbox for theirs", () => {
    const own: Own.Own = { ...Own.none, domains: ["example.org"], numbers: [NUMBER] }
    const handles = [
      Handle.phone(NUMBER)!,
      Handle.email("info@example.org")!,
      Handle.email("sam@example.org")!,
      Handle.email("ana@example.com")!
    ]
    const contact = { key: chatContact("x"), connection: "chat", ref: Ref.local("user", "x"), kind: "record", handles }
    const features = Resolver.featuresOf({ ...contact, version: { at: 0, rank: 0 } } as Contact, own)
    expect(features.handles.map(({ value }) => value).sort()).toEqual(["ana@example.com", "sam@example.org"])
  })
})
