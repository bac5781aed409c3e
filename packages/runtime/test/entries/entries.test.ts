/** How a destination tells its entries: per message or conversation, in which form, on whose and on which company's record. */
import { Key, Own, Ref } from "@interchannel/domain"
import { Connections, Persons, Projections } from "@interchannel/store"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Misplaced from "../../src/entries/Misplaced.ts"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"

const ana = { id: "1", email: "ana@example.com", updatedAt: START }
const bob = { id: "2", email: "bob@example.com", updatedAt: START }
const hello = { id: "m1", at: START + 100, from: "ana", email: "ana@example.com", text: "hello", thread: "t" }
const says = (id: string, at: number, text: string) => ({ ...hello, id, at: START + at, text })
const byBob = { from: "bob", email: "bob@example.com" }
const reader = { own: Own.none, titleOf: (id: string) => id, policyOf: () => ({ redact: [] }) }
const told = (per: "message" | "conversation") => ({ crm: { destination: { settleMs: 0, entries: { per } } } }) as const

describe("one entry for each conversation", () => {
  scenario(
    "has what was said so far, on the records of all customers in it, and is kept up to date",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world(told("conversation"))
      crmState.records.push(ana, bob)
      chatState.messages.push(hello, says("m2", 200, "anybody?"))
      yield* turn
      expect(entries()).toEqual([{ body: "Thu 1 Jan 1970\n00:16 ana: hello\n00:16 ana: anybody?", records: ["1"] }])
      chatState.messages.push({ ...says("m3", 2_100, "me too"), ...byBob })
      yield* turn
      expect(entries()).toEqual([{ body: expect.stringMatching(/anybody\?\n00:16 bob: me too$/), records: ["1", "2"] }])
      chatState.messages[2] = { ...says("m3", 4_100, ""), ...byBob, version: START + 4_100, deleted: true } as never
      yield* turn
      expect(entries()).toEqual([{ body: expect.stringMatching(/anybody\?$/), records: ["1"] }])
      expect(crmState.ids).toBe(1)
    })
  )

  scenario(
    "is taken out when everything in it was deleted",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world(told("conversation"))
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      expect(entries()).toHaveLength(1)
      chatState.messages[0] = { ...hello, at: START + 2_100, version: START + 2_100, deleted: true }
      yield* turn
      expect(entries()).toEqual([])
    })
  )

  scenario(
    "a switch rewrites nothing until it is approved; then nothing is there twice, and a person's hand is respected",
    Effect.gen(function* () {
      const { chatState, crmState, control, configure, turn, entries, bodies } = yield* world({
        ...told("message"),
        mode: "observe"
      })
      crmState.records.push(ana)
      chatState.messages.push(hello, says("m2", 200, "second"), says("m3", 300, "edited later"))
      yield* turn
      yield* control.approve("crm", { all: true, by: "somebody" })
      yield* turn
      const [, , third] = [...crmState.entries.values()]
      third!.body = "changed by an admin"
      crmState.observed.push({ id: third!.ref, at: START + 2_500, key: third!.key, body: "changed by an admin" })
      yield* turn
      yield* configure(told("conversation"))
      chatState.messages.push(says("m4", 6_100, "fourth"))
      yield* turn
      expect(entries().map(({ body }) => body)).toEqual(["hello", "second", "changed by an admin", "fourth"])
      const [plan] = yield* control.plan("crm")
      expect(plan?.rewrite).toEqual({ entries: 0, remove: 3, create: 1 })
      expect(yield* control.rewrite("crm")).toEqual({ destination: "crm", entries: 0, switchedTo: "conversation" })
      yield* turn
      yield* turn
      expect(entries()).toEqual([
        { body: "changed by an admin", records: ["1"] },
        { body: expect.stringMatching(/hello\n.*second\n.*edited later\n.*fourth$/), records: ["1"] }
      ])
      expect((yield* control.plan("crm"))[0]).not.toHaveProperty("rewrite")
      yield* configure(told("message"))
      expect((yield* control.plan("crm"))[0]?.rewrite).toEqual({ entries: 0, remove: 1, create: 4 })
      yield* control.rewrite("crm")
      yield* turn
      yield* turn
      expect(bodies()).toEqual(["changed by an admin", "fourth", "hello", "second"])
    })
  )
})

