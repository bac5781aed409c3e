/** `interchannel replay --show`: what reading again would change, in numbers and a few examples. */
import type { Report } from "@interchannel/runtime"
import { count, of } from "./Quantity.ts"
import { harmless, type Style, wrap } from "./Style.ts"

export const rehearsalView = (found: Report.Rehearsal, style: Style): string => {
  const { interactions, contacts, entries, samples, rows, unreadable, isWhole } = found
  const changes = [changesOf("interaction", interactions), changesOf("contact", contacts)].flatMap((text) => text ?? [])
  return [
    `${harmless(found.title)}: ${of(rows, "item")} read again by today's code would change ${changes.length === 0 ? "nothing" : changes.join("; ")}.`,
    ...(isWhole ? [] : ["There are more, which were not looked at."]),
    ...(unreadable === 0 ? [] : [`${of(unreadable, "item")} cannot be read by it either.`]),
    ...entries.map(({ destination, update, other }) =>
      [
        `  ${destination}: ${of(update, "entry", "entries")} would be written anew`,
        ...(other === 0 ? [] : [`${count(other)} changed that have no entry there yet`])
      ].join(", ")
    ),
    ...samples.flatMap((sample) => sampleLines(sample, style))
  ].join("\n")
}

export const isEmpty = ({ interactions, contacts }: Report.Rehearsal): boolean =>
  [interactions, contacts].every(({ create, update, remove }) => create + update + remove === 0)

// ---------------------------------------------------------------------------------------------------------------------

const changesOf = (noun: string, { create, update, remove }: Report.Rehearsal["contacts"]): string | undefined => {
  const parts = [
    ...(create > 0 ? [`${count(create)} new`] : []),
    ...(update > 0 ? [`${count(update)} changed`] : []),
    ...(remove > 0 ? [`${count(remove)} gone`] : [])
  ]
  return parts.length === 0 ? undefined : `${noun}s: ${parts.join(", ")}`
}

const words = { create: "new", update: "changed", remove: "gone" } as const

const sampleLines = (
  { kind, what, ref, fields }: Report.Rehearsal["samples"][number],
  style: Style
): ReadonlyArray<string> => [
  `  ${words[what]} ${kind} ${harmless(`${ref.connection}/${ref.kind}/${ref.id}`)}`,
  ...fields.map(({ name, before, after }) =>
    wrap(`${name}: ${harmless(before) || "(none)"} → ${harmless(after) || "(none)"}`, style.columns, 6)
  )
]
