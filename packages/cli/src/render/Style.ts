/** How much a terminal can show. Rendering is pure: data and a Style in, text out. */
import { stripVTControlCharacters } from "node:util"
import { Text } from "@interchannel/connector"

export interface Style {
  readonly colours: boolean
  /** Characters in a line. */
  readonly columns: number
  /** IANA name; times are shown in it. */
  readonly timeZone: string
}

/** For files, pipes and tests. */
export const plain: Style = { colours: false, columns: 100, timeZone: "UTC" }

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const
export type Paint = keyof typeof codes

export const paint = (style: Style, how: Paint, text: string): string => {
  if (!style.colours || text === "") return text
  const [on, off] = codes[how]
  return `\u001b[${on}m${text}\u001b[${off}m`
}

/**
 * Text of a vendor made harmless: what a customer wrote must not move the cursor, change colours or fake lines of ours.
 */
export const harmless = (text: string): string => Text.line(stripVTControlCharacters(text))

/** Columns that a text takes: colours take none, East Asian characters and emoji two. */
export const width = (text: string): number => {
  let columns = 0
  for (const character of stripVTControlCharacters(text)) {
    columns += /\p{Mn}|\p{Me}|\u200d|\ufe0f/u.test(character) ? 0 : isWide(character.codePointAt(0) ?? 0) ? 2 : 1
  }
  return columns
}

/** Shortens to so many columns; the last one is then an ellipsis. Meant for text without colours. */
export const cut = (text: string, columns: number): string => {
  if (width(text) <= columns) return text
  let kept = ""
  for (const character of text) {
    if (width(kept + character) > columns - 1) break
    kept += character
  }
  return `${kept.trimEnd()}…`
}

export const pad = (text: string, columns: number, align: "left" | "right" = "left"): string => {
  const space = " ".repeat(Math.max(0, columns - width(text)))
  return align === "left" ? text + space : space + text
}

/** Words in lines of so many columns, each line after `indent` spaces. */
export const wrap = (text: string, columns: number, indent = 0): string => {
  const lines: Array<string> = [""]
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? ""
    if (last === "") lines[lines.length - 1] = word
    else if (width(`${last} ${word}`) <= columns - indent) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map((line) => " ".repeat(indent) + line).join("\n")
}

// ---------------------------------------------------------------------------------------------------------------------

/** The blocks of Unicode that terminals draw two columns wide (UAX #11), roughly. */
const WIDE: ReadonlyArray<readonly [number, number]> = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd]
]

const isWide = (point: number): boolean => WIDE.some(([from, to]) => point >= from && point <= to)