describe("the form of entries", () => {
  scenario(
    "stays as it was written until a rewrite is approved, also when the message is looked at again",
    Effect.gen(function* () {
      const { chatState, crmState, control, configure, turn, entries } = yield* world({ mode: "observe" })
      crmState.records.push(ana)
      chatState.messages.push(hello, says("m2", 200, "mail ana@example.com"))
      yield* turn
      yield* control.approve("crm", { all: true, by: "somebody" })
      yield* turn
      yield* configure({ crm: { destination: { entries: { redact: ["emails"] } } } })
      yield* turn
      expect(entries().map(({ body }) => body)).toEqual(["hello", "mail ana@example.com"])
      expect((yield* control.plan("crm"))[0]).toMatchObject({
        writes: [],
        rewrite: { entries: 2, remove: 0, create: 0 }
      })
      chatState.messages.push(says("m3", 6_100, "new ana@example.com"))
      yield* turn
      expect(entries().map(({ body }) => body)).toEqual(["hello", "mail ana@example.com", "new [removed]"])
      expect(yield* control.rewrite("crm")).toEqual({ destination: "crm", entries: 2 })
      yield* turn
      expect(entries().map(({ body }) => body)).toEqual(["hello", "mail [removed]", "new [removed]"])
      expect([...crmState.entries.values()].map(({ writes }) => writes)).toEqual([2, 2, 1])
    })
  )

  scenario(
    "nothing can be rewritten where nothing was approved",
    Effect.gen(function* () {
      const { control } = yield* world({ mode: "observe" })
      const error = yield* Effect.flip(control.rewrite("crm"))
      expect(error.message).toContain("interchannel approve crm")
    })
  )
})

describe("the records of an entry", () => {
  scenario(
    "a company's too, where the system has them and the policy wants it; the agent's own user owns it",
    Effect.gen(function* () {
      const { chatState, crmState, turn, configure, entries } = yield* world({
        own: { domains: ["example.org"], numbers: [], teams: [] }
      })
      crmState.records.push(
        { ...ana, company: "acme" },
        { id: "sam", email: "sam@example.org", updatedAt: START, user: true }
      )
      const agent = {
        id: "a1",
        at: START + 200,
        from: "sam",
        email: "sam@example.org",
        thread: "t",
        text: "on its way"
      }
      chatState.messages.push(hello, agent)
      yield* turn
      expect(entries()).toEqual([
        { body: "hello", records: ["1", "acme"] },
        { body: "on its way", records: ["1", "acme"] }
      ])
      expect([...crmState.entries.values()].map(({ owner }) => owner)).toEqual([undefined, "sam"])
      yield* configure({ crm: { destination: { entries: { organizations: false } } } })
      yield* turn
      expect(entries().map(({ records }) => records)).toEqual([["1"], ["1"]])
      const tally = yield* (yield* Projections.Projections).tally
      expect(tally).toEqual([expect.objectContaining({ state: "settled", count: 2 })])
      expect((yield* (yield* Connections.Connections).all).map(({ id }) => id)).toContain("crm")
    })
  )
})

