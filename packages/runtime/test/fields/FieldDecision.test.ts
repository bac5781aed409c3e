import type { Fields } from "@interchannel/store"
import { describe, expect, it } from "vitest"
import { decide, FLIPS_PER_HOUR_MAX, type Situation, turned } from "../../src/fields/FieldDecision.ts"
import type { FieldPolicy } from "../../src/fields/FieldRule.ts"

const HOUR_MS = 3_600_000
const NOW = 100 * HOUR_MS
const written: Fields.Written = { value: "ours", before: null, source: "chat", at: 10 }
const policies: ReadonlyArray<FieldPolicy> = ["fill-if-empty", "latest-wins", "review", { owner: "chat" }]

const situation = (policy: FieldPolicy, more: Partial<Situation> = {}): Situation => ({
  policy,
  at: "title",
  region: undefined,
  wanted: { value: "wanted", source: "chat", since: 50 },
  stands: { value: "theirs", changedAt: 60 },
  state: {},
  destination: "crm",
  now: NOW,
  ...more
})

const empty = { value: undefined, changedAt: 0 }
/** The table at the head of the module: what stands there, and what each policy makes of it. */
const table: ReadonlyArray<readonly [what: string, more: Partial<Situation>, ...acts: ReadonlyArray<string>]> = [
  ["nothing, ever", { stands: empty }, "write", "write", "write", "write"],
  ["nothing, long before it was said", { stands: { ...empty, changedAt: 99 } }, "write", "write", "write", "write"],
  ["the wanted value", { stands: { value: "wanted", changedAt: 99 } }, "keep", "keep", "keep", "keep"],
  [
    "the wanted value, which we wrote",
    { stands: { value: " wanted ", changedAt: 99 }, state: { written: { ...written, value: "wanted" } } },
    "keep",
    "keep",
    "keep",
    "keep"
  ],
  [
    "what we wrote",
    { stands: { value: "ours", changedAt: 60 }, state: { written } },
    "write",
    "write",
    "write",
    "write"
  ],
  [
    "what we tried to write",
    { stands: { value: "ours", changedAt: 60 }, state: { trying: written } },
    "write",
    "write",
    "write",
    "write"
  ],
  ["emptied by hand, later", { stands: { ...empty, changedAt: 60 }, state: { written } }, "keep", "keep", "ask", "ask"],
  [
    "emptied by hand, earlier",
    { stands: { ...empty, changedAt: 40 }, state: { written } },
    "keep",
    "write",
    "ask",
    "ask"
  ],
  ["ours, then edited, later", { state: { written } }, "keep", "keep", "ask", "ask"],
  [
    "ours, then edited, earlier",
    { stands: { value: "theirs", changedAt: 40 }, state: { written } },
    "keep",
    "write",
    "ask",
    "ask"
  ],
  ["somebody else's, newer", {}, "keep", "keep", "ask", "write"],
  ["somebody else's, older", { stands: { value: "theirs", changedAt: 40 } }, "keep", "write", "ask", "write"],
  [
    "somebody else's, of the very same time",
    { stands: { value: "theirs", changedAt: 50 } },
    "keep",
    "keep",
    "ask",
    "write"
  ],
  [
    "filled in by others after we emptied it",
    { state: { written: { ...written, value: null } } },
    "keep",
    "keep",
    "ask",
    "write"
  ]
]

describe("where there stands", () => {
  for (const [what, more, ...acts] of table) {
    it.each(policies.map((policy, index) => [JSON.stringify(policy), policy, acts[index]!] as const))(
      `${what}: under %s`,
      (_, policy, act) => {
        const decision = decide(situation(policy, more))
        expect(decision.act).toBe(act)
        expect(decision.rule).not.toBe("")
      }
    )
  }
})

