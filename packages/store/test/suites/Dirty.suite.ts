import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Dirty } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"

const mark = (key: string, dueAt: number, lane: 0 | 1 | 2 | 3 = 0, kind: Dirty.Mark["kind"] = "interaction") => ({
  kind,
  key,
  dueAt,
  lane
})

export const dirty: Suite = ({ holds }) => {
  holds("marks fall due by lane and time; an earlier time and a more urgent lane win", () =>
    Effect.gen(function* () {
      const dirty = yield* Dirty.Dirty
      expect(yield* dirty.nextDueAt).toBeUndefined()
      yield* dirty.mark([mark("a", 30, 1), mark("b", 20, 1), mark("c", 25, 0), mark("late", 90, 0)])
      yield* dirty.mark([mark("a", 10, 3), mark("a", 40, 2), mark("a", 40, 2, "person")])
      expect((yield* dirty.due(50, 10)).map(({ kind, key, dueAt, lane }) => [kind, key, dueAt, lane])).toEqual([
        ["interaction", "c", 25, 0],
        ["interaction", "a", 10, 1],
        ["interaction", "b", 20, 1],
        ["person", "a", 40, 2]
      ])
      expect((yield* dirty.due(50, 2)).map(({ key }) => key)).toEqual(["c", "a"])
      expect(yield* dirty.nextDueAt).toBe(10)
      expect(yield* dirty.count).toBe(5)
    })
  )

  holds("a mark made while one is worked on stays, also after the first was cleared", () =>
    Effect.gen(function* () {
      const dirty = yield* Dirty.Dirty
      yield* dirty.mark([mark("a", 0), mark("b", 0)])
      const read = yield* dirty.due(0, 10)
      yield* dirty.mark([mark("a", 0)])
      yield* dirty.done(read)
      expect((yield* dirty.due(0, 10)).map(({ key }) => key)).toEqual(["a"])
      yield* dirty.done(yield* dirty.due(0, 10))
      expect(yield* dirty.count).toBe(0)
      yield* dirty.mark([mark("b", 0)])
      yield* dirty.done(read)
      expect(yield* dirty.count).toBe(1)
    })
  )

  holds("progress is kept until the subject is marked again", () =>
    Effect.gen(function* () {
      const dirty = yield* Dirty.Dirty
      yield* dirty.mark([mark("p", 0, 0, "person")])
      const [before] = yield* dirty.due(0, 1)
      if (before === undefined) return expect.unreachable()
      yield* dirty.progress(before, "i_9")
      expect((yield* dirty.due(0, 1))[0]).toEqual({ ...before, progress: "i_9" })
      yield* dirty.mark([mark("p", 0, 0, "person")])
      yield* dirty.progress(before, "i_10")
      const [after] = yield* dirty.due(0, 1)
      expect(after).not.toHaveProperty("progress")
      expect(after?.seq).toBeGreaterThan(before.seq)
    })
  )

  holds("thousands of marks are one call", () =>
    Effect.gen(function* () {
      const dirty = yield* Dirty.Dirty
      const many = Array.from({ length: 2_345 }, (_, index) => mark(`k${index}`, index))
      yield* dirty.mark(many)
      yield* dirty.mark(many)
      expect(yield* dirty.count).toBe(2_345)
      yield* dirty.done(yield* dirty.due(2_000, 5_000))
      expect(yield* dirty.nextDueAt).toBe(2_001)
    })
  )
}