describe("what is planned", () => {
  scenario(
    "is listed one by one: what is new, changed, moved and removed, with the record's name",
    Effect.gen(function* () {
      const { chatState, crmState, control, pull, normalize, plan, turn } = yield* world()
      crmState.records.push(ana, bob)
      const mine = { email: "bob@example.com", from: "bob", thread: "b" }
      chatState.messages.push(hello, says("m2", 200, "two"), { ...says("m3", 300, "three"), ...mine })
      yield* turn
      yield* (yield* Connections.Connections).update("crm", { paused: true })
      chatState.messages[0] = { ...hello, at: START + 2_100, version: START + 2_100, text: "hello, edited" }
      chatState.messages[1] = { ...says("m2", 2_200, ""), version: START + 2_200, deleted: true }
      chatState.messages.push(says("m4", 2_300, "four"))
      crmState.records.push({ ...bob, id: "earlier", updatedAt: START - 9_000 })
      yield* TestClock.adjust("2 seconds")
      yield* Effect.all([pull, normalize, plan], { discard: true })
      const changes = yield* control.changes("crm", "")
      expect(changes.map(({ what, title, records }) => [what, title, ...records]).sort()).toEqual([
        ["changed", "Chat from ana, Chat (chat)", "ana@example.com"],
        ["moved", "Chat from bob, Chat (chat)", "bob@example.com"],
        ["new", "Chat from ana, Chat (chat)", "ana@example.com"],
        ["removed", "Chat from ana, Chat (chat)", "ana@example.com"]
      ])
      expect(yield* control.changes("crm", changes.at(-1)!.key)).toEqual([])
      const nowhere = yield* Effect.flip(control.changes("chat", ""))
      expect(nowhere.message).toContain("chat is no destination")
    })
  )
})

describe("what somebody else logged", () => {
  const mail = (id: string, at: number, messageId = "a@example.com") => ({
    ...hello,
    id,
    at: START + at,
    text: `mail ${id}`,
    messageId
  })
  const logged = (at: number, messageId = "a@example.com") => ({
    id: "log",
    at: START + at,
    key: "",
    body: "logged by the CRM",
    messageId
  })
  const whys = Effect.flatMap(Projections.Projections, ({ tally }) =>
    Effect.map(tally, (all) => all.map(({ state, why, count }) => [state, why, count]))
  )

  scenario(
    "in the CRM itself is not written there again, and counted",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      crmState.observed.push(logged(100))
      chatState.messages.push(mail("m1", 100), mail("m2", 200, "b@example.com"))
      yield* turn
      yield* turn
      expect(entries().map(({ body }) => body)).toEqual(["mail m2"])
      expect(yield* whys).toEqual([
        ["dropped", "logged there already", 1],
        ["settled", undefined, 1]
      ])
    })
  )

  scenario(
    "later than we wrote takes ours out, and when that log is deleted ours is written again",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(mail("m1", 100))
      yield* turn
      expect(entries().map(({ body }) => body)).toEqual(["mail m1"])
      crmState.observed.push(logged(100))
      yield* turn
      expect(entries()).toEqual([])
      crmState.observed[0] = { ...logged(100), at: START + 5_000, deleted: true }
      yield* turn
      expect(entries().map(({ body }) => body)).toEqual(["mail m1"])
    })
  )

  scenario(
    "a mail that lies in two mailboxes stands there once, in whichever order they are read",
    Effect.gen(function* () {
      const { chatState, otherChat, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(mail("m1", 100))
      yield* turn
      otherChat.messages.push({ ...mail("m1", 2_100), text: "mail m1 in the other box" })
      yield* turn
      yield* turn
      expect(entries()).toHaveLength(1)
      chatState.messages[0] = { ...mail("m1", 4_100), version: START + 4_100 }
      yield* turn
      expect(entries()).toHaveLength(1)
    })
  )
})

describe("the record of a person who has several", () => {
  const two = [
    { ...ana, id: "old", updatedAt: START - 9_000 },
    { ...ana, id: "new", updatedAt: START - 5_000 }
  ]

  scenario(
    "is the oldest, unless a person chose another one; then what stands on the first moves there",
    Effect.gen(function* () {
      const { chatState, crmState, control, turn, entries } = yield* world()
      crmState.records.push(...two)
      chatState.messages.push(hello)
      yield* turn
      expect(entries()).toEqual([{ body: "hello", records: ["old"] }])
      yield* control.prefer({ connection: "crm", kind: "person", id: "new" }, { by: "somebody" })
      yield* turn
      expect(entries()).toEqual([{ body: "hello", records: ["new"] }])
      expect(crmState.ids).toBe(1)
      const nobody = yield* Effect.flip(control.prefer({ connection: "crm", kind: "person", id: "x" }, { by: "s" }))
      expect(nobody.message).toContain("crm/person/x")
    })
  )

  scenario(
    "is the one that the interaction itself names",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(...two)
      chatState.messages.push({ ...hello, record: "new" })
      yield* turn
      expect(entries()).toEqual([{ body: "hello", records: ["new"] }])
    })
  )
})

