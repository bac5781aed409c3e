import { describe, expect, it } from "vitest"
import { type ContactFields, FieldPath } from "../src/index.ts"

const ana: ContactFields = {
  name: { full: "Ana Example", given: " Ana " },
  handles: [
    { kind: "phone", value: "+12025550101", label: "mobile" },
    { kind: "phone", value: "+12025550100" },
    { kind: "email", value: "ana@example.com" }
  ],
  title: "Director",
  addresses: [{ city: "Exampleton" }, { city: "Elsewhere" }],
  custom: { plan: "gold", seats: 3, trial: false, empty: "" }
}

describe("a value in a contact", () => {
  it.each<[FieldPath.FieldPath, string | undefined]>([
    ["name.full", "Ana Example"],
    ["name.given", "Ana"],
    ["name.family", undefined],
    ["email", "ana@example.com"],
    ["phone", "+12025550100"],
    ["mobile", "+12025550101"],
    ["title", "Director"],
    ["address.city", "Exampleton"],
    ["address.country", undefined],
    ["custom.plan", "gold"],
    ["custom.seats", "3"],
    ["custom.trial", "false"],
    ["custom.empty", undefined],
    ["custom.toString", undefined]
  ])("at %s is %s", (path, value) => {
    expect(FieldPath.valueAt(ana, path)).toBe(value)
  })

  it("is named by a known path, or is one of the custom ones", () => {
    expect(["title", "custom.plan", "name.full"].every(FieldPath.isFieldPath)).toBe(true)
    expect(["tilte", "custom.", "name", "handles"].some(FieldPath.isFieldPath)).toBe(false)
  })

  it.each<[FieldPath.FieldPath, string | undefined, string | undefined, boolean]>([
    ["phone", "(202) 555-0100", "+12025550100", true],
    ["phone", "202 555 0101", "+12025550100", false],
    ["email", "Ana@Example.com", "ana@example.com", true],
    ["title", "Director ", "Director", true],
    ["title", "director", "Director", false],
    ["title", undefined, "Director", false],
    ["title", undefined, undefined, true]
  ])("%s: is %s the same as %s?", (path, a, b, same) => {
    expect(FieldPath.same(path, a, b, "US")).toBe(same)
  })
})
