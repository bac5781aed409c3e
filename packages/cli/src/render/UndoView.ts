/** `interchannel undo`: what is taken back, what is left and why, and how to go on. */
import type { Report } from "@interchannel/runtime"
import { of } from "./Quantity.ts"
import { harmless, type Style, wrap } from "./Style.ts"

export const undoView = (undoing: Report.Undoing, style: Style): string => {
  const { id, acts, left, samples, releases } = undoing
  const lines = [
    ...acts.map(({ verb, count }) => `  ${releases === true ? releasing(verb, count) : takingBack(verb, count)}`),
    ...left.map(({ why, count }) => wrap(`${of(count, "write")} left: ${harmless(why)}`, style.columns, 2))
  ]
  if (acts.length === 0) return ["Nothing can be taken back.", ...lines].join("\n")
  const examples =
    samples.length === 0 ? [] : ["", "For example:", ...samples.map((one) => wrap(harmless(one), style.columns, 2))]
  return [heading(undoing), ...lines, ...examples, "", ...next(id, releases === true)].join("\n")
}

// ---------------------------------------------------------------------------------------------------------------------

const heading = ({ id, releases }: Report.Undoing): string => {
  if (releases === true) return id === undefined ? "This would be released:" : "Released:"
  return id === undefined ? "This would be taken back:" : "This is taken back now, within quota and cap:"
}

type Verb = Report.Undoing["acts"][number]["verb"]

const takingBack = (verb: Verb, count: number): string => {
  switch (verb) {
    case "AppendTimeline":
      return `${of(count, "entry", "entries")} taken out`
    case "ShowContext":
      return `${of(count, "card")} taken out`
    case "UpsertContact":
      return `${of(count, "record")} that we created taken out`
    case "SetFields":
      return `the fields of ${of(count, "record")} brought back to what they were`
    case "SendMessage":
      return `${of(count, "message")} taken back`
  }
}

const nouns: Readonly<Record<Verb, readonly [one: string, many: string]>> = {
  AppendTimeline: ["entry", "entries"],
  ShowContext: ["card", "cards"],
  UpsertContact: ["record to create", "records to create"],
  SetFields: ["record with fields", "records with fields"],
  SendMessage: ["message", "messages"]
}

const releasing = (verb: Verb, count: number): string => `${of(count, ...nouns[verb])} may be written again`

const next = (id: string | undefined, releases: boolean): ReadonlyArray<string> => {
  if (releases)
    return id === undefined ? ["To do it, add --yes."] : ["It is written as it would be had it not been undone."]
  return id === undefined
    ? ["To do it, add --yes. Nothing of it is written again then, until the undo is undone."]
    : [`See how far it is: interchannel status. To let it be written again: interchannel undo --undo ${id} --yes`]
}