describe("an entry that a person took off a record", () => {
  scenario(
    "stays off it, whatever happens, and stays on the others",
    Effect.gen(function* () {
      const { chatState, crmState, configure, turn, entries } = yield* world(told("conversation"))
      crmState.records.push(ana, bob)
      chatState.messages.push(hello, { ...says("m2", 200, "hi"), ...byBob })
      yield* turn
      expect(entries()[0]?.records).toEqual(["1", "2"])
      const key = [...crmState.entries.values()][0]!.key
      yield* Misplaced.hold(key, [Key.contact("crm", Ref.local("person", "2"))], "somebody")
      yield* turn
      expect(entries()[0]?.records).toEqual(["1"])
      chatState.messages.push({ ...says("m3", 4_100, "again"), ...byBob })
      yield* turn
      yield* configure(told("conversation"))
      yield* turn
      expect(entries()).toEqual([{ body: expect.stringContaining("again"), records: ["1"] }])
    })
  )

  scenario(
    "because two people were taken for one, keeps them apart from then on",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      const { key } = [...crmState.entries.values()][0]!
      const record = Key.contact("crm", Ref.local("person", "1"))
      yield* Misplaced.hold(key, [record], "Olga")
      yield* Misplaced.part(key, [record], "Olga")
      yield* turn
      chatState.messages.push(says("m2", 6_100, "again"))
      yield* turn
      expect(entries()).toEqual([])
      const persons = yield* Persons.Persons
      const sender = Key.contact("chat", Ref.local("user", "ana"))
      const members = yield* persons.members([record, sender])
      expect(members.get(record)?.person).not.toBe(members.get(sender)?.person)
    })
  )

  scenario(
    "is taken out when it was on that record alone",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      crmState.records.push(ana)
      chatState.messages.push(hello)
      yield* turn
      const { key, links } = [...crmState.entries.values()][0]!
      expect(links).toEqual([`https://hooks.example.com/entries/${key}`])
      expect(yield* Misplaced.look(key, reader)).toMatchObject({
        title: "Chat from ana, chat",
        records: [{ contact: Key.contact("crm", Ref.local("person", "1")), name: "ana@example.com" }]
      })
      yield* Misplaced.hold(key, [Key.contact("crm", Ref.local("person", "1"))], "somebody")
      yield* turn
      yield* turn
      expect(entries()).toEqual([])
      expect(yield* Misplaced.look(key, reader)).toMatchObject({ records: [] })
    })
  )
})

describe("what stands on a record that the vendor deleted", () => {
  scenario(
    "goes to the person's next record, or stays where the vendor leaves it until there is one",
    Effect.gen(function* () {
      const { chatState, crmState, turn, entries } = yield* world()
      const second = { ...ana, id: "9", updatedAt: START + 50 }
      crmState.records.push(ana, second)
      chatState.messages.push(hello)
      const remove = (index: number) =>
        Effect.map(
          Effect.clockWith((clock) => clock.currentTimeMillis),
          (updatedAt) => {
            crmState.records[index] = { ...(crmState.records[index] as typeof ana), deleted: true, updatedAt }
          }
        )
      const later = Effect.all([turn, TestClock.adjust("10 minutes"), turn])
      yield* turn
      expect(entries()).toEqual([{ body: "hello", records: ["1"] }])
      yield* remove(0)
      yield* later
      expect(entries()).toEqual([{ body: "hello", records: ["9"] }])
      yield* remove(1)
      yield* later
      expect(entries()).toEqual([{ body: "hello", records: ["9"] }])
      const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      chatState.messages.push(says("m2", now - START, "nobody to write to"))
      yield* turn
      crmState.records.push({ ...ana, id: "10", updatedAt: START + 2_000_000 })
      yield* later
      expect(entries()).toEqual([
        { body: "hello", records: ["10"] },
        { body: "nobody to write to", records: ["10"] }
      ])
      expect(crmState.ids).toBe(2)
    })
  )
})
