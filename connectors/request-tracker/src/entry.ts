/**
 * A timeline entry as a ticket of the history queue. A transaction can neither be changed nor taken back in Request Tracker;
 * a ticket's subject and custom fields can, a ticket has several requestors, and it stands with the others of its requestor.
 */
import { Marker, Text, type Timeline } from "@interchannel/connector"
import { Instant } from "@interchannel/domain"
import type { Ticket } from "./wire.ts"

/** Custom fields of the history queue: our key, and the text. */
export const KEY_FIELD = "Interchannel key"
export const TEXT_FIELD = "Entry"

/** Request Tracker's column for it. */
const SUBJECT_LENGTH_MAX = 200
const TEXT_LENGTH_MAX = 60_000

/** All of an entry that a person could edit, and when it happened. Request Tracker reads times without a zone as UTC here. */
export const fieldsOf = (key: string, entry: Timeline.Entry) => ({
  Subject: Text.cut(entry.title.replace(/\s+/g, " "), SUBJECT_LENGTH_MAX),
  Started: Instant.toIso(entry.startedAt).slice(0, 19).replace("T", " "),
  CustomFields: { [KEY_FIELD]: key, [TEXT_FIELD]: textFor(entry) }
})

export const customField = ({ CustomFields }: Ticket, name: string): string | undefined => {
  const [value] = (CustomFields || []).find((field) => field.name === name)?.values ?? []
  return typeof value === "string" && value !== "" ? value : undefined
}

export const textOf = (ticket: Ticket): string | undefined => customField(ticket, TEXT_FIELD)

export const fingerprint = (ticket: Ticket): string =>
  Marker.fingerprint({ subject: ticket.Subject, text: textOf(ticket) })

/** The card in one field: who it is, and what happened elsewhere, newest first. */
export const cardText = ({ title, subtitle, facts, recent }: Timeline.Card): string =>
  Text.cut(
    [
      [title, subtitle].filter(Boolean).join(", "),
      ...facts.map(({ label, value, url }) => `${label}: ${[value, url].filter(Boolean).join(" ")}`),
      ...(recent.length === 0 ? [] : [""]),
      ...recent.map(({ at, where, text, url }) =>
        [`${Instant.toIso(at).slice(0, 16).replace("T", " ")} UTC`, where, text, url].filter(Boolean).join(" · ")
      )
    ].join("\n"),
    TEXT_LENGTH_MAX
  )

// ---------------------------------------------------------------------------------------------------------------------

/** The links stay whole, whatever has to be cut: they lead to what is missing. */
const textFor = ({ facts, body, outcome, links }: Timeline.Entry): string => {
  const glance = facts.map(({ label, value }) => `${label}: ${value}`).join("\n")
  const tail = [outcome, ...links.map(({ label, url }) => `${label}: ${url}`)].filter(Boolean).join("\n")
  const around = [glance, tail].filter(Boolean).join("\n\n").length
  return [glance, Text.cut(body, Math.max(1, TEXT_LENGTH_MAX - around)), tail].filter(Boolean).join("\n\n")
}
