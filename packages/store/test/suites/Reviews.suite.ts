import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Reviews } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"

const question = (id: string, ours = "ours", kind = "field"): Reviews.Question => ({
  id,
  kind,
  destination: "crm",
  subject: "w1",
  body: { theirs: "theirs", ours }
})
const page = { after: "", limit: 10 }

export const reviews: Suite = ({ holds }) => {
  holds("a question is asked once, and is listed until a person answers", () =>
    Effect.gen(function* () {
      const reviews = yield* Reviews.Reviews
      yield* reviews.ask([question("r1"), question("r2"), question("r3", "ours", "pair")], 10)
      yield* reviews.ask([question("r1"), question("r1")], 20)
      expect((yield* reviews.list(page)).map(({ id }) => id)).toEqual(["r1", "r2", "r3"])
      expect(yield* reviews.get("r1")).toEqual({ ...question("r1"), openedAt: 10, seenAt: 10 })
      expect((yield* reviews.list({ ...page, kind: "pair" })).map(({ id }) => id)).toEqual(["r3"])
      expect((yield* reviews.list({ after: "r1", limit: 1 })).map(({ id }) => id)).toEqual(["r2"])
      expect(yield* reviews.tally).toEqual([
        { kind: "field", destination: "crm", count: 2 },
        { kind: "pair", destination: "crm", count: 1 }
      ])
      expect(yield* reviews.decide("r1", { choice: "theirs", by: "ada", at: 30 })).toBe(true)
      expect(yield* reviews.decide("r1", { choice: "ours", by: "bob", at: 31 })).toBe(false)
      yield* reviews.withdraw(["r1", "r2"])
      expect((yield* reviews.list(page)).map(({ id }) => id)).toEqual(["r3"])
      expect(yield* reviews.get("r1")).toMatchObject({ choice: "theirs", decidedBy: "ada", decidedAt: 30 })
      expect(yield* reviews.get("r2")).toBeUndefined()
    })
  )

  holds("what was answered comes up again only when it has changed", () =>
    Effect.gen(function* () {
      const reviews = yield* Reviews.Reviews
      yield* reviews.ask([question("r1")], 10)
      yield* reviews.ask([question("r1", "changed")], 20)
      expect(yield* reviews.get("r1")).toMatchObject({ openedAt: 10, seenAt: 20, body: { ours: "changed" } })
      yield* reviews.decide("r1", { choice: "theirs", by: "ada", at: 30 })
      yield* reviews.ask([question("r1", "changed")], 40)
      expect(yield* reviews.list(page)).toEqual([])
      yield* reviews.ask([question("r1", "changed again")], 50)
      expect(yield* reviews.list(page)).toEqual([{ ...question("r1", "changed again"), openedAt: 50, seenAt: 50 }])
    })
  )
}
