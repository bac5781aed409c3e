import { expect, it } from "vitest"
import { tally } from "../tally.mjs"

const file = (status: string, tests: Record<string, string>, message?: string) => ({
  name: "a.test.ts",
  status,
  ...(message === undefined ? {} : { message }),
  assertionResults: Object.entries(tests).map(([fullName, status]) => ({ fullName, status }))
})

it("counts what passed, and names what did not", () => {
  const report = {
    testResults: [file("failed", { one: "passed", two: "failed" }), file("passed", { three: "passed" })]
  }
  expect(tally(report)).toEqual({ passed: 2, failed: ["a.test.ts: two"], skipped: [] })
})

it.each(["skipped", "pending", "todo", "disabled"])("%s counts as skipped", (status) => {
  expect(tally({ testResults: [file("passed", { one: status })] }).skipped).toEqual(["a.test.ts: one"])
})

it("a file that cannot be loaded is a failure", () => {
  expect(tally({ testResults: [file("failed", {}, "no such module")] }).failed).toEqual(["a.test.ts: no such module"])
})
