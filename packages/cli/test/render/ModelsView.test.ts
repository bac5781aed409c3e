import type { Models } from "@interchannel/runtime"
import { describe, expect, it } from "vitest"
import { dryRunView, modelsView, modelView } from "../../src/render/ModelsView.ts"
import { plain } from "../../src/render/Style.ts"

const which = {
  merges: [["p_1", "p_2", "p_3"]],
  splits: [{ person: "p_4", parts: [["c_4"], ["c_5"]] }]
}
const summary: Models.Summary = { from: "standard-1", contacts: 9, persons: 4, merges: 2, splits: 1, which }
const madeAt = Date.UTC(2026, 0, 31, 3)
const estimated = { name: "estimated", isInUse: false, made: { at: madeAt, summary } }

describe("models", () => {
  it("are listed with what they would change, which is in use and how far its placing is", () => {
    const text = modelsView(
      {
        models: [estimated, { name: "standard-1", isInUse: true }],
        chosen: { name: "standard-1", by: "ada", why: "too eager", at: madeAt },
        toPlace: 7
      },
      plain
    )
    expect(text).toMatch(/^estimated {2}made 2026-01-31 03:00, \+2 merges, −1 splits$/m)
    expect(text).toMatch(/^standard-1 {2}in use, comes with this release$/m)
    expect(text).toContain('chosen by ada, 2026-01-31 03:00: "too eager"')
    expect(text).toContain("7 contacts to be placed under it still.")
  })

  it("are shown with the names of those they join and part", () => {
    const text = modelView({ ...estimated, names: { p_1: "Ana Example", c_4: "Tom Sample" } }, plain)
    expect(text).toContain("one person: Ana Example (p_1), p_2, p_3")
    expect(text).toContain("apart: p_4 as Tom Sample (c_4) | c_5")
    expect(modelView({ name: "standard-1", isInUse: true, names: {} }, plain)).toContain("not known")
  })

  it("are tried; of very many changes some are named", () => {
    const merges = Array.from({ length: 30 }, (_, index) => [`p_${index}`, `p_x${index}`])
    const comparison = { from: "standard-1", to: "estimated", merges, splits: [] }
    const text = dryRunView({
      model: { version: "estimated" } as Models.Made["model"],
      comparison,
      summary: { ...summary, merges: 30, splits: 0 }
    })
    expect(text).toContain("+30 merges, −0 splits")
    expect(text).toContain("and 10 more")
  })
})
