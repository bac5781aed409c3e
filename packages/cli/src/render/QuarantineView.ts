/** `interchannel quarantine`: each thing with its name, the reason in the vendor's words, and what to do. */
import type { Report } from "@interchannel/runtime"
import { time } from "./Quantity.ts"
import { harmless, paint, type Style, wrap } from "./Style.ts"

const INDENT = 4

export const asidesView = (rows: ReadonlyArray<Report.Aside>, style: Style): string => {
  const last = rows.at(-1)
  if (last === undefined) return "Nothing is set aside."
  const more = `\n\nIf there are more: interchannel quarantine list --after ${harmless(last.subject)}`
  return rows.map((row) => asideView(row, style)).join("\n\n") + (rows.length < LIST_MAX ? "" : more)
}

/** As many as one look shows. */
const LIST_MAX = 100

const nouns: Readonly<Record<Report.Aside["kind"], string>> = {
  item: "could not be read",
  projection: "could not be written",
  page: "cannot be reached"
}

export const asideView = ({ subject, connection, kind, detail, remedy, at }: Report.Aside, style: Style): string =>
  [
    `${paint(style, "bold", harmless(subject))}  ${paint(style, "dim", `${connection}, ${nouns[kind]}, ${time(at, style.timeZone)}`)}`,
    wrap(harmless(detail), style.columns, INDENT),
    wrap(`To do: ${harmless(remedy)}`, style.columns, INDENT)
  ].join("\n")
