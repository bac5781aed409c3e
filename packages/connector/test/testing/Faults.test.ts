import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { Faults } from "../../src/testing/index.ts"

const guide = readFileSync(new URL("../../../../docs/guides/write-a-connector.md", import.meta.url), "utf8")
const named = new Set([...guide.matchAll(/Faults\.(\w+)\(/g)].map(([, name]) => name))
/** Not faults: what holds them, and what acts on one. */
const others = new Set(["make", "disturbed"])

describe("the guide to writing a connector", () => {
  it("names how to provoke every fault, and none that there is not", () => {
    expect([...named].sort()).toEqual(
      Object.keys(Faults)
        .filter((name) => !others.has(name))
        .sort()
    )
  })
})
