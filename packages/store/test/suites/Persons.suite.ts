import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Persons } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"

const none: Persons.Changes = {
  members: [],
  gone: [],
  persons: [],
  refined: [],
  postings: [],
  edges: [],
  firstNames: [],
  events: []
}
const nothing: Persons.Wanted = {
  contacts: [],
  persons: [],
  members: [],
  founded: [],
  refined: [],
  postings: [],
  edges: [],
  firstNames: []
}
const person = (id: string, founder: string): Persons.PersonRow => ({ id, founder, createdAt: 1 })
const posted = (key: number, contact: string) => ({ key, contact, there: true })
/** Beyond 32 bits, as hashes are. */
const HASH = 2 ** 52 + 1

export const persons: Suite = ({ holds }) => {
  holds("contacts are found under each of their keys, sorted, as many as the cap", () =>
    Effect.gen(function* () {
      const persons = yield* Persons.Persons
      const contacts = Array.from({ length: 700 }, (_, index) => `c${String(index).padStart(3, "0")}`)
      const postings = contacts.flatMap((contact, index) => [posted(HASH, contact), posted(index, contact)])
      yield* persons.save({ ...none, postings, refined: [HASH] })
      expect(yield* persons.postings([HASH, 7, 9_999], 3)).toEqual(
        new Map([
          [HASH, ["c000", "c001", "c002"]],
          [7, ["c007"]]
        ])
      )
      yield* persons.save({ ...none, postings: [{ ...posted(HASH, "c000"), there: false }, posted(7, "c000")] })
      const [page, rest] = [
        yield* persons.posting({ key: HASH, after: "", limit: 600 }),
        yield* persons.posting({ key: HASH, after: "c600", limit: 600 })
      ]
      expect([...page, ...rest]).toEqual(contacts.slice(1))
      const all = contacts.map((_, index) => index)
      const { postings: found, refined } = yield* persons.find(
        { ...nothing, postings: [HASH, ...all], refined: [1, HASH] },
        2
      )
      expect(found.size).toBe(701)
      expect([found.get(HASH), found.get(7)]).toEqual([
        ["c001", "c002"],
        ["c000", "c007"]
      ])
      expect(refined).toEqual(new Set([HASH]))
    })
  )

  holds("a contact belongs to one person, or is on a line; a retired id redirects and comes back", () =>
    Effect.gen(function* () {
      const persons = yield* Persons.Persons
      const [a, b] = [
        { contact: "a", person: "p1", sure: "a" },
        { contact: "b", person: "p2", sure: "b" }
      ]
      yield* persons.save({
        ...none,
        persons: [person("p1", "a"), person("p2", "b")],
        members: [a, b, { contact: "line", sure: "line" }]
      })
      yield* persons.save({
        ...none,
        persons: [{ ...person("p2", "b"), mergedInto: "p1" }],
        members: [{ ...b, person: "p1", sure: "a" }]
      })
      expect(yield* persons.membersOf(["p1", "p2"])).toEqual(
        new Map([["p1", [a, { contact: "b", person: "p1", sure: "a" }]]])
      )
      expect((yield* persons.persons(["p2"])).get("p2")).toEqual({ ...person("p2", "b"), mergedInto: "p1" })
      expect(yield* persons.count).toBe(1)
      yield* persons.save({
        ...none,
        persons: [person("p2", "b"), { ...person("p1", "a"), emptied: true }],
        members: [b],
        gone: ["a"]
      })
      expect(yield* persons.members(["a", "b", "line", "never seen"])).toEqual(
        new Map<string, Persons.Member>([
          ["b", b],
          ["line", { contact: "line", sure: "line" }]
        ])
      )
      expect((yield* persons.persons(["p1", "p2"])).get("p2")).toEqual(person("p2", "b"))
      expect(yield* persons.count).toBe(1)
    })
  )

  holds("what a cache asks for is found by each of its keys, and only what is there", () =>
    Effect.gen(function* () {
      const persons = yield* Persons.Persons
      const features = { contact: "a", handles: [{ key: HASH }], said: "ünï" }
      yield* persons.save({
        ...none,
        members: [
          { contact: "a", person: "p", sure: "a", features },
          { contact: "b", person: "p", sure: "a" }
        ],
        persons: [person("p", "a"), person("q", "a")],
        edges: [
          { a: "a", b: "b", bits: 7.125 },
          { a: "b", b: "a", bits: 7.125 },
          { a: "a", b: "c", bits: -1 / 3 }
        ],
        firstNames: [{ handle: HASH, names: 3 }]
      })
      const found = yield* persons.find(
        {
          ...nothing,
          contacts: ["a", "z"],
          persons: ["q", "z"],
          members: ["p", "z"],
          founded: ["a", "z"],
          edges: ["a", "z"],
          firstNames: [HASH, 1]
        },
        9
      )
      expect(found.contacts).toEqual(new Map([["a", { contact: "a", person: "p", sure: "a", features }]]))
      expect(found.members).toEqual(new Map([["p", ["a", "b"]]]))
      expect(found.persons).toEqual([person("q", "a"), person("p", "a"), person("q", "a")])
      expect(found.edges).toEqual(
        new Map([
          [
            "a",
            new Map([
              ["b", 7.125],
              ["c", -1 / 3]
            ])
          ]
        ])
      )
      expect(found.firstNames).toEqual(new Map([[HASH, 3]]))
      yield* persons.save({
        ...none,
        edges: [{ a: "a", b: "b", bits: undefined }],
        firstNames: [{ handle: HASH, names: undefined }]
      })
      yield* persons.save({ ...none, members: [{ contact: "a", person: "q", sure: "b" }] })
      const later = yield* persons.find({ ...nothing, contacts: ["a"], edges: ["a"], firstNames: [HASH] }, 9)
      expect(later.contacts).toEqual(new Map([["a", { contact: "a", person: "q", sure: "b", features }]]))
      expect(later.edges).toEqual(new Map([["a", new Map([["c", -1 / 3]])]]))
      expect(later.firstNames).toEqual(new Map())
      expect(yield* persons.features({ after: "", limit: 9 })).toEqual([
        { contact: "a", person: "q", sure: "b", features }
      ])
    })
  )

  holds("pairs to look at come likeliest first, page by page, without those that are one beyond doubt", () =>
    Effect.gen(function* () {
      const persons = yield* Persons.Persons
      const members = ["a", "b", "c", "d"].map((contact) => ({ contact, person: "p", sure: contact }))
      const edge = (a: string, b: string, bits: number) => [
        { a, b, bits },
        { a: b, b: a, bits }
      ]
      yield* persons.save({
        ...none,
        members: [...members.slice(0, 3), { contact: "d", person: "p", sure: "c" }],
        edges: [
          ...edge("a", "b", 4),
          ...edge("a", "c", 4),
          ...edge("b", "c", 5),
          ...edge("c", "d", 6),
          ...edge("a", "d", 9)
        ]
      })
      const range = { from: 0, to: 8, limit: 2 }
      const first = yield* persons.pairs(range)
      expect(first).toEqual([
        { a: "b", b: "c", bits: 5 },
        { a: "a", b: "b", bits: 4 }
      ])
      expect(yield* persons.pairs({ ...range, after: first[1]! })).toEqual([{ a: "a", b: "c", bits: 4 }])
    })
  )

  holds("a person's history is told from both sides, newest first; decisions are replaced, taken back and kept", () =>
    Effect.gen(function* () {
      const persons = yield* Persons.Persons
      const event = (at: number, person: string, other?: string): Persons.EventRow => ({
        at,
        person,
        data: { said: at },
        ...(other === undefined ? {} : { other })
      })
      yield* persons.save({ ...none, events: [event(1, "p1"), event(2, "p2"), event(3, "p2", "p1")] })
      const history = yield* persons.history("p1", { limit: 9 })
      expect(history.map(({ at }) => at)).toEqual([3, 1])
      expect(history[0]).toEqual({ ...event(3, "p2", "p1"), id: history[0]!.id })
      const older = yield* persons.history("p1", { before: history[0]!.id, limit: 9 })
      expect(older.map(({ at }) => at)).toEqual([1])

      yield* persons.decide([
        { id: "d1", data: { why: "one" } },
        { id: "d2", data: { why: "two" } }
      ])
      yield* persons.decide([{ id: "d1", data: { why: "other" }, revoked: { by: "ana" } }])
      expect(yield* persons.decisionPage({ after: "", limit: 1 })).toEqual([
        { id: "d1", data: { why: "other" }, revoked: { by: "ana" } }
      ])
      expect(yield* persons.decisionPage({ after: "d1", limit: 9 })).toEqual([{ id: "d2", data: { why: "two" } }])
      expect([...(yield* persons.decisions(["d2", "d9"])).keys()]).toEqual(["d2"])
      expect(yield* persons.state("model")).toBeUndefined()
      yield* persons.setState("model", { version: "1" })
      yield* persons.setState("model", { version: "2" })
      expect(yield* persons.state("model")).toEqual({ version: "2" })
    })
  )

  holds("of models the latest are kept, and longer when they were used; a kept one is as it was", () =>
    Effect.gen(function* () {
      const persons = yield* Persons.Persons
      const model = (index: number) => ({
        name: `model ${String(index).padStart(2, "0")}`,
        madeAt: index,
        summary: { merges: index },
        model: { version: index, terms: { given: { ana: 0.25 } } }
      })
      const keep = (index: number) => persons.keepModel(model(index))
      yield* keep(1)
      yield* persons.useModel("model 01", 9)
      yield* keep(1)
      for (let index = 2; index <= 12; index++) yield* keep(index)
      const names = (yield* persons.models).map(({ name, usedAt }) => [name, usedAt])
      expect(names[0]).toEqual(["model 12", undefined])
      expect(names).toHaveLength(11)
      expect(names.at(-2)).toEqual(["model 03", undefined])
      expect(names.at(-1)).toEqual(["model 01", 9])
      expect(yield* persons.model("model 01")).toEqual({ ...model(1), usedAt: 9 })
      expect(yield* persons.model("model 02")).toBeUndefined()
    })
  )
}
