/** A customer's timeline as HubSpot holds it: every entry that stands on the record, whoever wrote it, in order of time. */
import { time } from "../render/Quantity.ts"
import { harmless, paint, type Style, wrap } from "../render/Style.ts"
import type { Entry } from "./silos/Crm.ts"

export type Shown = Pick<Entry, "at" | "type" | "title" | "text" | "ours">

export const timelineView = (entries: ReadonlyArray<Shown>, style: Style): string =>
  entries
    .map(({ at, type, title, text, ours }) =>
      [
        `  ${paint(style, "dim", time(at, style.timeZone))}  ${paint(style, "bold", harmless(title))}${ours ? "" : paint(style, "dim", `  (${type}, by staff)`)}`,
        ...(text === "" ? [] : [wrap(harmless(text), style.columns, 20)])
      ].join("\n")
    )
    .join("\n")
