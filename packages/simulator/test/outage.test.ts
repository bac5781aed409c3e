import { describe, expect, it } from "vitest"
import { Simulation } from "../src/index.ts"

const SEED = 8
const WITHIN_MS = 120_000
const vendors = ["chat", "chat-b", "phone", "mail", "form", "crm", "desk"] as const

describe("a cold start after a week of outage ends as without one", () => {
  const usual = Simulation.run({ seed: SEED, outage: "none" })

  it.each(vendors)(
    "of %s",
    async (outage) => {
      const { canonical, problems } = await Simulation.run({ seed: SEED, outage })
      expect(problems).toEqual([])
      expect(canonical).toEqual((await usual).canonical)
      expect(canonical.length).toBeGreaterThan(10)
    },
    WITHIN_MS
  )
})
