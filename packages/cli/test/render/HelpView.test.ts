import { expect, it } from "@effect/vitest"
import { helpView } from "../../src/render/HelpView.ts"
import { plain } from "../../src/render/Style.ts"

const list = [
  "COMMANDS",
  "",
  "  - init                      Write a file",
  "",
  "  - plan [--after text] <name>  What is due"
]

it("a list of commands that fits stays as it is", () => {
  expect(helpView(list.join("\n"), plain)).toBe(list.join("\n"))
})

it("one that does not fit has below each command what it does, and breaks within no option", () => {
  expect(helpView(list.join("\n"), { ...plain, columns: 24 })).toBe(`COMMANDS

  - init
      Write a file

  - plan
      [--after text]
      <name>
      What is due`)
})

it("usage and prose are wrapped where they stand, never wider than a hundred columns", () => {
  const text = `$ undo [--round text] [--from text]\n\n  ${"word ".repeat(30).trim()}`
  expect(
    helpView(text, { ...plain, columns: 30 })
      .split("\n")
      .slice(0, 4)
  ).toEqual(["$ undo [--round text]", "    [--from text]", "", "  word word word word word"])
  expect(
    helpView(text, { ...plain, columns: 300 })
      .split("\n")
      .at(-1)
  ).toMatch(/^ {2}word/)
  expect(
    Math.max(
      ...helpView(text, { ...plain, columns: 300 })
        .split("\n")
        .map(({ length }) => length)
    )
  ).toBe(96)
})
