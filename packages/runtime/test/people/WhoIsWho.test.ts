/** Who is who, asked and decided in people's words. */
import { Effect } from "effect"
import { describe, expect } from "vitest"
import * as Identities from "../../src/people/Identities.ts"
import * as WhoIsWho from "../../src/people/WhoIsWho.ts"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"

const NUMBER = "+12025550101"
const record = { id: "1", email: "ana@example.com", phone: NUMBER, updatedAt: START }
const message = { id: "m1", at: START + 100, from: "ana", email: "a@example.org", phone: NUMBER, text: "hello" }
const word = { by: "ada", why: "they said so" }

/** Two who share a number alone: likely one person, not surely. */
const likely = Effect.gen(function* () {
  const sample = yield* world()
  sample.crmState.records.push(record)
  sample.chatState.messages.push(message)
  yield* sample.turn
  yield* sample.turn
  return sample
})

describe("people's words", () => {
  scenario(
    "find a person with its contacts, or the line that a caller is on",
    Effect.gen(function* () {
      const { chatState, turn } = yield* likely
      const { people, lines, more } = yield* WhoIsWho.who("ana@example.com")
      expect(people.map(({ contacts, interactions }) => [contacts.length, interactions])).toEqual([[2, 1]])
      expect([lines, more]).toEqual([[], 0])
      const other = "+12025550199"
      chatState.messages.push({ id: "call", at: START + 4_100, from: other, phone: other, text: "a call" })
      yield* turn
      const found = yield* WhoIsWho.who(other)
      expect([found.people, found.lines.length]).toEqual([[], 1])
      expect(yield* WhoIsWho.who("stranger@example.com")).toEqual({ people: [], lines: [], more: 0 })
    })
  )

  scenario(
    "name one contact, or are told which there are",
    Effect.gen(function* () {
      yield* likely
      expect((yield* Effect.flip(WhoIsWho.unmerge([NUMBER], word))).message).toMatch(
        /is on 2 contacts; name one of them/
      )
      expect((yield* Effect.flip(WhoIsWho.merge("stranger@example.com", NUMBER, word))).message).toContain(
        "stranger@example.com is nobody's that was read"
      )
      const same = "ana@example.com and crm/person/1 name one and the same contact, crm/person/1; name somebody else"
      const twice = ["ana@example.com", "crm/person/1"] as const
      expect((yield* Effect.flip(WhoIsWho.merge(...twice, word))).message).toContain(same)
      expect((yield* Effect.flip(WhoIsWho.why(...twice))).message).toContain(same)
    })
  )

  scenario(
    "part and join, and both can be taken back",
    Effect.gen(function* () {
      const { turn, entries } = yield* likely
      expect(entries()).toEqual([])
      yield* WhoIsWho.merge("crm/person/1", "a@example.org", word)
      yield* turn
      expect(entries()).toEqual([{ body: "hello", records: ["1"] }])
      const { gone, rest } = yield* WhoIsWho.parting(["crm/person/1"])
      expect([gone, rest].map((some) => some.map(({ record }) => record.connection))).toEqual([["crm"], ["chat"]])
      yield* WhoIsWho.unmerge(["crm/person/1"], { by: "bob", why: "another desk" })
      yield* turn
      expect(entries()).toEqual([])
      expect((yield* Effect.flip(WhoIsWho.parting(["crm/person/1"]))).message).toContain("cannot be taken away")
      const pair = yield* WhoIsWho.why("crm/person/1", "a@example.org")
      expect([pair.explained.together, pair.explained.decisions.map(({ by }) => by)]).toEqual([false, ["bob"]])
      const sum = pair.explained.parts.reduce((total, { bits }) => total + bits, 0)
      expect(sum).toBeCloseTo(pair.explained.bits, 6)
      expect((yield* WhoIsWho.decisions).map(({ by, about }) => [by, about])).toEqual([
        ["bob", ["ana (chat/user/ana)", "ana@example.com (crm/person/1)"]]
      ])
    })
  )
})

describe("two who are nothing alike", () => {
  scenario(
    "become one person with all their contacts, and two again when it is taken back",
    Effect.gen(function* () {
      const { chatState, crmState, turn } = yield* world()
      const named = [
        ["ana", "Ana Example"],
        ["tom", "Tom Sample"]
      ] as const
      named.forEach(([id, name], index) => {
        const email = `${id}@example.com`
        crmState.records.push({ id: String(index), name, email, updatedAt: START })
        chatState.messages.push({ id: `m-${id}`, at: START + 100, from: id, email, text: "hello" })
      })
      yield* turn
      const sizes = Effect.map(WhoIsWho.who("ana@example.com"), ({ people }) =>
        people.map(({ contacts }) => contacts.length)
      )
      expect(yield* sizes).toEqual([2])
      const decided = yield* WhoIsWho.merge("ana@example.com", "tom@example.com", word)
      yield* turn
      expect(yield* sizes).toEqual([4])
      for (const { id } of decided) yield* Identities.revoke(id, word)
      yield* turn
      expect(yield* sizes).toEqual([2])
      expect((yield* WhoIsWho.why("ana@example.com", "tom@example.com")).explained.together).toBe(false)
    })
  )
})

describe("a likely pair", () => {
  scenario(
    "is a question, answered once, whose answer is a decision",
    Effect.gen(function* () {
      const { control, turn, entries } = yield* likely
      const [question, ...others] = yield* control.questions({})
      expect(others).toEqual([])
      expect(question).toMatchObject({ kind: "person" })
      expect(question!.title).toMatch(/one person\? \(9\d\.\d %\)/)
      expect((yield* control.question(question!.id)).id).toBe(question!.id)
      expect(yield* control.questions({ kind: "field" })).toEqual([])
      const answer = (choice: string) => control.decide(question!.id, { choice, by: "ada" })
      expect((yield* Effect.flip(answer("perhaps"))).message).toContain("choose of same, different")
      expect((yield* answer("same")).text).toContain("one person")
      yield* turn
      expect(entries()).toHaveLength(1)
      expect(yield* control.questions({})).toEqual([])
      expect((yield* WhoIsWho.decisions).map(({ _tag, by }) => [_tag, by])).toEqual([["MustLink", "ada"]])
    })
  )
})
