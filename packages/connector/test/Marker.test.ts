import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { Marker } from "../src/index.ts"

const value = FastCheck.letrec((tie) => ({
  value: FastCheck.oneof(
    { depthSize: "small" },
    FastCheck.string({ unit: "grapheme" }),
    FastCheck.integer(),
    FastCheck.boolean(),
    FastCheck.array(tie("value")),
    FastCheck.dictionary(FastCheck.string(), tie("value"), { noNullPrototype: true })
  )
})).value
const fields = FastCheck.dictionary(FastCheck.string(), value, {
  noNullPrototype: true
}) as FastCheck.Arbitrary<Marker.Fields>
const same = (a: Marker.Fields, b: Marker.Fields) => Marker.fingerprint(a) === Marker.fingerprint(b)

describe("Marker.fingerprint", () => {
  it.prop("does not depend on the order of fields", [fields], ([given]) => {
    expect(same(given, Object.fromEntries(Object.entries(given).reverse()))).toBe(true)
  })

  it.prop("takes unset, null and empty for the same", [fields], ([given]) => {
    const without = Object.fromEntries(Object.entries(given).filter(([name]) => name !== "unset"))
    for (const unset of [undefined, null, "", " \n", [], {}]) expect(same(without, { ...without, unset })).toBe(true)
  })

  it.prop("sees an edit of any text", [fields, FastCheck.string(), FastCheck.string()], ([given, before, after]) => {
    expect(same({ ...given, body: before }, { ...given, body: after })).toBe(
      before.trim().replace(/[^\S\n]+$/gm, "") === after.trim().replace(/[^\S\n]+$/gm, "")
    )
  })

  it.each([
    ["line ends", "a\r\nb\rc", "a\nb\nc"],
    ["white space at line ends", "a  \nb\t", "a\nb"],
    ["white space around", "\n a\n", "a"],
    ["composed letters", "Zoe\u0308", "Zo\u00eb"]
  ])("takes no notice of %s", (_, before, after) => {
    expect(same({ body: before }, { body: after })).toBe(true)
  })

  it.each<[string, Marker.Fields, Marker.Fields]>([
    ["a word", { body: "a" }, { body: "b" }],
    ["indentation", { body: "x\n  a" }, { body: "x\na" }],
    ["a text cleared", { body: "a" }, { body: "" }],
    ["a number for its text", { n: 1 }, { n: "1" }],
    ["a flag", { f: true }, { f: false }],
    ["an order of items", { l: ["a", "b"] }, { l: ["b", "a"] }],
    ["an item emptied", { l: ["a", "b"] }, { l: ["a"] }],
    ["a field moved", { a: "x" }, { b: "x" }]
  ])("sees %s", (_, before, after) => {
    expect(same(before, after)).toBe(false)
  })

  it("stays what it is from one release to the next: records in vendors carry it", () => {
    expect(Marker.fingerprint({ title: "Call", body: "Hello\nthere", at: 0 })).toBe("phZ64dqaZs963MedNUOehQ")
  })
})