describe("a person's choice", () => {
  const word = { theirs: "theirs", ours: "wanted" } as const

  it.each(policies)("comes before the policy %j", (policy) => {
    expect(decide(situation(policy, { state: { word: { ...word, keep: "theirs" } } })).act).toBe("keep")
    expect(decide(situation(policy, { state: { word: { ...word, keep: "ours" } } })).act).toBe("write")
  })

  it("is about these two values, and no others", () => {
    const state = { word: { ...word, keep: "ours" as const } }
    const newer = { value: "newer", changedAt: 70 }
    expect(decide(situation("review", { state, stands: newer })).act).toBe("ask")
    expect(decide(situation("review", { state, wanted: { value: "other", source: "chat", since: 70 } })).act).toBe(
      "ask"
    )
  })
})

describe("a time that goes on by itself", () => {
  it.each([
    ["2026-05-04T09:00:00Z", "2026-05-04T08:00:00Z"],
    ["1770000000000", "1770000000001"]
  ])("such as %s is no question for a person", (value, theirs) => {
    const asked = situation("review", {
      wanted: { value, source: "chat", since: 50 },
      stands: { value: theirs, changedAt: 60 }
    })
    expect(decide(asked).act).toBe("keep")
    expect(decide({ ...asked, policy: "latest-wins", stands: { value: theirs, changedAt: 40 } }).act).toBe("write")
    expect(decide({ ...asked, stands: { value: "never", changedAt: 60 } }).act).toBe("ask")
    const emptied = { stands: { value: undefined, changedAt: 60 }, state: { written } }
    expect(decide({ ...asked, ...emptied }).act).toBe("keep")
  })
})

describe("a field that flips", () => {
  const minute = (n: number) => NOW + n * 60_000
  /** Two sources that take turns, `writes` times, each minute. */
  const fought = (writes: number, against = false): Fields.FieldState =>
    Array.from({ length: writes }).reduce<Fields.FieldState>(
      (state, _, n) =>
        turned(
          state,
          { value: n % 2 === 0 ? "a" : "b", before: null, source: n % 2 === 0 ? "chat" : "phone", at: minute(n) },
          against
        ),
      {}
    )
  const next = (state: Fields.FieldState, writes: number, now = minute(writes)) =>
    decide(
      situation("latest-wins", {
        wanted: { value: writes % 2 === 0 ? "a" : "b", source: writes % 2 === 0 ? "chat" : "phone", since: now },
        stands: { value: state.written?.value ?? undefined, changedAt: now - 1 },
        state,
        now
      })
    )

  it("is stopped after so many returns within the hour, and says which systems fight", () => {
    const writes = FLIPS_PER_HOUR_MAX + 2
    expect(next(fought(writes - 1), writes - 1).act).toBe("write")
    const decision = next(fought(writes), writes)
    expect(decision).toMatchObject({ act: "ask", fight: ["chat", "phone"] })
    expect(decision.rule).toContain("chat and phone")
  })

  it("names the destination where somebody there changes it back", () => {
    const writes = FLIPS_PER_HOUR_MAX + 2
    expect(next(fought(writes, true), writes).fight).toEqual(["chat", "crm", "phone"])
  })

  it("within a longer time is left alone", () => {
    expect(next(fought(8), 8, minute(8) + HOUR_MS).act).toBe("write")
  })

  it("stays stopped until a person decides", () => {
    const state = { stoppedAt: 1 }
    expect(decide(situation("latest-wins", { state, stands: { value: "theirs", changedAt: 1 } })).act).toBe("ask")
  })

  it("is none that goes on to ever new values", () => {
    const state = Array.from({ length: 30 }).reduce<Fields.FieldState>(
      (sum, _, n) => turned(sum, { value: `seen ${n}`, before: null, source: "chat", at: minute(n) }, false),
      {}
    )
    const stands = { value: "seen 29", changedAt: 1 }
    const decision = decide(situation("latest-wins", { state, stands, now: minute(30) }))
    expect(decision.act).toBe("write")
    expect(state.turns!.length).toBeLessThanOrEqual(32)
  })
})
