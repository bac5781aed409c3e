/** What the command-line library prints about usage, within the width of the screen: the library knows no width. */
import { type Style, width, wrap } from "./Style.ts"

/** Longer lines are hard to read, however wide the terminal is. */
const COLUMNS_MAX = 100

/** A list of commands whose lines are too long has what each does below it. */
export const helpView = (text: string, style: Style): string => {
  const columns = Math.min(style.columns, COLUMNS_MAX)
  const lines = text.split("\n")
  const isStacked = lines.some((line) => row.test(line) && width(line) > columns)
  return lines.map((line) => (isStacked ? stacked(line, columns) : undefined) ?? fitted(line, columns)).join("\n")
}

// ---------------------------------------------------------------------------------------------------------------------

/** `  - usage      what it does` */
const row = /^ {2}- (.*?\S) {2,}(\S.*)$/

const stacked = (line: string, columns: number): string | undefined => {
  const [, usage, about] = row.exec(line) ?? []
  return usage === undefined || about === undefined
    ? undefined
    : `  - ${usageWithin(usage, columns, 6)}\n${wrap(about, columns, 6)}`
}

const fitted = (line: string, columns: number): string => {
  if (width(line) <= columns) return line
  if (line.startsWith("$ ")) return usageWithin(line, columns, 4)
  const indent = line.length - line.trimStart().length
  return wrap(line.trimStart(), columns, indent)
}

/** `[--round text]` stays together. */
const usageWithin = (usage: string, columns: number, indent: number): string => {
  const joined = usage.replace(/\[[^\]]*\]/g, (option) => option.replaceAll(" ", "\u00a0"))
  return wrap(joined, columns, indent).trimStart().replaceAll("\u00a0", " ")
}
