/** A mail as it is kept: the headers as they came, the text, and what hangs on it by reference. Bounded in every field. */
import * as Schema from "effect/Schema"

const Text = Schema.String
/** Names in lower case, values unfolded and otherwise untouched; in the order of the mail. */
export const Headers = Schema.Array(Schema.Tuple(Text, Text))
export type Headers = typeof Headers.Type

/** A mail inside the mail: what was forwarded, or what could not be delivered. */
const Enclosed = Schema.Struct({ headers: Headers, text: Schema.optional(Text) })
export type Enclosed = typeof Enclosed.Type

/** What every mail has, wherever its mailbox is; a connector adds how the vendor names it. */
const fields = {
  /** When it came into the mailbox, epoch milliseconds. */
  receivedAt: Schema.Int,
  bytes: Schema.NonNegativeInt,
  headers: Headers,
  text: Schema.optional(Text),
  html: Schema.optional(Text),
  /** text/calendar. */
  calendar: Schema.optional(Text),
  /** The machine's part of a report: delivery status, disposition notification. */
  report: Schema.optional(Text),
  enclosed: Schema.Array(Enclosed),
  /** `part`: by which the vendor gives it out, such as IMAP's number of it (RFC 9051 §6.4.5.1). */
  attachments: Schema.Array(
    Schema.Struct({
      part: Text,
      contentType: Text,
      name: Schema.optional(Text),
      bytes: Schema.optional(Schema.NonNegativeInt)
    })
  ),
  /** The Message-ID that began the thread, where other mails of the mailbox had to tell. */
  root: Schema.optional(Schema.NonEmptyString),
  /** Why it could not be taken apart; such a mail is set aside with these words. */
  unreadable: Schema.optional(Text)
} as const

export interface Mail extends Schema.Struct.Type<typeof fields> {}

/** The schema of a connector's mails: `Mail.item({ id: Schema.NonEmptyString })`. */
export const item = <Own extends Schema.Struct.Fields>(own: Own) =>
  Schema.Struct({ ...fields, ...own }).pipe(
    Schema.filter((mail) => {
      const { unreadable } = mail as Pick<Mail, "unreadable">
      return unreadable === undefined || { path: ["unreadable"], message: unreadable }
    })
  )
