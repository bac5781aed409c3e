/** Rows under headings, as wide as the terminal at most: the columns marked `shrinks` give way first, each cut to fit. */
import { cut, pad, paint, type Style, width } from "./Style.ts"

export interface Column {
  readonly title: string
  readonly align?: "left" | "right"
  /** May be cut when the terminal is narrow. */
  readonly shrinks?: boolean
}

const GAP = 2
const COLUMN_MIN = 6

/** Cells are text without colours; `colour` paints a cell after its place is known. */
export const table = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  style: Style,
  colour: (row: number, column: number, cell: string) => string = (_row, _column, cell) => cell
): string => {
  const widths = fit(columns, rows, style.columns)
  const line = (cells: ReadonlyArray<string>, painted: (cell: string, column: number) => string) =>
    columns
      .map((column, index) => {
        const room = widths[index] ?? 0
        return painted(pad(cut(cells[index] ?? "", room), room, column.align), index)
      })
      .join(" ".repeat(GAP))
      .trimEnd()
  const head = line(
    columns.map(({ title }) => title),
    (cell) => paint(style, "dim", cell)
  )
  return [head, ...rows.map((cells, row) => line(cells, (cell, column) => colour(row, column, cell)))].join("\n")
}

// ---------------------------------------------------------------------------------------------------------------------

const fit = (columns: ReadonlyArray<Column>, rows: ReadonlyArray<ReadonlyArray<string>>, room: number) => {
  const widths = columns.map(({ title }, index) =>
    Math.max(width(title), ...rows.map((row) => width(row[index] ?? "")))
  )
  const total = () => widths.reduce((sum, it) => sum + it, GAP * (columns.length - 1))
  while (total() > room) {
    const widest = columns.reduce(
      (best, { shrinks }, index) =>
        shrinks === true && (best === -1 || (widths[index] ?? 0) > (widths[best] ?? 0)) ? index : best,
      -1
    )
    const now = widths[widest] ?? 0
    if (widest === -1 || now <= COLUMN_MIN) break
    widths[widest] = Math.max(COLUMN_MIN, now - (total() - room))
  }
  return widths
}
