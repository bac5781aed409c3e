import { describe, expect, it } from "@effect/vitest"
import * as Style from "../../src/render/Style.ts"

describe("a vendor's text", () => {
  const cases: ReadonlyArray<readonly [string, string, string]> = [
    ["colours and cursor movements", "a\u001b[31mred\u001b[0m\u001b[2Jb", "aredb"],
    ["lines that look like ours", "hello\ncrm  live\r\n\tnow", "hello crm live now"],
    ["a bell and a null", "a\u0007b\u0000c", "abc"],
    ["a turned writing direction", "abc\u202egnp.exe\u2066", "abcgnp.exe"]
  ]
  for (const [what, text, shown] of cases) {
    it(`is shown without ${what}`, () => expect(Style.harmless(text)).toBe(shown))
  }
})

describe("text is cut and padded to columns as terminals draw them", () => {
  const cases: ReadonlyArray<readonly [string, number, string]> = [
    ["short", 10, "short     "],
    ["a longer sentence", 10, "a longer… "],
    ["日本語のテキスト", 7, "日本語…"],
    ["naïve", 5, "naïve"],
    ["e\u0301te\u0301", 3, "e\u0301te\u0301"],
    ["👍👍👍", 5, "👍👍…"]
  ]
  for (const [text, columns, shown] of cases) {
    it(`${text} in ${columns}`, () => {
      const drawn = Style.pad(Style.cut(text, columns), columns)
      expect(drawn).toBe(shown)
      expect(Style.width(drawn)).toBe(columns)
    })
  }
})

it("long text is wrapped at words, and a word longer than a line is kept whole", () => {
  expect(Style.wrap("one two three averyveryverylongword four", 12, 2)).toBe(
    "  one two\n  three\n  averyveryverylongword\n  four"
  )
})

it("colours are there only where they are wanted", () => {
  expect(Style.paint(Style.plain, "red", "x")).toBe("x")
  expect(Style.paint({ ...Style.plain, colours: true }, "red", "x")).toBe("\u001b[31mx\u001b[39m")
})
