/** RFC 4180: commas, quotes, quoted line ends. */

/** Rows as objects by the names of the first row. */
export const parse = (text: string): ReadonlyArray<Readonly<Record<string, string>>> => {
  const rows = toRows(text)
  const [names = [], ...rest] = rows
  return rest.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ""])))
}

const toRows = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const rows: Array<Array<string>> = []
  let row: Array<string> = []
  let field = ""
  let quoted = false
  const endRow = () => {
    row.push(field)
    field = ""
    if (row.length > 1 || row[0] !== "") rows.push(row)
    row = []
  }
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i)
    if (quoted) {
      if (char !== '"') field += char
      else if (text.charAt(i + 1) === '"') field += text.charAt(i++)
      else quoted = false
    } else if (char === '"') quoted = true
    else if (char === ",") {
      row.push(field)
      field = ""
    } else if (char === "\n") endRow()
    else if (char !== "\r") field += char
  }
  if (field !== "" || row.length > 0) endRow()
  return rows
}
