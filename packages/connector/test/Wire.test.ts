import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import * as Wire from "../src/Wire.ts"

const Item = Schema.Struct({
  id: Wire.id,
  at: Wire.time,
  text: Wire.text,
  count: Wire.maybeNumber,
  later: Wire.maybeTime,
  on: Wire.flag
})
const decode = Schema.decodeUnknownSync(Item)
const AT = Date.UTC(2026, 4, 4, 9)

describe("what vendors send", () => {
  it.each([
    [{ id: 7, at: AT, text: null, count: "", later: null }],
    [{ id: "7", at: String(AT), text: "", count: null, later: "" }],
    [{ id: "7", at: "2026-05-04T09:00:00Z", text: " \n" }],
    [{ id: 7, at: "Mon, 04 May 2026 09:00:00 +0000" }]
  ])("has one form of each thing, and nothing where it is empty: %j", (given) => {
    expect(decode(given)).toEqual({ id: "7", at: AT })
  })

  it("keeps what says something", () => {
    const given = { id: "x", at: AT, text: " a ", count: "12.5", later: "2026-05-04T09:00:00+00:00", on: false }
    expect(decode(given)).toEqual({ id: "x", at: AT, text: " a ", count: 12.5, later: AT, on: false })
  })

  it.each([
    [{ id: "", at: AT }, "id"],
    [{ id: 1.5, at: AT }, "id"],
    [{ id: "7", at: "tomorrow" }, "expected a time"],
    [{ id: "7", at: AT, count: "many" }, "count"],
    [{ id: "7", at: AT, text: 5 }, "text"]
  ])("that is something else is a bad item: %j", (given, where) => {
    const result = Schema.decodeUnknownEither(Item)(given)
    expect(Either.isLeft(result) && String(result.left)).toContain(where)
  })

  it("is looked at without trust", () => {
    const Named = Schema.Struct({ name: Schema.NonEmptyString })
    expect(Wire.fitting(Named)([{ name: "a" }, null, { name: 3 }, { name: "b" }])).toEqual([
      { name: "a" },
      { name: "b" }
    ])
    expect(Wire.one(Named)("a")).toBeUndefined()
    expect(Wire.field({ a: { b: 1 } }, "a")).toEqual({ b: 1 })
    for (const data of [null, "a", [1], undefined]) expect(Wire.field(data, "length")).toBeUndefined()
    expect(Wire.fromJson('{"a":1}')).toEqual({ a: 1 })
    for (const text of ["{", "", undefined]) expect(Wire.fromJson(text)).toBeUndefined()
  })
})
