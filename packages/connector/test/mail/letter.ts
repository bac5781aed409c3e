/** A mail out of its source, as a connector would keep it, and what it tells. */
import * as MailParts from "../../src/mail/MailParts.ts"
import * as Mime from "../../src/mail/Mime.ts"

export const RECEIVED = Date.UTC(2026, 4, 4, 9)

/** Its parts in the mailbox desk@example.com, its interaction first. */
export const told = async (source: string, more: Partial<MailParts.About> = {}) => {
  const bytes = Buffer.from(source.replace(/\n/g, "\r\n"))
  const mail = { receivedAt: RECEIVED, bytes: bytes.length, attachments: [], ...(await Mime.read(bytes, "INBOX 11/7")) }
  return MailParts.parts(mail, {
    own: ["desk@example.com"],
    authenticator: "mx.example.com",
    isJunk: false,
    changes: 3,
    order: 7,
    attachmentId: (part) => `INBOX/11/7/${part}`,
    ...more
  })
}
