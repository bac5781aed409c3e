import type { Alarms } from "@interchannel/store"
import { describe, expect, it } from "@effect/vitest"
import * as Alarm from "../../src/alarms/Alarm.ts"
import type * as Report from "../../src/health/Report.ts"

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

const finding = (key: string, more: Partial<Report.Finding> = {}): Report.Finding => ({
  key,
  connection: "crm",
  severity: "problem",
  what: "it stopped",
  remedy: "mend it",
  ...more
})

/** Plays looks at minutes, and answers what one channel was told, and when. */
const play = (looks: ReadonlyArray<readonly [minute: number, findings: ReadonlyArray<Report.Finding>]>) => {
  let alarms: ReadonlyArray<Alarms.Alarm> = []
  let told: ReadonlyArray<Alarms.Told> = []
  const said: Array<string> = []
  for (const [minute, findings] of looks) {
    const now = minute * MINUTE_MS
    const changed = Alarm.observe(alarms, findings, now)
    alarms = [...alarms.filter(({ key }) => !changed.some((one) => one.key === key)), ...changed]
    const digest = Alarm.digest(alarms, told, now)
    const notes = Alarm.toldBy(digest, "ops", now)
    told = [...told.filter(({ alarm }) => !notes.some((one) => one.alarm === alarm)), ...notes]
    const names = (word: string, list: ReadonlyArray<Alarms.Alarm>) => list.map(({ key }) => `${word} ${key}`)
    const words = [...names("raised", digest.raised), ...names("still", digest.still), ...names("over", digest.over)]
    if (words.length > 0) said.push(`${minute}: ${words.join(", ")}`)
  }
  return said
}

const a = finding("a")
const b = finding("b")

describe("an alarm", () => {
  it.each<[string, Parameters<typeof play>[0], ReadonlyArray<string>]>([
    [
      "is told once it has stood for a while",
      [
        [0, [a]],
        [1, [a]],
        [2, [a]],
        [3, [a]]
      ],
      ["1: raised a"]
    ],
    [
      "is told to nobody when it mends itself",
      [
        [0, [a]],
        [0.5, []],
        [10, []],
        [20, []]
      ],
      []
    ],
    [
      "is told to be over once it was not found for a while",
      [
        [0, [a]],
        [1, [a]],
        [2, []],
        [5, []],
        [6, []],
        [7, []]
      ],
      ["1: raised a", "6: over a"]
    ],
    [
      "that comes and goes is told once",
      [
        [0, [a]],
        [1, [a]],
        [2, []],
        [4, [a]],
        [5, []],
        [8, [a]],
        [9, [a]]
      ],
      ["1: raised a"]
    ],
    [
      "that comes back after it was over is told anew",
      [
        [0, [a]],
        [1, [a]],
        [6, []],
        [7, []],
        [9, [a]],
        [10, [a]]
      ],
      ["1: raised a", "6: over a", "10: raised a"]
    ],
    [
      "is told again each day while it stands",
      [
        [0, [a]],
        [1, [a]],
        [1440, [a]],
        [1441, [a]],
        [1442, [a]],
        [2881, [a]]
      ],
      ["1: raised a", "1441: still a", "2881: still a"]
    ],
    [
      "stands for itself beside others",
      [
        [0, [a]],
        [1, [a, b]],
        [2, [a, b]],
        [7, [b]]
      ],
      ["1: raised a", "2: raised b", "7: over a"]
    ],
    [
      "is not made of what is only good to know",
      [
        [0, [finding("n", { severity: "notice" })]],
        [9, [finding("n", { severity: "notice" })]]
      ],
      []
    ],
    [
      "outlives a clock that is set back by a day",
      [
        [1500, [a]],
        [1501, [a]],
        [61, [a]],
        [62, [a]],
        [63, []],
        [69, []]
      ],
      ["1501: raised a", "69: over a"]
    ]
  ])("%s", (_, looks, said) => {
    expect(play(looks)).toEqual(said)
  })

  it("is told in words: what, where and what to do, most of them by name, the rest counted", () => {
    const many = Array.from({ length: 23 }, (_, index) => finding(`k${index}`, { what: `number ${index}` }))
    const raised = Alarm.observe([], many, 0)
    const digest = Alarm.digest(raised, [], DAY_MS)
    expect(Alarm.subjectOf(digest)).toBe("interchannel: 23 problems")
    const text = Alarm.textOf(digest)
    expect(text).toContain("- crm: number 0\n  → mend it")
    expect(text).toContain("- and 3 more")
    expect(text).not.toContain("number 20")
    expect(Alarm.subjectOf({ raised: [], still: [], over: raised })).toBe("interchannel: all clear")
  })
})
