/**
 * Which thread a mail belongs to. A thread is named by the Message-ID that began it. References begin with it; where they
 * are missing, a `Clue` says what to look for in the mailbox: an earlier mail, a token or tag of ours, the same matter.
 *
 * Our own mails are `<ic.KEY.THREAD@domain>`: KEY is a hash of the action's key and makes the mail known again, THREAD a
 * hash of the thread's name and leads back to it when a mailer drops everything else.
 */
import { type EmailAddress, Key } from "@interchannel/domain"
import { baseSubject, field, ids, isReply, mailboxes, raw } from "./Headers.ts"
import type { Headers, Mail } from "./Mail.ts"

export type Clue =
  | { readonly _tag: "Id"; readonly id: string }
  /** A piece of one of our Message-IDs. */
  | { readonly _tag: "Piece"; readonly piece: string }
  /** The same sender wrote a subject with it. `isWhole`: the whole subject, not only a tag in it. */
  | { readonly _tag: "Subject"; readonly subject: string; readonly from: string; readonly isWhole: boolean }

export const keyHash = (key: string): string => Key.derive("k", key).slice(2)
const tokenOf = (root: string): string => Key.derive("t", root).slice(2, 18)

export const ownMessageId = (key: string, root: string | undefined, domain: string): string =>
  `ic.${keyHash(key)}.${tokenOf(root ?? key)}@${domain}`
const own = /^ic\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{16})@/

/** Where replies, and reports of failure, to one of our mails are sent: they find back without any header. */
export const replyAddress = (address: string, messageId: string): string =>
  withTag(address, `ic.${own.exec(messageId)?.[2]}`)
export const bounceAddress = (address: string, messageId: string): string =>
  withTag(address, `ib.${own.exec(messageId)?.[1]}`)
const withTag = (address: string, tag: string): string => address.replace(/@(?=[^@]*$)/, `+${tag}@`)

/** Is it the mail that was sent for the key? */
export const isOwn = (messageId: string | undefined, key: string): boolean =>
  messageId !== undefined && own.exec(messageId)?.[1] === keyHash(key)

/** The beginning of the thread as far as these headers tell. */
export const rootIn = (headers: Headers): string | undefined =>
  ids(headers, "references")[0] ?? ids(headers, "in-reply-to")[0] ?? ids(headers, "message-id")[0]

/** The beginning of the thread; a report of failure belongs to the thread of the mail that failed. */
export const rootOf = (mail: Pick<Mail, "headers" | "root" | "enclosed" | "report">): string | undefined => {
  const failed = mail.report === undefined ? undefined : mail.enclosed[0]
  return mail.root ?? (failed && rootIn(failed.headers)) ?? rootIn(mail.headers)
}

/** What to look for when the headers alone do not tell. `address`: that of the mailbox. */
export const clueOf = ({ headers, report, enclosed }: Mail, address: string): Clue | undefined => {
  const references = ids(headers, "references")
  const parents = [...references, ...ids(headers, "in-reply-to")]
  const ours = parents.find((id) => own.test(id))
  // Mailers with little room keep the end of the references and lose their beginning.
  if (ours !== undefined && ours !== references[0] && own.exec(ours)![2] !== tokenOf(references[0] ?? "")) {
    return { _tag: "Id", id: ours }
  }
  if (references.length > 0) return undefined
  const token = taggedIn(headers)
  if (token !== undefined) return { _tag: "Piece", piece: token }
  if (parents[0] !== undefined) return { _tag: "Id", id: parents[0] }
  if (report !== undefined) {
    const failed = enclosed[0] && ids(enclosed[0].headers, "message-id")[0]
    return failed !== undefined && ids(enclosed[0]!.headers, "references").length === 0
      ? { _tag: "Id", id: failed }
      : undefined
  }
  const [sender] = mailboxes(headers, "from")
  return sender === undefined ? undefined : sameMatter(field(headers, "subject") ?? "", sender, address)
}

// ---------------------------------------------------------------------------------------------------------------------

/** `support+ic.THREAD@` and `support+ib.KEY@`, wherever a server notes the address that a mail was for. */
const taggedIn = (headers: Headers): string | undefined => {
  const fields = ["delivered-to", "x-original-to", "envelope-to", "to", "cc"]
  const text = fields.map((name) => raw(headers, name) ?? "").join(" ")
  const match = /\+i([cb])\.([A-Za-z0-9_-]{16,22})@/.exec(text)
  if (match === null) return undefined
  return match[1] === "c" ? `.${match[2]}@` : `ic.${match[2]}.`
}

/** Shorter subjects ("Re: Hello") say nothing about the matter. */
const SUBJECT_LENGTH_MIN = 6

const sameMatter = (subject: string, from: EmailAddress.Address, address: string): Clue | undefined => {
  if (from.address === address.toLowerCase() || from.role) return undefined
  const tag = /\[[^\]#]{0,30}#\s?[\w-]{1,30}\]/.exec(subject)?.[0]
  if (tag !== undefined) return { _tag: "Subject", subject: tag, from: from.address, isWhole: false }
  const base = baseSubject(subject)
  return isReply(subject) && base.length >= SUBJECT_LENGTH_MIN
    ? { _tag: "Subject", subject: base, from: from.address, isWhole: true }
    : undefined
}
