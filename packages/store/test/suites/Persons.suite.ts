import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Persons } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"

const none = { postings: [], members: [], leavers: [], persons: [] }

export const persons: Suite = ({ holds }) => {
  holds("contacts are found under their handle keys, as many as the cap; new keys replace earlier ones", () =>
    Effect.gen(function* () {
      const persons = yield* Persons.Persons
      const shared = Array.from({ length: 700 }, (_, index) => `c${String(index).padStart(3, "0")}`)
      yield* persons.save({
        ...none,
        postings: shared.map((contact) => ({ contact, keys: ["phone:+12025550100", `email:${contact}@example.com`] }))
      })
      const found = yield* persons.postings(
        ["phone:+12025550100", "email:c007@example.com", "email:none@example.com"],
        3
      )
      expect(found).toEqual(
        new Map([
          ["phone:+12025550100", ["c000", "c001", "c002"]],
          ["email:c007@example.com", ["c007"]]
        ])
      )
      yield* persons.save({ ...none, postings: [{ contact: "c000", keys: ["email:new@example.com"] }] })
      expect(yield* persons.keysOf(["c000", "c001"])).toEqual(
        new Map([
          ["c000", ["email:new@example.com"]],
          ["c001", ["email:c001@example.com", "phone:+12025550100"]]
        ])
      )
      expect(
        (yield* persons.postings(
          shared.map((contact) => `email:${contact}@example.com`),
          1
        )).size
      ).toBe(699)
    })
  )

  holds("a contact belongs to one person; a retired id redirects and a split brings it back", () =>
    Effect.gen(function* () {
      const persons = yield* Persons.Persons
      const person = (id: string, founder: string) => ({ id, founder, createdAt: 1 })
      yield* persons.save({
        ...none,
        persons: [person("p1", "a"), person("p2", "b")],
        members: [
          { contact: "a", person: "p1" },
          { contact: "b", person: "p2" }
        ]
      })
      yield* persons.save({
        ...none,
        persons: [{ ...person("p2", "b"), mergedInto: "p1" }],
        members: [{ contact: "b", person: "p1" }]
      })
      expect(yield* persons.contactsOf(["p1", "p2"])).toEqual(new Map([["p1", ["a", "b"]]]))
      expect((yield* persons.persons(["p2"])).get("p2")).toEqual({ ...person("p2", "b"), mergedInto: "p1" })
      expect(yield* persons.count).toBe(1)
      yield* persons.save({
        ...none,
        persons: [person("p2", "b")],
        members: [{ contact: "b", person: "p2" }],
        leavers: ["a"]
      })
      expect(yield* persons.personOf(["a", "b"])).toEqual(new Map([["b", "p2"]]))
      expect((yield* persons.persons(["p2"])).get("p2")).not.toHaveProperty("mergedInto")
      expect(yield* persons.count).toBe(2)
    })
  )
}
