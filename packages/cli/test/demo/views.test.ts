import { describe, expect, it } from "@effect/vitest"
import { cardView } from "../../src/demo/CardView.ts"
import * as PlayedDay from "../../src/demo/PlayedDay.ts"
import { timelineView } from "../../src/demo/TimelineView.ts"
import { totalsView } from "../../src/demo/Totals.ts"
import { plain } from "../../src/render/Style.ts"

it("a timeline shows each entry with its time, and who wrote it", () => {
  const at = Date.UTC(2026, 0, 31, 10, 2)
  expect(
    timelineView(
      [
        { at, type: "call", title: "Contract", text: "Renewed.", ours: false },
        { at: at + 60_000, type: "note", title: "Chat from Ada", text: "Thank you!", ours: true }
      ],
      plain
    )
  ).toBe(`  2026-01-31 10:02  Contract  (call, by staff)
                    Renewed.
  2026-01-31 10:03  Chat from Ada
                    Thank you!`)
})

it("a card is its blocks in a box, with links, times and emphasis as Slack shows them", () => {
  const blocks = [
    { type: "header", text: { text: "Ada Alder" } },
    { type: "context", elements: [{ text: "<https://chat.example.com/1|Open the *conversation*>" }] },
    { type: "section", fields: [{ text: "*Phone*\n+12025550101" }] },
    { type: "divider" },
    { type: "section", text: { text: "<!date^1769853720^{date_short}|then> · CRM\nmore &lt;b&gt; &amp; more" } }
  ]
  expect(cardView(blocks, { ...plain, columns: 40 })).toBe(`  ┌────────────────────────────────────┐
  │ Ada Alder                          │
  │ Open the conversation              │
  │ Phone            +12025550101      │
  │ ────────────────────────────────── │
  │ 2026-01-31 10:02 · CRM             │
  │ more <b> & more                    │
  └────────────────────────────────────┘`)
})

it("totals name the reasons of what was set aside", () => {
  const totals = {
    accepted: 1200,
    interactions: 24,
    contacts: 21,
    persons: 12,
    delivered: 31,
    due: 0,
    waiting: 0,
    held: 1,
    dropped: 0,
    quarantined: [{ connection: "support", reason: "Malformed", count: 1, example: "no text" }]
  }
  const drawn = totalsView(totals, plain).split("\n")
  expect(drawn[0]).toBe("  accepted      1,200  items that vendors told, each once")
  expect(drawn.at(-1)).toBe("    1 of support: Malformed")
})

describe("the script", () => {
  it("has a time of its own for each step of an act, so that two performances are alike", () => {
    for (const steps of [PlayedDay.morning, PlayedDay.afternoon]) {
      const times = steps.map(({ at }) => at)
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
    }
    expect(PlayedDay.morning.at(-1)!.at).toBeLessThan(PlayedDay.MORNING_MS)
  })

  it("speaks of messages, mails and calls only after they were made", () => {
    const made = new Set<string>()
    for (const { deed } of [...PlayedDay.morning, ...PlayedDay.afternoon]) {
      const meant = ["under", "message", "of", "call"].flatMap((name) => {
        const label = name in deed ? (deed as unknown as Readonly<Record<string, unknown>>)[name] : undefined
        return typeof label === "string" ? [label] : []
      })
      for (const label of meant) expect(made).toContain(label)
      if ("as" in deed && deed.as !== undefined) made.add(deed.as)
    }
  })
})
