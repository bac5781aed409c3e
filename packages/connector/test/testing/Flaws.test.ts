import { Conformance } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { failingFlaws } from "./flaws/failing.ts"
import { installingFlaws } from "./flaws/installing.ts"
import { pushingFlaws } from "./flaws/pushing.ts"
import { readingFlaws } from "./flaws/reading.ts"
import { tellingFlaws } from "./flaws/telling.ts"
import { writingFlaws } from "./flaws/writing.ts"

const flaws = [...installingFlaws, ...readingFlaws, ...tellingFlaws, ...failingFlaws, ...pushingFlaws, ...writingFlaws]

describe("the suite notices a connector that", () => {
  it.each(flaws)("$what", async ({ connector, options, noticed }) => {
    const only = Conformance.checks.filter(({ name }) => name === noticed)
    expect(only.map(({ name }) => name)).toEqual([noticed])
    const report = await Effect.runPromise(Conformance.run(connector, options, only))
    expect(Conformance.broken(report).map(({ name }) => name)).toEqual([noticed])
    expect(Conformance.broken(report)[0]!.detail).not.toContain("broke off")
  })
})

it("every check notices some mistake", () => {
  const noticed = new Set(flaws.map((flaw) => flaw.noticed))
  expect(Conformance.checks.map(({ name }) => name).filter((name) => !noticed.has(name))).toEqual([])
})
