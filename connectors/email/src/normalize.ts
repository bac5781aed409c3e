/** A mail of a folder to parts. Pure. */
import type { Feed } from "@interchannel/connector"
import { MailParts } from "@interchannel/connector/mail"
import type { Part } from "@interchannel/domain"
import * as Schema from "effect/Schema"
import { ownAddresses, Settings } from "./credentials.ts"
import type { Mail } from "./wire.ts"

export const mail = (item: Mail, { settings }: Feed.Origin): ReadonlyArray<Part.Outcome> =>
  MailParts.parts(item, {
    own: isSettings(settings) ? ownAddresses(settings) : [],
    authenticator: isSettings(settings) ? settings.authenticator : undefined,
    isJunk: isJunk(item),
    changes: item.modseq ?? 0,
    order: item.uid,
    attachmentId: (part) => `${item.folder}/${item.uidValidity}/${item.uid}/${part}`
  })

// ---------------------------------------------------------------------------------------------------------------------

const isSettings = Schema.is(Settings)

/** Marked as spam by a mailer's filter, or a person (RFC 8457, and what came before it). */
const isJunk = ({ flags }: Mail): boolean => {
  const marks = flags.map((flag) => flag.toLowerCase().replace(/^[$\\]/, ""))
  return marks.includes("junk") && !marks.some((mark) => mark === "notjunk" || mark === "nonjunk")
}
