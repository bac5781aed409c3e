/** RFC 4180 as people write it: quoted line ends, any line end, a byte order mark, semicolons or tabs for commas. */

export type Row = Readonly<Record<string, string>>

export interface Table {
  readonly names: ReadonlyArray<string>
  readonly rows: ReadonlyArray<Row>
}

/** What is wrong with a file, where, and what to do about it. */
export class CsvError extends Error {}

/** Rows as objects by the names of the first row. Throws a `CsvError` that names the row, counted from 1 with the header. */
export const parse = (text: string): Table => {
  const body = text.replace(/^\uFEFF/, "")
  const header = /^[^\r\n]*/.exec(body)![0]
  const comma = [",", ";", "\t"].find((each) => header.includes(each)) ?? ","
  const [first, ...rest] = toRows(body, comma)
  if (first === undefined) throw new CsvError("the file is empty - the first row names the columns")
  const names = first.map((name) => name.trim())
  const twice = names.find((name, index) => name !== "" && names.indexOf(name) < index)
  if (twice !== undefined) throw new CsvError(`row 1: two columns are called ${twice} - rename one`)
  const rows = rest.map((row, index) => {
    if (row.slice(names.length).some((field) => field.trim() !== "")) {
      const counts = `${row.length} fields, the header has ${names.length}`
      throw new CsvError(`row ${index + 2}: ${counts} - put fields that contain a comma in quotes`)
    }
    return Object.fromEntries(names.map((name, at) => [name, row[at] ?? ""]))
  })
  return { names, rows }
}

// ---------------------------------------------------------------------------------------------------------

const toRows = (text: string, comma: string): ReadonlyArray<ReadonlyArray<string>> => {
  const rows: Array<Array<string>> = []
  // A field that nothing follows: end of a line, or of the text.
  const field = new RegExp(
    `(?:"([^"]*(?:""[^"]*)*)"([^${comma}\\r\\n]*)|([^${comma}\\r\\n]*))(${comma}|\\r\\n|\\r|\\n|$)`,
    "y"
  )
  let row: Array<string> = []
  while (field.lastIndex < text.length || row.length > 0) {
    const [, quoted, behind = "", bare = "", end] = field.exec(text)!
    if (quoted === undefined && bare.startsWith('"')) {
      throw new CsvError(
        `row ${rows.length + 1}: a quote is opened and not closed - close it, or double it to mean one`
      )
    }
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"') + behind)
    if (end === comma) continue
    if (row.length > 1 || row[0] !== "") rows.push(row)
    row = []
  }
  return rows
}
