/** A mail as it is kept, with its place in the mailbox. */
import { Mail as Mails } from "@interchannel/connector/mail"
import * as Schema from "effect/Schema"

export const Mail = Mails.item({
  folder: Schema.NonEmptyString,
  uidValidity: Schema.String.pipe(Schema.pattern(/^\d{1,20}$/)),
  uid: Schema.Int.pipe(Schema.positive()),
  /** Of the last change of its flags; absent where the server does not count. */
  modseq: Schema.optional(Schema.NonNegativeInt),
  flags: Schema.Array(Schema.String)
}).annotations({ identifier: "Mail" })
export type Mail = typeof Mail.Type

export const keyOf = ({ uidValidity, uid }: Pick<Mail, "uidValidity" | "uid">): string => `${uidValidity}/${uid}`

/** The inverse of `keyOf`. */
export const uidOf = (key: string): Pick<Mail, "uidValidity" | "uid"> | undefined => {
  const match = /^(\d{1,20})\/(\d{1,10})$/.exec(key)
  return match === null ? undefined : { uidValidity: match[1]!, uid: Number(match[2]) }
}
