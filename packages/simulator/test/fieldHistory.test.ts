/** What is taken for the truth of a field where nobody can know it. */
import { describe, expect, it } from "vitest"
import { asIfDone, asItLooks, type Writing } from "../src/vendors/fields.ts"

const hand = (value: string | null, at = 5): Writing => ({ value, at })
const ours = (value: string | null, known: number, at = 5): Writing => ({ value, at, known })

describe("a field of which an attempt to set it was of unknown outcome", () => {
  const attempt = { value: "Chair", known: 1 }
  const cases: ReadonlyArray<
    readonly [promise: string, history: ReadonlyArray<Writing>, looks: ReadonlyArray<Writing>]
  > = [
    ["nobody wrote since: it did nothing", [hand("Queen", 1)], [hand("Queen", 1)]],
    ["it was done", [hand("Queen", 1), ours("Chair", 1)], [hand("Queen", 1), ours("Chair", 1)]],
    [
      "a hand wrote the same: it looks like ours",
      [hand("Queen", 1), hand("Chair")],
      [hand("Queen", 1), ours("Chair", 1)]
    ],
    [
      "a hand wrote something else: it may have written over ours",
      [hand("Queen", 1), hand("King")],
      [hand("Queen", 1), ours("Chair", 1), hand("King")]
    ],
    [
      "a hand put back what stood there: ours looks as if it had never been",
      [hand("Queen", 1), ours("Chair", 1, 3), hand("Queen")],
      [hand("Queen", 1), hand("Queen")]
    ]
  ]
  it.each(cases)("%s", (_, history, looks) => {
    const once = asItLooks(history, attempt)
    expect([once, asItLooks(once, attempt)]).toEqual([looks, looks])
  })
})

describe("a field of a call that another field shows to have been done", () => {
  const attempt = { value: "Chair", known: 1, at: 4 }
  const cases: ReadonlyArray<
    readonly [promise: string, history: ReadonlyArray<Writing>, looks: ReadonlyArray<Writing>]
  > = [
    [
      "it was done, and a hand put back what stood there: that is known",
      [hand("Queen", 1), ours("Chair", 1, 3), hand("Queen")],
      [hand("Queen", 1), ours("Chair", 1, 3), hand("Queen")]
    ],
    [
      "a hand had written the same into that other field: here it looks put back",
      [hand("Queen", 1)],
      [hand("Queen", 1), ours("Chair", 1, 4), hand("Queen", 1)]
    ],
    ["a hand wrote the same here too", [hand("Queen", 1), hand("Chair")], [hand("Queen", 1), ours("Chair", 1, 4)]]
  ]
  it.each(cases)("%s", (_, history, looks) => {
    const once = asIfDone(history, attempt)
    expect([once, asIfDone(once, attempt)]).toEqual([looks, looks])
  })

  it("nothing ever stood there: it looks emptied", () => {
    expect(asIfDone([], { value: "Chair", known: 0, at: 4 })).toEqual([ours("Chair", 0, 4), hand(null, 4)])
  })
})
