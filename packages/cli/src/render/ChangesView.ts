/** `interchannel plan --changes`: what is to be written, one by one, with the values of fields before and after. */
import type { Report } from "@interchannel/runtime"
import { time } from "./Quantity.ts"
import { harmless, paint, type Style, wrap } from "./Style.ts"

/** As many as one look shows. */
const LIST_MAX = 100

export const changesView = (
  destination: string,
  changes: ReadonlyArray<Report.PlannedChange>,
  style: Style
): string => {
  const last = changes.at(-1)
  if (last === undefined) return "Nothing is to be written."
  const more = `\n\nIf there are more: interchannel plan ${destination} --changes --after ${harmless(last.key)}`
  return changes.map((change) => changeView(change, style)).join("\n") + (changes.length < LIST_MAX ? "" : more)
}

/** Under which a field is written. */
const conditions: Readonly<Record<string, string>> = {
  ask: " (you are asked first)",
  keep: " (if what stands there turns out to be older)"
}

const changeView = ({ what, title, at, records, fields }: Report.PlannedChange, style: Style): string =>
  [
    `${paint(style, "bold", what)}  ${harmless(title)}${records.length === 0 ? "" : `  on ${records.map(harmless).join(", ")}`}  ${paint(style, "dim", time(at, style.timeZone))}`,
    ...fields.map(({ name, before, after, act }) =>
      wrap(
        `${harmless(name)}: ${harmless(before) || "(empty)"} → ${harmless(after) || "(empty)"}${conditions[act] ?? ""}`,
        style.columns,
        4
      )
    )
  ].join("\n")
