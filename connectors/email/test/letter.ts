/** A mail out of its source, as the connector would keep it. */
import { read } from "../src/mail.ts"
import type { Mail } from "../src/wire.ts"
import { accountOf, tell } from "./reading.ts"

export const RECEIVED = Date.UTC(2026, 4, 4, 9)
export const account = accountOf("desk", { imapPort: 1 }, { authenticator: "mx.example.com" })

export const letter = (source: string, more: Partial<Mail> = {}): Promise<Mail> =>
  read(
    {
      seq: 1,
      uid: 7,
      modseq: 3n,
      flags: new Set<string>(),
      internalDate: new Date(RECEIVED),
      size: source.length,
      source: Buffer.from(source.replace(/\n/g, "\r\n"))
    },
    { folder: "INBOX", uidValidity: "11" }
  ).then((mail) => ({ ...mail, ...more }))

/** What a mail tells, its interaction first. */
export const told = async (source: string, more: Partial<Mail> = {}) => tell(await letter(source, more), account)
