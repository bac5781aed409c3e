/** What came of it: what was taken in, what it was about, what was written, and what was not and why. */
import type { Report } from "@interchannel/runtime"
import { count } from "../render/Quantity.ts"
import { harmless, type Style, wrap } from "../render/Style.ts"
import { table } from "../render/Table.ts"

export interface Totals {
  readonly accepted: number
  readonly interactions: number
  readonly contacts: number
  readonly persons: number
  readonly delivered: number
  readonly due: number
  readonly waiting: number
  readonly held: number
  readonly dropped: number
  readonly quarantined: ReadonlyArray<Report.QuarantineTally>
}

export const totalsOf = (status: Report.Status): Totals => {
  const sum = (field: "delivered" | "due" | "waiting" | "held" | "dropped") =>
    status.connections.reduce((total, { destination }) => total + (destination?.[field] ?? 0), 0)
  return {
    accepted: status.connections.reduce((total, { accepted }) => total + accepted, 0),
    interactions: status.interactions,
    contacts: status.contacts,
    persons: status.persons,
    delivered: sum("delivered"),
    due: sum("due"),
    waiting: sum("waiting"),
    held: sum("held"),
    dropped: sum("dropped"),
    quarantined: status.quarantine
  }
}

export const totalsView = (totals: Totals, style: Style): string => {
  const quarantined = totals.quarantined.reduce((sum, one) => sum + one.count, 0)
  const rows: ReadonlyArray<readonly [string, number, string]> = [
    ["accepted", totals.accepted, "items that vendors told, each once"],
    ["interactions", totals.interactions, "things that happened"],
    ["contacts", totals.contacts, `records and addresses in all systems, of ${count(totals.persons)} people`],
    ["delivered", totals.delivered, "entries and cards that stand as they should"],
    ["waiting", totals.waiting, "for a record of the customer"],
    ["held", totals.held, "because a person said so"],
    ["dropped", totals.dropped, "by the configuration"],
    ["quarantined", quarantined, quarantined === 0 ? "" : "set aside, and nothing else was held up by it"]
  ]
  const drawn = table(
    [{ title: "" }, { title: "", align: "right" }, { title: "", shrinks: true }],
    rows.map(([name, amount, meaning]) => [`  ${name}`, count(amount), meaning]),
    style
  )
  const reasons = totals.quarantined.map(({ connection, reason, count: many }) =>
    wrap(`${count(many)} of ${connection}: ${harmless(reason)}`, style.columns, 4)
  )
  return [drawn.slice(drawn.indexOf("\n") + 1), ...reasons].join("\n")
}
