import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import * as Accuracy from "../bench/accuracy.ts"
import * as Generator from "../bench/generator.ts"
import * as Population from "../bench/Population.ts"
import * as Random from "../bench/Random.ts"

describe("on the generated contact centre", () => {
  it.each([1, 2])(
    "finds people surely and nearly all that can be found, seed %i",
    (seed) => {
      const { named, ceiling } = Generator.measure(Population.make(seed, 3_000))
      expect(named.truth).toBeGreaterThan(1_000)
      expect(named.precision).toBeGreaterThanOrEqual(0.995)
      expect(named.recall / ceiling).toBeGreaterThanOrEqual(0.85)
    },
    60_000
  )
})

it("one by one in three orders finds what all at once does, within a tenth of a point", () => {
  const people = Population.make(5, 2_000)
  const together = Generator.measure(people, "batch").all
  for (const order of [1, 2, 3]) {
    const { f1 } = Generator.measure(Random.shuffle(Random.make(order), people)).all
    expect(Math.abs(f1 - together.f1)).toBeLessThanOrEqual(0.001)
  }
})

it("tells owners of a recycled number apart by when they had it", () => {
  const dated = Population.make(3, 3_000)
  const undated = dated.map(({ contact, entity }) => ({ entity, contact: { ...contact, version: { at: 0, rank: 0 } } }))
  const [known, unknown] = [dated, undated].map((people) => Generator.measure(people, "batch").all)
  expect(known!.both).toBeGreaterThan(unknown!.both)
  expect(known!.precision).toBeGreaterThanOrEqual(unknown!.precision)
})

/** Labelled people that are not part of this repository; the figures are checked where they are. */
const folder = fileURLToPath(new URL("../../../../shared/data/identity", import.meta.url))
const here = existsSync(folder)
if (!here) console.log("identity accuracy: no labelled people beside the repository, checked on generated ones only")

const sets = [
  { records: "febrl1", mapping: "febrl1", f1: 0.999, precision: 0.999 },
  { records: "febrl3", mapping: "febrl3", f1: 0.999, precision: 0.999 },
  { records: "febrl3", mapping: "febrl3-no-ssn", f1: 0.998, precision: 0.995 },
  { records: "febrl3", mapping: "febrl3-no-ssn-no-dob", f1: 0.992, precision: 0.99 },
  { records: "fake_1000", mapping: "fake_1000", f1: 0.97, precision: 0.995 },
  { records: "rldata500", mapping: "rldata500", f1: 0.97, precision: 0.97 }
]

describe("on labelled people", () => {
  it.each(here ? sets : [])(
    "$mapping: F1 at least $f1",
    ({ records, mapping, f1, precision }) => {
      const result = Accuracy.measure(
        readFileSync(join(folder, `${records}.csv`), "utf8"),
        JSON.parse(readFileSync(join(folder, "mappings", `${mapping}.json`), "utf8")),
        { mode: "incremental", threshold: 0.91, order: 1 }
      )
      expect(result.precision).toBeGreaterThanOrEqual(precision)
      expect(result.f1).toBeGreaterThanOrEqual(f1)
    },
    120_000
  )

  it("are read where they are, and only there", () => {
    expect(existsSync(join(folder, "mappings"))).toBe(here)
  })
})
