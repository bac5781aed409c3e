/** `interchannel identity`: the models there are, and whom each would join and part. */
import type { Models } from "@interchannel/runtime"
import { count, of, time } from "./Quantity.ts"
import { harmless, paint, type Style, wrap } from "./Style.ts"

/** Merges and splits that are named; all that are kept are in the JSON. */
const NAMED_MAX = 20

export const modelsView = ({ models, chosen, toPlace, estimated }: Models.Overview, style: Style): string =>
  [
    ...models.map((model) => modelLine(model, style)),
    "",
    ...(chosen === undefined
      ? []
      : [
          `${chosen.name} was chosen by ${harmless(chosen.by)}, ${time(chosen.at, style.timeZone)}: "${harmless(chosen.why)}"`
        ]),
    toPlace === 0
      ? "Every contact is placed under the model in use."
      : `${of(toPlace, "contact")} to be placed under it still.`,
    estimated === undefined
      ? "None was estimated yet."
      : `The last estimate, ${time(estimated.at, style.timeZone)}: ${harmless(estimated.said)}`
  ].join("\n")

export const modelView = (model: Models.Shown, style: Style): string => {
  const { made, names } = model
  if (made === undefined) return `${modelLine(model, style)}: what it would change is not known`
  const { from, contacts, persons, which } = made.summary
  const nameOf = (key: string) => (names[key] === undefined ? key : `${names[key]} (${key})`)
  return [
    modelLine(model, style),
    `  against ${from}, over ${of(contacts, "contact")} of ${of(persons, "person", "people")}`,
    ...listed(which, nameOf).map((line) => wrap(harmless(line), style.columns, 4))
  ].join("\n")
}

export const dryRunView = ({ model, comparison, summary }: Models.Made): string =>
  [
    `${changesOf(summary)} with the model "${model.version}" in the place of "${comparison.from}". Nothing was changed.`,
    ...listed(comparison, (key) => key)
  ].join("\n")

// ---------------------------------------------------------------------------------------------------------------------

const modelLine = ({ name, isInUse, made, usedAt }: Models.Listed, style: Style): string => {
  const about = [
    ...(isInUse ? ["in use"] : usedAt === undefined ? [] : [`used before, since ${time(usedAt, style.timeZone)}`]),
    ...(made === undefined
      ? ["comes with this release"]
      : [`made ${time(made.at, style.timeZone)}`, changesOf(made.summary)])
  ]
  return `${paint(style, isInUse ? "bold" : "cyan", name)}  ${about.join(", ")}`
}

const changesOf = ({ merges, splits }: Pick<Models.Summary, "merges" | "splits">): string =>
  `+${count(merges)} merges, −${count(splits)} splits`

const listed = (
  { merges, splits }: Models.Summary["which"],
  nameOf: (key: string) => string
): ReadonlyArray<string> => {
  const lines = [
    ...merges.map((persons) => `  one person: ${persons.map(nameOf).join(", ")}`),
    ...splits.map(
      ({ person, parts }) => `  apart: ${person} as ${parts.map((part) => part.map(nameOf).join(" + ")).join(" | ")}`
    )
  ]
  const more = lines.length - NAMED_MAX
  return [...lines.slice(0, NAMED_MAX), ...(more > 0 ? [`  and ${count(more)} more; --json shows them`] : [])]
}
