/**
 * A timeline entry as a ticket of the history queue. A transaction can neither be changed nor taken back in Request Tracker;
 * a ticket's subject and custom fields can, a ticket has several requestors, and it stands with the others of its requestor.
 */
import { Marker, Text, Timeline } from "@interchannel/connector"
import { Instant } from "@interchannel/domain"
import type { Ticket } from "./wire.ts"

/** Custom fields of the history queue: our key, and the text. */
export const KEY_FIELD = "Interchannel key"
export const TEXT_FIELD = "Entry"

/** Request Tracker's column for it. */
const SUBJECT_LENGTH_MAX = 200
export const TEXT_LENGTH_MAX = 60_000

/** All of an entry that a person could edit, and when it happened. Request Tracker reads times without a zone as UTC here. */
export const fieldsOf = (key: string, entry: Timeline.Entry) => ({
  Subject: Text.cut(entry.title.replace(/\s+/g, " "), SUBJECT_LENGTH_MAX),
  Started: Instant.toIso(entry.startedAt).slice(0, 19).replace("T", " "),
  CustomFields: { [KEY_FIELD]: key, [TEXT_FIELD]: Timeline.entryText(entry, TEXT_LENGTH_MAX) }
})

export const customField = ({ CustomFields }: Ticket, name: string): string | undefined => {
  const [value] = (CustomFields ?? []).find((field) => field.name === name)?.values ?? []
  return typeof value === "string" && value !== "" ? value : undefined
}

export const textOf = (ticket: Ticket): string | undefined => customField(ticket, TEXT_FIELD)

export const fingerprint = (ticket: Ticket): string =>
  Marker.fingerprint({ subject: ticket.Subject, text: textOf(ticket) })
