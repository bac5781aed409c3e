/** A contact's timeline as HubSpot holds it: every entry that stands on the record, whoever wrote it, in order of time. */
import type { HubSpotEmulator, Stored } from "@interchannel/connector-hubspot/emulator"
import { time } from "../render/Quantity.ts"
import { harmless, paint, type Style, wrap } from "../render/Style.ts"

export interface Entry {
  readonly at: number
  readonly type: string
  readonly title: string
  readonly text: string
  /** Written by us; else by people or other tools. */
  readonly ours: boolean
}

const MARKER = "interchannel_id"

/** Reads the account's live entries on the contact with this address. */
export const entriesOf = ({ world }: HubSpotEmulator, email: string): ReadonlyArray<Entry> => {
  const portal = world.portal(0)
  const contact = world.all(portal, "contacts").find(({ properties }) => properties["email"] === email)
  return bodies
    .flatMap(([type, body, title]) =>
      world
        .all(portal, type)
        .filter(({ on }) => contact !== undefined && on[`contacts/${contact.id}`] !== undefined)
        .map((record) => entryOf(record, body, title))
    )
    .sort((a, b) => a.at - b.at)
}

export const timelineView = (entries: ReadonlyArray<Entry>, style: Style): string =>
  entries
    .map(({ at, type, title, text, ours }) =>
      [
        `  ${paint(style, "dim", time(at, style.timeZone))}  ${paint(style, "bold", harmless(title))}${ours ? "" : paint(style, "dim", `  (${type}, by staff)`)}`,
        wrap(harmless(text), style.columns, 20)
      ].join("\n")
    )
    .join("\n")

// ---------------------------------------------------------------------------------------------------------------------

/** Each type with the property that holds its body and, where it has one, its title. */
const bodies = [
  ["calls", "hs_call_body", "hs_call_title"],
  ["notes", "hs_note_body", undefined],
  ["communications", "hs_communication_body", undefined],
  ["emails", "hs_email_text", "hs_email_subject"],
  ["meetings", "hs_meeting_body", "hs_meeting_title"]
] as const

const entryOf = ({ properties, type }: Stored, body: string, titled: string | undefined): Entry => {
  const paragraphs = (properties[body] ?? "")
    .split(/<\/p>|\n+/)
    .map(plain)
    .filter((paragraph) => paragraph !== "")
  const given = titled === undefined ? undefined : properties[titled]
  const [title = "", ...rest] = given === undefined ? paragraphs : [given, ...paragraphs]
  const at = properties["hs_timestamp"] ?? ""
  return {
    at: /^\d+$/.test(at) ? Number(at) : Date.parse(at),
    type: type.replace(/s$/, ""),
    title,
    text: rest.join(" "),
    ours: properties[MARKER] !== undefined
  }
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" }

const plain = (html: string): string =>
  html.replace(/<[^>]*>/g, "").replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? "")
