/** `interchannel person`, `explain A B`, `decisions`: who is who, and why. */
import { Contacts } from "@interchannel/domain"
import type { Identities, WhoIsWho } from "@interchannel/runtime"
import { of, time } from "./Quantity.ts"
import { harmless, pad, paint, type Style, width, wrap } from "./Style.ts"

type Placed = Identities.Placed
type Explained = Identities.PairView["explained"]
type Decision = Explained["decisions"][number]

export const foundView = ({ people, lines, more }: WhoIsWho.Found, style: Style): string =>
  [
    ...people.map((person) => personView(person, style)),
    ...(lines.length === 0 ? [] : [linesView(lines, style)]),
    ...(more === 0 ? [] : [`${of(more, "more person", "more people")} with the same handle: it is no one person's.`])
  ].join("\n\n") || "Nobody was read under that name."

export const pairView = ({ a, b, explained, sure }: Identities.PairView, style: Style): string => {
  const verdict = !explained.together ? "two people" : sure ? "one person" : "one person, not sure enough to write it"
  return [
    `${paint(style, "bold", `${nameOf(a)} and ${nameOf(b)}`)}: ${verdict}`,
    ...[a, b].map((placed) => contactLine(placed, style)),
    ...evidence(explained, labelling([a, b]), style)
  ].join("\n")
}

export const partingView = ({ gone, rest }: WhoIsWho.Parting, style: Style): string =>
  [
    "Would be somebody else:",
    ...gone.map((placed) => contactLine(placed, style)),
    "than these, with whom they are one person now:",
    ...rest.map((placed) => contactLine(placed, style))
  ].join("\n")

export const decisionsView = (decisions: ReadonlyArray<WhoIsWho.Decided>, style: Style): string =>
  decisions.length === 0
    ? "Nobody decided anything about who is who."
    : [
        ...decisions.map(({ about, ...decision }) => decisionLine(decision, about, style)),
        "",
        'To take one back: interchannel decisions --revoke ID --why "…"'
      ].join("\n")

// ---------------------------------------------------------------------------------------------------------------------

/** Of what became of a person, the latest. */
const HISTORY_MAX = 5
const INDENT = 4

const personView = ({ person, since, contacts, explained, interactions, history }: WhoIsWho.Known, style: Style) => {
  const named = new Map(contacts.map((placed) => [placed.contact, placed]))
  const label = labelling(contacts)
  const first = contacts.find(({ record }) => record.name !== undefined) ?? contacts[0]
  const groups = explained.parts.map((part, index) => [
    explained.sure ? "" : index === 0 ? "  Beyond doubt:" : "  Likely the same, nothing is written between them:",
    ...part.flatMap((key) => named.get(key) ?? []).map((placed) => contactLine(placed, style))
  ])
  return [
    `${paint(style, "bold", first === undefined ? person : nameOf(first))}  ${paint(style, "dim", `${person}, known since ${time(since, style.timeZone)}, ${of(interactions, "interaction")}`)}`,
    ...groups.flat().filter((line) => line !== ""),
    ...explained.tree.map((link) => linkLine(link, label, link === explained.weakest && explained.tree.length > 1)),
    ...explained.objections.map((link) => `  against: ${label(link.a)} and ${label(link.b)}, ${bitsOf(link.bits)}`),
    ...decisionsIn(explained.tree, label, style),
    ...(history.length === 0 ? [] : ["  What became of them, the latest first:"]),
    ...history.slice(0, HISTORY_MAX).map(({ at, data }) => `    ${time(at, style.timeZone)}  ${told(data)}`)
  ].join("\n")
}

const linesView = (lines: ReadonlyArray<Placed>, style: Style): string =>
  [
    paint(style, "bold", "A line: nobody knows yet whose it is, or it is shared."),
    ...lines.map((placed) => contactLine(placed, style))
  ].join("\n")

const contactLine = (placed: Placed, style: Style): string => {
  const handles = placed.record.handles.map(({ value }) => value).join(", ")
  const gone = placed.deleted ? ", deleted there" : ""
  return wrap(
    `${paint(style, "cyan", refOf(placed))}  ${nameOf(placed)}${handles === "" ? "" : ` (${harmless(handles)})`}${gone}`,
    style.columns,
    INDENT
  )
}

type Label = (contact: string) => string

const labelling = (contacts: ReadonlyArray<Placed>): Label => {
  const refs = new Map(contacts.map((placed) => [placed.contact, refOf(placed)]))
  return (key) => refs.get(key) ?? key
}

const linkLine = (link: Explained, label: Label, weakest: boolean): string => {
  const best = [...link.parts].filter(({ bits }) => bits > 0).sort((a, b) => b.bits - a.bits)[0]
  const because = link.decisions.some(({ _tag }) => _tag === "MustLink")
    ? "somebody said so"
    : best === undefined
      ? "through others"
      : `${best.field}, ${best.level}`
  return `  because: ${label(link.a)} and ${label(link.b)}, ${percent(link.chance)}: ${harmless(because)}${weakest ? " (the weakest link)" : ""}`
}

const evidence = (explained: Explained, label: Label, style: Style): ReadonlyArray<string> => {
  const room = Math.max(0, ...explained.parts.map(({ field }) => width(field)))
  return [
    ...explained.parts.map(
      ({ field, level, bits }) => `  ${bitsOf(bits).padStart(12)}  ${pad(field, room)}  ${harmless(level)}`
    ),
    `  ${bitsOf(explained.bits).padStart(12)}  in all: a chance of ${percent(explained.chance)} (model ${explained.modelVersion})`,
    ...explained.decisions.map((decision) => decisionLine(decision, aboutOf(decision, label), style))
  ]
}

const decisionsIn = (links: ReadonlyArray<Explained>, label: Label, style: Style): ReadonlyArray<string> => {
  const decisions = new Map(links.flatMap((link) => link.decisions).map((decision) => [decision.id, decision]))
  return [...decisions.values()].map((decision) => decisionLine(decision, aboutOf(decision, label), style))
}

const aboutOf = (decision: Decision, label: Label): ReadonlyArray<string> =>
  decision._tag === "HandleRule" ? [decision.handle] : [label(decision.a), label(decision.b)]

const decisionLine = (decision: Decision, about: ReadonlyArray<string>, style: Style): string => {
  const whom = about.map(harmless).join(" and ")
  const what =
    decision._tag === "HandleRule"
      ? `${whom} is ${decision.use}`
      : `${whom} are ${decision._tag === "MustLink" ? "one person" : "two people"}`
  const said = `${decision.by}, ${time(decision.at, style.timeZone)}, "${decision.why}"`
  return `  ${paint(style, "cyan", decision.id)}  ${wrap(`${what}: ${harmless(said)}`, style.columns, INDENT).trimStart()}`
}

const told = (data: unknown): string => {
  const { event } = data as { readonly event: { readonly _tag: string } & Readonly<Record<string, unknown>> }
  const rest = Object.entries(event).filter(([name, value]) => name !== "_tag" && typeof value === "string")
  return `${event._tag.toLowerCase()} ${rest.map(([name, value]) => `${name} ${String(value)}`).join(", ")}`
}

const bitsOf = (bits: number): string => `${bits >= 0 ? "+" : "−"}${Math.abs(bits).toFixed(1)} bits`
const percent = (chance: number): string => `${(chance * 100).toFixed(1)} %`
const refOf = ({ record }: Placed): string => harmless(`${record.connection}/${record.ref.kind}/${record.ref.id}`)

const nameOf = ({ record }: Placed): string => harmless(Contacts.label(record))
