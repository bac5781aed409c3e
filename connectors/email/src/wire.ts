/** A mail as it is kept: the headers as they came, the text, and what hangs on it by reference. Bounded in every field. */
import * as Schema from "effect/Schema"

const Text = Schema.String
/** Names in lower case, values unfolded and otherwise untouched; in the order of the mail. */
export const Headers = Schema.Array(Schema.Tuple(Text, Text))
export type Headers = typeof Headers.Type

/** A mail inside the mail: what was forwarded, or what could not be delivered. */
const Enclosed = Schema.Struct({ headers: Headers, text: Schema.optional(Text) })
export type Enclosed = typeof Enclosed.Type

export const Mail = Schema.Struct({
  folder: Schema.NonEmptyString,
  uidValidity: Schema.String.pipe(Schema.pattern(/^\d{1,20}$/)),
  uid: Schema.Int.pipe(Schema.positive()),
  /** Of the last change of its flags; absent where the server does not count. */
  modseq: Schema.optional(Schema.NonNegativeInt),
  flags: Schema.Array(Text),
  /** INTERNALDATE, epoch milliseconds. */
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
  /** `part` is the server's number of it (RFC 9051 §6.4.5.1). */
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
})
  .pipe(Schema.filter(({ unreadable }) => unreadable === undefined || { path: ["unreadable"], message: unreadable }))
  .annotations({ identifier: "Mail" })
export type Mail = typeof Mail.Type

export const keyOf = ({ uidValidity, uid }: Pick<Mail, "uidValidity" | "uid">): string => `${uidValidity}/${uid}`

/** The inverse of `keyOf`. */
export const uidOf = (key: string): Pick<Mail, "uidValidity" | "uid"> | undefined => {
  const match = /^(\d{1,20})\/(\d{1,10})$/.exec(key)
  return match === null ? undefined : { uidValidity: match[1]!, uid: Number(match[2]) }
}
