import { describe, expect, it } from "@effect/vitest"
import type { Identities, WhoIsWho } from "@interchannel/runtime"
import { decisionsView, foundView, pairView, partingView } from "../../src/render/PersonView.ts"
import { plain } from "../../src/render/Style.ts"

const at = Date.UTC(2026, 0, 31, 10, 2)

const placed = (connection: string, id: string, name: string, handle: string): Identities.Placed => ({
  contact: `c_${id}`,
  person: "p_1",
  sure: "c_1",
  deleted: false,
  record: {
    key: `c_${id}`,
    connection,
    ref: { kind: "contact", id },
    kind: "record",
    name: { full: name },
    handles: [{ kind: "phone", value: handle }],
    version: { at, rank: 0 }
  }
})
const ana = placed("crm", "1", "Ana\u001b[2J Example", "+12025550100")
const caller = placed("phone", "2", "A. Example", "+12025550100")
const decision = { _tag: "MustLink", id: "d_1", a: "c_1", b: "c_2", by: "ada", why: "she said so", at } as const
const link = {
  a: "c_1",
  b: "c_2",
  bits: 6,
  chance: 0.984,
  parts: [
    { field: "prior", level: "any two contacts", bits: -14 },
    { field: "phone", level: "same", bits: 20 }
  ],
  modelVersion: "standard",
  together: true,
  decisions: [decision]
}
const known: WhoIsWho.Known = {
  person: "p_1",
  since: at,
  interactions: 12,
  contacts: [ana, caller],
  explained: {
    person: "p_1",
    contacts: ["c_1", "c_2"],
    tree: [link],
    weakest: link,
    objections: [],
    parts: [["c_1"], ["c_2"]],
    sure: false
  },
  history: []
}

describe("a person", () => {
  it("is shown in two parts before it is parted", () => {
    const text = partingView({ gone: [caller], rest: [ana] }, plain)
    expect(text.split("\n").map((line) => line.trim().split(" ")[0])).toEqual([
      "Would",
      "phone/contact/2",
      "than",
      "crm/contact/1"
    ])
  })

  it("is shown with contacts, why these are one, and what is only likely", () => {
    const text = foundView({ people: [known], lines: [], more: 2 }, plain)
    expect(text).toContain("Ana Example  p_1, known since 2026-01-31")
    expect(text).toContain("12 interactions")
    expect(text.indexOf("crm/contact/1")).toBeLessThan(text.indexOf("Likely the same"))
    expect(text).toContain("because: crm/contact/1 and phone/contact/2, 98.4 %: somebody said so")
    expect(text).toContain("d_1  crm/contact/1 and phone/contact/2 are one person: ada")
    expect(text).toContain("2 more people with the same handle")
    expect(text).not.toContain("\u001b")
  })

  it("that nobody knows is said to be nobody, and a line to be a line", () => {
    expect(foundView({ people: [], lines: [], more: 0 }, plain)).toBe("Nobody was read under that name.")
    expect(foundView({ people: [], lines: [caller], more: 0 }, plain)).toContain("A line:")
  })
})

describe("two of them", () => {
  it("are explained by parts that sum up", () => {
    const text = pairView({ a: ana, b: caller, explained: link, sure: false }, plain)
    expect(text).toContain("one person, not sure enough to write it")
    expect(text).toMatch(/−14\.0 bits {2}prior/)
    expect(text).toMatch(/\+20\.0 bits {2}phone/)
    expect(text).toMatch(/\+6\.0 bits {2}in all: a chance of 98\.4 %/)
  })
})

describe("decisions", () => {
  it("name whom each is about, and how to take it back", () => {
    expect(decisionsView([], plain)).toContain("Nobody decided")
    const about = ["Ana\u001b[2J Example (crm/contact/1)", "A. Example (phone/contact/2)"]
    const rule = {
      _tag: "HandleRule",
      id: "d_2",
      handle: "phone:+12025550100",
      use: "shared",
      by: "ada",
      why: "a desk",
      at
    } as const
    const text = decisionsView(
      [
        { ...decision, about },
        { ...rule, about: [rule.handle] }
      ],
      plain
    )
    expect(
      text
    ).toBe(`  d_1  Ana Example (crm/contact/1) and A. Example (phone/contact/2) are one person: ada, 2026-01-31
    10:02, "she said so"
  d_2  phone:+12025550100 is shared: ada, 2026-01-31 10:02, "a desk"

To take one back: interchannel decisions --revoke ID --why "…"`)
  })
})
