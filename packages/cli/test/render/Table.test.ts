import { expect, it } from "@effect/vitest"
import { plain, width } from "../../src/render/Style.ts"
import { table } from "../../src/render/Table.ts"

const columns = [
  { title: "NAME", shrinks: true },
  { title: "COUNT", align: "right" as const },
  { title: "NOTE", shrinks: true }
]

it("columns are as wide as their widest cell", () => {
  expect(
    table(
      columns,
      [
        ["a", "1", "fine"],
        ["日本", "1,000", ""]
      ],
      plain
    )
  ).toBe(["NAME  COUNT  NOTE", "a         1  fine", "日本  1,000"].join("\n"))
})

it("in a narrow terminal the widest shrinking column gives way, and no line is wider than the terminal", () => {
  const drawn = table(columns, [["a".repeat(50), "1,000,000", "b".repeat(20)]], { ...plain, columns: 40 })
  for (const line of drawn.split("\n")) expect(width(line)).toBeLessThanOrEqual(40)
  expect(drawn).toContain("1,000,000")
})

it("colours do not move a column", () => {
  const style = { ...plain, colours: true }
  const colour = (_row: number, column: number, cell: string) => (column === 0 ? `\u001b[32m${cell}\u001b[39m` : cell)
  const rows = [["ok", "1", "x"]]
  const bare = table(columns, rows, plain).split("\n")[1]!
  expect(width(table(columns, rows, style, colour).split("\n")[1]!)).toBe(width(bare))
})
