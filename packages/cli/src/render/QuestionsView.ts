/** `interchannel review`: the questions in a list, one of them whole with its answers. */
import type { Report } from "@interchannel/runtime"
import { time } from "./Quantity.ts"
import { harmless, pad, paint, type Style, width, wrap } from "./Style.ts"

/** What the list was asked for, and whether anything follows it. */
export interface Listed {
  readonly kind?: string
  readonly more: boolean
}

export const questionsView = (
  questions: ReadonlyArray<Report.Question>,
  { kind, more }: Listed,
  style: Style
): string => {
  const last = questions.at(-1)
  if (last === undefined) return "Nothing waits for a person."
  const lines = questions.map(
    ({ id, title }) => `${paint(style, "cyan", id)}\n${wrap(harmless(title), style.columns, 4)}`
  )
  const only = kind === undefined ? "" : `--kind ${kind} `
  return [
    ...lines,
    "",
    `To see one: interchannel review ${last.id}`,
    ...(more ? [`To see those that follow: interchannel review ${only}--after ${last.id}`] : [])
  ].join("\n")
}

export const questionView = ({ id, at, text, answers }: Report.Question, style: Style): string => {
  const room = Math.max(0, ...answers.map(({ choice }) => width(choice)))
  return [
    `${paint(style, "bold", id)}, asked ${time(at, style.timeZone)}`,
    ...text.split("\n").map((line) => wrap(harmless(line), style.columns, 2)),
    "",
    ...answers.map(
      ({ choice, text: what }) =>
        `  ${paint(style, "cyan", pad(choice, room))}  ${wrap(harmless(what), style.columns, room + 4).trimStart()}`
    ),
    "",
    `To answer: interchannel review ${id} ${answers[0]?.choice ?? "ANSWER"}`
  ].join("\n")
}
