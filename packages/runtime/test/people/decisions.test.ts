import { Inbox } from "@interchannel/store"
import { forgetLedger } from "@interchannel/store/testing"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Identities from "../../src/people/Identities.ts"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"
import { NUMBER, ana, hello, call, word, chatContact, crmContact, personOf } from "./contacts.ts"

/** Three who share nothing and were all merged with one record, `hub`. */
const linked = Effect.gen(function* () {
  const all = yield* world()
  const other = (id: string) => ({ ...ana, id, name: `Una ${id}`, email: `${id}@example.com`, phone: "" })
  all.crmState.records.push(ana, other("2"), other("3"))
  all.chatState.messages.push({ id: "m1", at: START + 100, from: "una", text: "hello" })
  yield* all.turn
  const hub = crmContact("1")
  const rest = [crmContact("2"), crmContact("3"), chatContact("una")]
  yield* Effect.forEach(rest, (contact) => Identities.merge(hub, contact, word))
  yield* all.turn
  return { ...all, hub, rest }
})

describe("what people decide", () => {
  scenario(
    "a contact taken away from a person stays away, and its entries leave the record, also after a rebuild",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries, normalize, plan, dispatch, restart, bodies } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      const before = yield* personOf(crmContact("1"))
      yield* Identities.unmerge([chatContact("ana")], word)
      yield* turn
      expect(entries()).toEqual([])
      expect(yield* personOf(crmContact("1"))).not.toBe(yield* personOf(chatContact("ana")))
      chatState.messages.push({ ...hello, id: "m2", at: START + 4_100, text: "again" })
      yield* turn
      expect(entries()).toEqual([])

      yield* forgetLedger
      yield* restart
      const inbox = yield* Inbox.Inbox
      for (const connection of ["crm", "chat"]) yield* inbox.reopen({ connection })
      yield* Effect.all([normalize, plan, dispatch], { discard: true })
      expect(yield* personOf(crmContact("1"))).not.toBe(yield* personOf(chatContact("ana")))
      expect(entries()).toEqual([])

      const view = yield* Identities.person((yield* personOf(crmContact("1")))!)
      expect(view.contacts.map(({ contact }) => contact)).toEqual([crmContact("1")])
      const { decisions } = yield* Identities.pair(chatContact("ana"), crmContact("1")).pipe(
        Effect.map(({ explained }) => explained)
      )
      for (const { id } of decisions) yield* Identities.revoke(id, word)
      yield* turn
      expect(bodies()).toEqual(["again", "hello"])
      expect([before, yield* personOf(crmContact("1"))]).toContain(yield* personOf(chatContact("ana")))
    })
  )

  scenario(
    "a decision about a record holds for the one that its system merged it into, and the person's id leads there",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana, {
        ...ana,
        id: "2",
        name: "Ana Sample",
        email: "sample@example.com",
        phone: "+12025550102"
      })
      chatState.messages.push(hello)
      yield* turn
      yield* Identities.unmerge([chatContact("ana")], word)
      yield* turn
      const former = (yield* personOf(crmContact("1")))!
      crmState.records.splice(0, 2, { ...ana, id: "3", updatedAt: START + 5_000, former: ["2", "1"] })
      yield* turn
      yield* turn
      expect(entries()).toEqual([])
      const record = crmContact("2")
      expect(yield* personOf(record)).not.toBe(yield* personOf(chatContact("ana")))
      expect((yield* Identities.person(former)).contacts.map(({ contact }) => contact)).toEqual([record])
      const { decisions } = (yield* Identities.pair(chatContact("ana"), record)).explained
      expect(decisions).toEqual([expect.objectContaining({ _tag: "CannotLink", ...word })])
    })
  )

  scenario(
    "what is decided about a record while its system merges it away holds for the one that it went into",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world()
      crmState.records.push(ana, { ...ana, id: "2", name: "Ana Sample", email: "sample@example.com", phone: "" })
      chatState.messages.push({ id: "m1", at: START + 100, from: "una", text: "hello" })
      yield* turn
      const [gone, heir, una] = [crmContact("1"), crmContact("2"), chatContact("una")]
      yield* Identities.merge(gone, una, word)
      crmState.records.splice(0, 2, { ...ana, id: "3", updatedAt: START + 5_000, former: ["2", "1"] })
      yield* turn
      yield* turn
      expect(yield* personOf(gone)).toBeUndefined()
      expect(yield* personOf(heir)).toBeDefined()
      expect(yield* personOf(una)).toBe(yield* personOf(heir))
      const { decisions } = (yield* Identities.pair(una, heir)).explained
      expect(decisions).toEqual([expect.objectContaining({ _tag: "MustLink", ...word })])
    })
  )

  scenario(
    "who is one person by decision stays so when the record that they were all linked with is deleted, and the next one as well",
    Effect.gen(function* () {
      const { crmState, hub, rest, turn } = yield* linked
      const distinct = Effect.map(
        Effect.forEach(rest, personOf),
        (all) => new Set(all.filter((one) => one !== undefined))
      )
      expect((yield* distinct).size).toBe(1)
      crmState.records.splice(0, 1)
      yield* turn
      expect(yield* personOf(hub)).toBeUndefined()
      expect((yield* distinct).size).toBe(1)
      crmState.records.splice(0, 1)
      yield* turn
      expect(yield* personOf(crmContact("2"))).toBeUndefined()
      expect(yield* personOf(crmContact("3"))).toBe(yield* personOf(chatContact("una")))
      crmState.records.push({ ...ana, updatedAt: START + 9_000 })
      yield* turn
      expect(yield* personOf(hub)).toBe(yield* personOf(chatContact("una")))
    })
  )

  scenario(
    "who was parted since a record that linked them was deleted stays so when everything is read again",
    Effect.gen(function* () {
      const { crmState, hub, turn } = yield* linked
      crmState.records.splice(0, 1)
      yield* turn
      yield* TestClock.adjust("1 second")
      yield* Identities.unmerge([chatContact("una")], word)
      yield* turn
      yield* forgetLedger
      const inbox = yield* Inbox.Inbox
      for (const connection of ["chat", "crm"]) yield* inbox.reopen({ connection })
      yield* turn
      expect(yield* personOf(hub)).toBeUndefined()
      expect(yield* personOf(crmContact("2"))).toBe(yield* personOf(crmContact("3")))
      expect(yield* personOf(chatContact("una"))).not.toBe(yield* personOf(crmContact("3")))
    })
  )

  scenario(
    "a number ruled to be shared carries nobody's calls",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(call)
      yield* turn
      expect(entries()).toHaveLength(1)
      const [rule] = yield* Identities.rule(NUMBER, "shared", word)
      yield* turn
      expect(entries()).toEqual([])
      yield* Identities.revoke(rule!.id, word)
      yield* turn
      expect(entries()).toHaveLength(1)
    })
  )

  scenario(
    "about somebody who is not known is refused with what to do",
    Effect.gen(function* () {
      yield* world()
      const failures = [
        yield* Effect.flip(Identities.merge("c_a", "c_b", word)),
        yield* Effect.flip(Identities.unmerge(["c_a"], word)),
        yield* Effect.flip(Identities.rule("nobody", "shared", word)),
        yield* Effect.flip(Identities.person("p_none")),
        yield* Effect.flip(Identities.find("?"))
      ]
      expect(failures.map(({ _tag }) => _tag)).toEqual(failures.map(() => "ControlError"))
    })
  )
})
