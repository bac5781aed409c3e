/** `interchannel check`: what was found out about each Connection, and what to do about it. */
import type { Connector } from "@interchannel/connector"
import { of } from "./Quantity.ts"
import { harmless, paint, type Style, wrap } from "./Style.ts"

export interface Checked {
  readonly id: string
  readonly title: string
  readonly findings: ReadonlyArray<Connector.Finding>
  /** Addresses to enter at the vendor, one a webhook. */
  readonly webhooks: ReadonlyArray<string>
}

export const problemCount = (checked: ReadonlyArray<Checked>): number =>
  checked.reduce((sum, { findings }) => sum + findings.filter(isProblem).length, 0)

const isProblem = ({ ok, onApproval }: Connector.Finding): boolean => !ok && onApproval !== true

export const checkView = (checked: ReadonlyArray<Checked>, style: Style): string =>
  [...checked.map((one) => connection(one, style)), verdict(problemCount(checked), style)].join("\n\n")

// ---------------------------------------------------------------------------------------------------------------------

const connection = ({ id, title, findings, webhooks }: Checked, style: Style): string =>
  [
    `${paint(style, "bold", id)} (${harmless(title)})`,
    ...findings.flatMap((finding) => found(finding, style)),
    ...webhooks.map((url) => `  ${paint(style, "dim", "webhook")} ${url}`)
  ].join("\n")

const found = (finding: Connector.Finding, style: Style): ReadonlyArray<string> => {
  const { what, remedy } = finding
  const text = wrap(harmless(what), style.columns, 10).trimStart()
  return [
    `  ${signOf(finding, style)} ${text}`,
    ...(remedy === undefined ? [] : [wrap(harmless(remedy), style.columns, 10)])
  ]
}

const signOf = (finding: Connector.Finding, style: Style): string => {
  if (finding.ok) return paint(style, "green", "ok     ")
  return isProblem(finding) ? paint(style, "red", "problem") : paint(style, "yellow", "later  ")
}

const verdict = (problems: number, style: Style): string =>
  problems === 0
    ? paint(style, "green", "Everything is in order.")
    : paint(style, "red", `${of(problems, "problem")} to fix.`)
