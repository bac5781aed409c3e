/** A mail that is to be sent: the first of a thread, or the answer to its youngest. Pure: the same input gives the same mail. */
import { EmailAddress, type LocalRef } from "@interchannel/domain"
import type { Input } from "../Action.ts"
import { baseSubject, field, ids, mailboxes } from "./Headers.ts"
import type { Mail } from "./Mail.ts"
import { messageRef } from "./MailParts.ts"
import { isMachine, isOwn } from "./Sort.ts"
import { bounceAddress, ownMessageId, replyAddress } from "./Thread.ts"

export interface Draft {
  readonly ref: LocalRef
  readonly key: string
  /** Carries the key: by it the mail is known again, also in the folder of sent mail. */
  readonly messageId: string
  readonly at: number
  readonly from: string
  readonly name: string | undefined
  readonly to: ReadonlyArray<string>
  readonly subject: string
  readonly text: string
  /** The thread so far, oldest first; empty when the mail begins one. */
  readonly references: ReadonlyArray<string>
  readonly replyTo: string | undefined
  /** Where reports of failure go. */
  readonly returnPath: string
}

export interface Sender {
  readonly address: string
  readonly name?: string | undefined
  /** Addresses whose mail is our own; `@` and a domain stand for all of them there. */
  readonly own: ReadonlyArray<string>
  /** Mail to `support+anything@` reaches `support@`: replies and bounces find their thread without any header. */
  readonly plusAddresses: boolean
}

/** References that are kept; the first names the thread. */
const REFERENCES_MAX = 20

/** `undefined`: there is nobody to write to. `answered`: the youngest mail of the conversation, when there is one. */
export const make = (
  input: Input<"SendMessage">,
  sender: Sender,
  answered: Pick<Mail, "headers"> | undefined,
  now: number
): Draft | undefined => {
  const to = addressee(input, sender, answered)
  if (to === undefined) return undefined
  const { address, name, plusAddresses } = sender
  const root = answered === undefined ? undefined : input.conversation?.id
  const messageId = ownMessageId(input.key, root, address.slice(address.lastIndexOf("@") + 1))
  const before = answered === undefined ? [] : chainOf(answered)
  const subject =
    input.subject ?? (answered === undefined ? "" : `Re: ${baseSubject(field(answered.headers, "subject") ?? "")}`)
  // Whole seconds, as a Date field has.
  const at = Math.floor(now / 1000) * 1000
  const headers = [
    ["message-id", `<${messageId}>`],
    ["from", address],
    ["date", new Date(at).toISOString()],
    ["subject", subject]
  ] as const
  return {
    ref: messageRef({ headers }),
    key: input.key,
    messageId,
    at,
    from: address,
    name,
    to: [to],
    subject,
    text: input.text,
    references: before.length > REFERENCES_MAX ? [before[0]!, ...before.slice(1 - REFERENCES_MAX)] : before,
    replyTo: plusAddresses ? replyAddress(address, messageId) : undefined,
    returnPath: plusAddresses ? bounceAddress(address, messageId) : address
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const chainOf = ({ headers }: Pick<Mail, "headers">): ReadonlyArray<string> => {
  const references = ids(headers, "references")
  const before = references.length > 0 ? references : ids(headers, "in-reply-to").slice(0, 1)
  return [...new Set([...before, ...ids(headers, "message-id").slice(0, 1)])]
}

/** Who is named, else who last wrote in the thread, else who was last written to. Never a machine (RFC 3834). */
const addressee = (
  { to }: Input<"SendMessage">,
  { own }: Sender,
  answered: Pick<Mail, "headers"> | undefined
): string | undefined => {
  const people = ["reply-to", "from", "to", "cc"].flatMap((name) =>
    answered === undefined ? [] : mailboxes(answered.headers, name)
  )
  const other = people.find(({ address }) => !isOwn(own, address) && !isMachine(address))?.address
  const address = to?.kind === "email" ? to.value : other
  return address !== undefined && EmailAddress.parse(address)._tag === "Address" ? address : undefined
}
