/** When a model is made anew, and what becomes of it. */
import { Model } from "@interchannel/identity"
import { it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Estimator from "../../src/people/Estimator.ts"
import * as Models from "../../src/people/Models.ts"
import { START, world } from "../stages.ts"
import { scenario } from "../scenario.ts"

const HOUR = 3_600_000
const DAY = 24 * HOUR
const midnight = Date.UTC(2026, 0, 31)
const nightly: Estimator.Schedule = { hour: 3, unasked: false }

describe("the hour", () => {
  it.each([
    ["of the same day", midnight, midnight + 3 * HOUR],
    ["of the next day, when it struck", midnight + 3 * HOUR, midnight + DAY + 3 * HOUR],
    ["of the next day, when it is over", midnight + 5 * HOUR, midnight + DAY + 3 * HOUR]
  ])("is that %s", (_, after, expected) => {
    expect(Estimator.nextAt(3, after)).toBe(expected)
  })
})

describe("a model that was made", () => {
  const summary: Models.Summary = {
    from: "standard-1",
    contacts: 5_000,
    persons: 1_000,
    merges: 0,
    splits: 0,
    which: { merges: [], splits: [] }
  }
  it.each<[Partial<Models.Summary>, boolean, Estimator.Verdict]>([
    [{}, true, "changes nothing"],
    [{ merges: 1 }, false, "waits for a person"],
    [{ merges: 6, splits: 4 }, true, "is put into use"],
    [{ merges: 6, splits: 5 }, true, "waits for a person"]
  ])("of %o, unasked %s, %s", (change, unasked, expected) => {
    expect(Estimator.verdict({ ...summary, ...change }, { hour: 3, unasked })).toBe(expected)
  })
})

const word = { by: "ada", why: "a try" }

const estimated = Effect.map(Models.lastEstimate, (last) => last?.said)

describe("the nightly estimate", () => {
  scenario(
    "is made when its hour strikes, once, and not before; or when somebody asks",
    Effect.gen(function* () {
      const { lease, control } = yield* world()
      const step = Estimator.step(nightly, START, lease)
      expect(yield* step).toEqual({ restUntil: 3 * HOUR })
      yield* TestClock.setTime(3 * HOUR)
      expect([yield* step, yield* estimated]).toEqual(["more", expect.stringContaining("changes nothing")])
      expect(yield* step).toEqual({ restUntil: DAY + 3 * HOUR })
      yield* TestClock.adjust("1 minute")
      yield* control.estimateModel
      expect(yield* step).toBe("more")
      expect(yield* step).toEqual({ restUntil: DAY + 3 * HOUR })
      expect((yield* control.models).estimated?.at).toBe(3 * HOUR + 60_000)
    })
  )

  scenario(
    "is not made where it is switched off, but for who asks",
    Effect.gen(function* () {
      const { lease, control } = yield* world()
      const step = Estimator.step({ hour: undefined, unasked: false }, START, lease)
      yield* TestClock.setTime(9 * DAY)
      expect([yield* step, yield* estimated]).toEqual([{ restUntil: Number.POSITIVE_INFINITY }, undefined])
      yield* control.estimateModel
      expect(yield* step).toBe("more")
    })
  )

  scenario(
    "keeps a model that would change something, and puts it into use where it may",
    Effect.gen(function* () {
      const { chatState, crmState, turn, resolve, lease, control } = yield* world()
      for (let index = 0; index < 100; index++) {
        const email = `ana.n${index}@example.com`
        crmState.records.push({ id: `${index}`, name: `Customer Of${index}`, email, updatedAt: START })
      }
      chatState.messages.push({
        id: "m",
        at: START + 100,
        from: "Customer",
        email: "ana.n1@example.com",
        text: "hello"
      })
      // Under a model that parts everybody, which is not in use any more, so that there is something to join.
      const strict = { ...Model.standard, version: "strict", linkBits: 99, sureBits: 99 }
      const none = { from: "", contacts: 0, persons: 0, merges: 0, splits: 0, which: { merges: [], splits: [] } }
      yield* Models.keep({ model: strict, comparison: { ...none.which, from: "", to: "" }, summary: none }, START)
      yield* control.switchModel("strict", word)
      yield* turn
      yield* resolve
      yield* control.switchModel("standard-1", word)

      yield* TestClock.setTime(3 * HOUR)
      yield* Estimator.step(nightly, START, lease)
      const [waiting] = (yield* control.models).models
      expect(waiting).toMatchObject({ isInUse: false, made: { summary: { merges: 1, splits: 0 } } })
      expect(yield* estimated).toContain("waits for a person: +1 merges, −0 splits")
      yield* TestClock.setTime(DAY + 3 * HOUR)
      yield* Estimator.step({ ...nightly, unasked: true }, START, lease)
      expect((yield* control.models).chosen).toMatchObject({ by: "configuration" })
    })
  )
})
