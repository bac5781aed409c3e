import { expect, it } from "vitest"

it("tests run", () => {
  expect(1 + 1).toBe(2)
})
