/** Who is who, from what vendors tell to where entries stand. */
import { type Contact, Handle, Key, Own, Ref } from "@interchannel/domain"
import { Inbox, Persons, Projections, type Store } from "@interchannel/store"
import { forgetLedger } from "@interchannel/store/testing"
import { it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Patience from "../../src/entries/Patience.ts"
import * as Identities from "../../src/people/Identities.ts"
import * as IdentityReview from "../../src/people/IdentityReview.ts"
import * as Resolver from "../../src/people/Resolver.ts"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"

const NUMBER = "+12025550101"
const ana = { id: "1", name: "Ana Example", email: "ana@example.com", phone: NUMBER, updatedAt: START }
const hello = { id: "m1", at: START + 100, from: "ana", email: "ana@example.com", text: "hello" }
const call = { id: "call", at: START + 100, from: NUMBER, phone: NUMBER, text: "a call" }
const tom = { ...ana, id: "2", name: "Tom Example", email: "tom@example.com", updatedAt: START + 7_000 }
const word = { by: "somebody", why: "they said so" }
const chatContact = (from: string) => Key.contact("chat", Ref.local("user", from))
const crmContact = (id: string) => Key.contact("crm", Ref.local("person", id))
const personOf = (contact: string) =>
  Effect.flatMap(Persons.Persons, (persons) =>
    Effect.map(persons.members([contact]), (members) => members.get(contact)?.person)
  )

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

describe("what people decide", () => {
  scenario(
    "a contact taken away from a person stays away, and its entries leave the record, also after a rebuild",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries, normalize, plan, dispatch, restart } = yield* world()
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
      expect(
        entries()
          .map(({ body }) => body)
          .sort()
      ).toEqual(["again", "hello"])
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
    "who is one person by decision stays so when the record that they were all linked with is deleted, and the next one as well",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world()
      const other = (id: string) => ({ ...ana, id, name: `Una ${id}`, email: `${id}@example.com`, phone: "" })
      crmState.records.push(ana, other("2"), other("3"))
      chatState.messages.push({ id: "m1", at: START + 100, from: "una", text: "hello" })
      yield* turn
      const [hub, ...rest] = [crmContact("1"), crmContact("2"), crmContact("3"), chatContact("una")]
      yield* Effect.forEach(rest, (contact) => Identities.merge(hub!, contact, word))
      yield* turn
      const distinct = Effect.map(
        Effect.forEach(rest, personOf),
        (all) => new Set(all.filter((one) => one !== undefined))
      )
      expect((yield* distinct).size).toBe(1)
      crmState.records.splice(0, 1)
      yield* turn
      expect(yield* personOf(hub!)).toBeUndefined()
      expect((yield* distinct).size).toBe(1)
      crmState.records.splice(0, 1)
      yield* turn
      expect(yield* personOf(crmContact("2"))).toBeUndefined()
      expect(yield* personOf(crmContact("3"))).toBe(yield* personOf(chatContact("una")))
      crmState.records.push({ ...ana, updatedAt: START + 9_000 })
      yield* turn
      expect(yield* personOf(hub!)).toBe(yield* personOf(chatContact("una")))
    })
  )

  scenario(
    "who was parted since a record that linked them was deleted stays so when everything is read again",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world()
      const other = (id: string) => ({ ...ana, id, name: `Una ${id}`, email: `${id}@example.com`, phone: "" })
      crmState.records.push(ana, other("2"), other("3"))
      chatState.messages.push({ id: "m1", at: START + 100, from: "una", text: "hello" })
      yield* turn
      const [hub, ...rest] = [crmContact("1"), crmContact("2"), crmContact("3"), chatContact("una")]
      yield* Effect.forEach(rest, (contact) => Identities.merge(hub!, contact, word))
      yield* turn
      crmState.records.splice(0, 1)
      yield* turn
      yield* TestClock.adjust("1 second")
      yield* Identities.unmerge([chatContact("una")], word)
      yield* turn
      yield* forgetLedger
      const inbox = yield* Inbox.Inbox
      for (const connection of ["chat", "crm"]) yield* inbox.reopen({ connection })
      yield* turn
      expect(yield* personOf(hub!)).toBeUndefined()
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
