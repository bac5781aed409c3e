/** A mail that is to be sent, as the bytes that go over the wire. The same draft gives the same bytes, but for MIME boundaries. */
import { type Draft, MailParts } from "@interchannel/connector/mail"
import { createTransport } from "nodemailer"

export const compose = async (draft: Draft.Draft): Promise<Buffer> => {
  const { references, replyTo } = draft
  const parent = references.at(-1)
  const { message } = await createTransport({ streamTransport: true, buffer: true, newline: "windows" }).sendMail({
    messageId: `<${draft.messageId}>`,
    date: new Date(draft.at),
    from: draft.name === undefined ? draft.from : { name: draft.name, address: draft.from },
    to: [...draft.to],
    ...(replyTo === undefined ? {} : { replyTo }),
    subject: draft.subject,
    text: draft.text,
    ...(parent === undefined
      ? {}
      : { inReplyTo: `<${parent}>`, references: references.map((id) => `<${id}>`).join(" ") }),
    headers: { [MailParts.MARKER]: draft.key },
    disableFileAccess: true,
    disableUrlAccess: true
  })
  return message as Buffer
}
