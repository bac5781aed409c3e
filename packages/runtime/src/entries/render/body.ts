/** The text of an entry: what was said or written, then what came with it. */
import type { Interaction } from "@interchannel/domain"
import { folded } from "./quotes.ts"

/** A longer one is not for reading; the source is a link away. */
const ATTACHMENTS_MAX = 20
const ITEMS_MAX = 50

export const bodyOf = (interaction: Interaction): string => {
  const { details } = interaction
  const paragraphs = [
    interaction.text === undefined ? undefined : folded(interaction.text),
    ...("transcripts" in details ? (details.transcripts ?? []).map(({ text }) => text) : []),
    "answers" in details ? lines(answersOf(details.answers ?? {})) : undefined,
    interaction.kind === "purchase" ? lines(itemsOf(interaction.details)) : undefined,
    "attachments" in details ? lines(attachmentsOf(details.attachments ?? [])) : undefined,
    "edits" in details && (details.edits ?? []).length > 0 ? "(edited)" : undefined
  ]
  return paragraphs.filter((paragraph) => paragraph !== undefined && paragraph.trim() !== "").join("\n\n")
}

/** The beginning of a text, whole words, on one line. */
export const beginningOf = (text: string, lengthMax: number): string => {
  const line = text.replace(/\s+/g, " ").trim()
  if (line.length <= lengthMax) return line
  const cut = line.slice(0, lengthMax - 1).replace(/[\uD800-\uDBFF]$/, "")
  const atWord = cut.slice(0, cut.lastIndexOf(" "))
  return `${atWord.length > lengthMax / 2 ? atWord : cut}…`
}

// ---------------------------------------------------------------------------------------------------------------------

const lines = (list: ReadonlyArray<string>): string => list.join("\n")

const capped = (list: ReadonlyArray<string>, max: number): ReadonlyArray<string> =>
  list.length <= max ? list : [...list.slice(0, max), `and ${list.length - max} more`]

const answersOf = (answers: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  capped(
    Object.entries(answers).map(([question, answer]) => `${question}: ${answer}`),
    ITEMS_MAX
  )

const itemsOf = ({ items = [] }: Extract<Interaction, { readonly kind: "purchase" }>["details"]) =>
  capped(
    items.map(({ id, name, quantity }) => `${quantity === undefined ? "" : `${quantity} × `}${name ?? id}`),
    ITEMS_MAX
  )

const attachmentsOf = (
  attachments: ReadonlyArray<{
    readonly id: string
    readonly name?: string | undefined
    readonly bytes?: number | undefined
  }>
): ReadonlyArray<string> =>
  capped(
    attachments.map(({ id, name, bytes }) => `[${name ?? id}${bytes === undefined ? "" : `, ${sizeOf(bytes)}`}]`),
    ATTACHMENTS_MAX
  )

const sizeOf = (bytes: number): string => {
  if (bytes < 1_000) return `${bytes} B`
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
