/** `interchannel plan`: what would be written, how long it takes, what it looks like, and how to let it happen. */
import type { Report } from "@interchannel/runtime"
import { count, duration, of, time } from "./Quantity.ts"
import { cut, harmless, paint, type Style, wrap } from "./Style.ts"

/** Writes that are not done yet, over all destinations. */
export const outstanding = (plans: ReadonlyArray<Report.DestinationPlan>): number =>
  plans.reduce((sum, plan) => sum + writesOf(plan), 0)

export const planView = (plans: ReadonlyArray<Report.DestinationPlan>, style: Style): string =>
  plans.length === 0
    ? "No connection is a destination. Give one `destination: {}` in the configuration."
    : plans.map((plan) => one(plan, style)).join("\n\n")

/** `41,200 entries on 3,110 records, about 6 h` */
export const summary = (plan: Report.DestinationPlan): string => {
  if (writesOf(plan) === 0) return "nothing to write"
  const verbs = plan.writes
    .filter(({ create, update, remove }) => create + update + remove > 0)
    .map(({ verb, create, update, remove }) => {
      const { one: singular, many } = nouns[verb]
      return of(create + update + remove, singular, many)
    })
  const where = plan.records === 0 ? "" : ` on ${of(plan.records, "record")}`
  return `${verbs.join(" and ")}${where}, about ${duration(plan.estimatedMs)} of quota`
}

// ---------------------------------------------------------------------------------------------------------------------

const nouns: Readonly<Record<Report.DestinationPlan["writes"][number]["verb"], { one: string; many: string }>> = {
  AppendTimeline: { one: "entry", many: "entries" },
  ShowContext: { one: "card", many: "cards" },
  UpsertContact: { one: "contact", many: "contacts" },
  SetFields: { one: "record to complete", many: "records to complete" },
  SendMessage: { one: "message", many: "messages" }
}

const writesOf = ({ writes }: Report.DestinationPlan): number =>
  writes.reduce((sum, { create, update, remove }) => sum + create + update + remove, 0)

const one = (plan: Report.DestinationPlan, style: Style): string =>
  [
    `${paint(style, "bold", plan.destination)} (${harmless(plan.title)}): ${modeText(plan)}`,
    `  ${summary(plan)}`,
    ...details(plan),
    ...samples(plan, style),
    ...fields(plan, style),
    ...cautions(plan, style),
    ...next(plan),
    ...rewriting(plan)
  ].join("\n")

const modeText = ({ mode, paused }: Report.DestinationPlan): string => {
  if (paused) return "paused, nothing is written until it is resumed"
  switch (mode) {
    case "observe":
      return "observing, nothing is written until it is approved"
    case "canary":
      return "canary, only the first records are written to"
    case "live":
      return "live, this is written as it comes"
  }
}

const details = (plan: Report.DestinationPlan): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const { verb, create, update, remove } of plan.writes) {
    const counts = [
      ...(create > 0 ? [`${count(create)} new`] : []),
      ...(update > 0 ? [`${count(update)} changed`] : []),
      ...(remove > 0 ? [`${count(remove)} removed`] : [])
    ]
    if (counts.length > 0) lines.push(`    ${nouns[verb].many}: ${counts.join(", ")}`)
  }
  if (plan.waiting > 0)
    lines.push(
      `    ${of(plan.waiting, "subject")} ${plan.waiting === 1 ? "waits" : "wait"} for a record of the customer there`
    )
  if (plan.dropped > 0) lines.push(`    ${of(plan.dropped, "subject")} dropped, as the configuration says`)
  return lines
}

const rewriting = ({ rewrite, destination }: Report.DestinationPlan): ReadonlyArray<string> => {
  if (rewrite === undefined) return []
  const { entries, remove, create } = rewrite
  const switched =
    remove + create === 0 ? [] : [`${count(remove)} taken out and ${count(create)} written in their place`]
  const anew = entries === 0 ? [] : [`${of(entries, "entry", "entries")} written anew`]
  return [
    "",
    "  What stands there was written in an earlier form, and stays so. In today's form:",
    `    ${[...anew, ...switched].join("; ")}`,
    `  To let that happen: interchannel approve ${destination} --rewrite`
  ]
}

const samples = (plan: Report.DestinationPlan, style: Style): ReadonlyArray<string> =>
  plan.samples.length === 0
    ? []
    : [
        "",
        "  For example:",
        ...plan.samples.map(({ title, at, records }) => {
          const start = `    ${time(at, style.timeZone)}  `
          const end = `  on ${records.length === 0 ? "no record" : records.map(harmless).join(", ")}`
          return `${paint(style, "dim", start)}${cut(harmless(title), Math.max(20, style.columns - start.length - end.length))}${end}`
        })
      ]

/** How a mapped field would look on real records. */
const fields = (plan: Report.DestinationPlan, style: Style): ReadonlyArray<string> =>
  plan.fields.length === 0
    ? []
    : [
        "",
        "  Fields, tried on records that are due:",
        ...plan.fields.flatMap(({ field, from, policy, write, ask, samples: tried }) => [
          wrap(
            harmless(`${field} (from ${from}, ${policy}): ${count(write)} to write, ${count(ask)} to ask about`),
            style.columns,
            4
          ),
          ...tried.map(({ record, before, after, source, asks }) => {
            const change = `${before === null ? "nothing" : `"${before}"`} → "${after}" of ${source}`
            return wrap(harmless(`${record}: ${change}${asks ? ", asked about" : ""}`), style.columns, 6)
          })
        ])
      ]

const cautions = (plan: Report.DestinationPlan, style: Style): ReadonlyArray<string> =>
  // Once it is live they have happened.
  plan.cautions.length === 0 || plan.mode === "live"
    ? []
    : ["", "  Before you approve:", ...plan.cautions.map((text) => `    - ${wrap(text, style.columns, 6).trimStart()}`)]

const next = ({ destination, mode, paused, records }: Report.DestinationPlan): ReadonlyArray<string> => {
  if (paused) return ["", `  To go on: interchannel resume ${destination}`]
  switch (mode) {
    case "observe":
      // Cards are on conversations, and only records can be tried out on a few.
      return records === 0
        ? ["", `  To let it happen: interchannel approve ${destination} --all`]
        : ["", `  To begin with a few records: interchannel approve ${destination}`]
    case "canary":
      return ["", `  To let the rest through: interchannel approve ${destination} --all`]
    case "live":
      return []
  }
}
