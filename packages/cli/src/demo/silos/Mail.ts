/** The company's mailbox, and who writes to it. */
import type { Emulator } from "@interchannel/connector/testing"
import { type Account, type EmailEmulator, type Letter, startEmail } from "@interchannel/connector-email/emulator"
import * as Effect from "effect/Effect"
import * as Cast from "../Cast.ts"

/** A mail that is spoken of again. */
type Label = string

interface Written {
  readonly on: "mail"
  readonly subject: string
  readonly text: string
  readonly as?: Label
  /** The mail that it answers. */
  readonly under?: Label
}

export type Deed =
  /** A customer writes; `second`: from their other mailbox. */
  | (Written & { readonly does: "write"; readonly who: Cast.CustomerName; readonly from?: "second" })
  /** Staff writes, from the company's mailbox. */
  | (Written & { readonly does: "write to"; readonly to: ReadonlyArray<Cast.CustomerName> })
  /** A customer's mailbox answers by itself. */
  | (Written & { readonly does: "answer by itself"; readonly who: Cast.CustomerName })
  | (Written & { readonly does: "send a newsletter"; readonly who: Cast.CustomerName })
  /** A mail did not reach this customer. */
  | { readonly on: "mail"; readonly does: "bounce"; readonly of: Label; readonly who: Cast.CustomerName }
  /** A colleague passes on what a customer wrote to them alone. */
  | (Written & { readonly does: "pass on"; readonly by: Cast.StaffName; readonly who: Cast.CustomerName })
  /** A customer invites to a meeting. */
  | (Written & { readonly does: "invite"; readonly who: Cast.CustomerName; readonly inHours: number })

export interface Mail {
  readonly email: EmailEmulator
  readonly addresses: Addresses
  readonly perform: (deed: Deed) => void
}

/** What a daemon needs to know to connect. */
export interface Addresses {
  readonly user: string
  readonly password: string
  readonly settings: ReturnType<EmailEmulator["configured"]>["settings"] & {
    readonly authenticator: string
    readonly aliases: ReadonlyArray<string>
  }
}

/** The name under which the mail host states whether a sender is who they say. */
const AUTHENTICATOR = `mx.${Cast.company.domain}`

export const open = (options: { readonly clock: Emulator.Emulator["clock"] }) =>
  Effect.map(startEmail(options), (email): Mail => {
    const account = email.world.addAccount(Cast.company.mailbox)
    const { user, password } = account
    const ids = new Map<Label, string>()
    const { settings } = email.configured(account)
    return {
      email,
      addresses: {
        user,
        password,
        settings: { ...settings, authenticator: AUTHENTICATOR, aliases: [`@${Cast.company.domain}`] }
      },
      perform: (deed) => perform({ email, account, ids }, deed)
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

interface Hands {
  readonly email: EmailEmulator
  readonly account: Account
  /** Message-IDs by label. */
  readonly ids: Map<Label, string>
}

const perform = (hands: Hands, deed: Deed): void => {
  const { email, account, ids } = hands
  const letter = letterOf(hands, deed)
  const under = "under" in deed && deed.under !== undefined ? { references: [idOf(hands, deed.under)] } : {}
  const { messageId } = email.world.deliver(account, { ...letter, ...under })
  if ("as" in deed && deed.as !== undefined) ids.set(deed.as, messageId)
}

const letterOf = (hands: Hands, deed: Deed): Letter => {
  switch (deed.does) {
    case "write":
      return letter(deed, mailboxOf(deed.who, deed.from), genuine(deed.who, deed.from))
    case "write to":
      return { ...letter(deed, OURS), to: deed.to.map((who) => mailboxOf(who)).join(", "), folder: "Sent" }
    case "answer by itself":
      return letter(deed, mailboxOf(deed.who), { ...genuine(deed.who), "Auto-Submitted": "auto-replied" })
    case "send a newsletter":
      return letter(deed, mailboxOf(deed.who), { ...genuine(deed.who), "List-Id": `<news.${domainOf(deed.who)}>` })
    case "bounce":
      return bounce(idOf(hands, deed.of), Cast.customerOf(deed.who).email)
    case "pass on": {
      const { name, email } = Cast.staff[deed.by]
      const text = `Can you take this one?\n\n---------- Forwarded message ----------\nFrom: ${mailboxOf(deed.who)}\nSubject: ${deed.subject}\n\n${deed.text}`
      return { from: `${name} <${email}>`, subject: `Fwd: ${deed.subject}`, text }
    }
    case "invite": {
      const startsAt = Math.ceil(hands.email.clock.now() / HOUR_MS + deed.inHours) * HOUR_MS
      return {
        ...letter(deed, mailboxOf(deed.who), {
          ...genuine(deed.who),
          "Content-Type": "text/calendar; charset=utf-8; method=REQUEST"
        }),
        text: invitation(deed, startsAt)
      }
    }
  }
}

const HOUR_MS = 3_600_000
const OURS = `${Cast.company.name} <${Cast.company.mailbox}>`

const letter = (
  { subject, text }: Pick<Written, "subject" | "text">,
  from: string,
  headers: Readonly<Record<string, string>> = {}
): Letter => ({ from, subject, text, headers })

const mailboxOf = (who: Cast.CustomerName, from?: "second"): string => {
  const { name, email, alsoAs } = Cast.customerOf(who)
  return `${name} <${from === "second" && alsoAs !== undefined ? alsoAs : email}>`
}

const domainOf = (who: Cast.CustomerName, from?: "second"): string => /@([^>]+)>$/.exec(mailboxOf(who, from))?.[1] ?? ""

/** The mail host checked the sender. */
const genuine = (who: Cast.CustomerName, from?: "second") => ({
  "Authentication-Results": `${AUTHENTICATOR}; dmarc=pass header.from=${domainOf(who, from)}`
})

/** RFC 3464. */
const bounce = (failed: string, recipient: string): Letter => {
  const parts = [
    `Content-Type: text/plain; charset=utf-8\n\nYour mail could not be delivered.`,
    `Content-Type: message/delivery-status\n\nReporting-MTA: dns; ${AUTHENTICATOR}\n\nFinal-Recipient: rfc822; ${recipient}\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 mailbox full`,
    `Content-Type: text/rfc822-headers\n\nMessage-ID: <${failed}>\nFrom: ${OURS}\nTo: ${recipient}`
  ]
  return {
    from: `Mail Delivery System <mailer-daemon@${AUTHENTICATOR}>`,
    subject: "Undelivered Mail Returned to Sender",
    headers: { "Content-Type": 'multipart/report; report-type=delivery-status; boundary="part"' },
    text: `${parts.map((part) => `--part\n${part}\n`).join("")}--part--`
  }
}

/** RFC 5545. */
const invitation = (deed: Deed & { readonly does: "invite" }, startsAt: number): string => {
  const time = (at: number) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, "")
  const { name, email } = Cast.customerOf(deed.who)
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "METHOD:REQUEST",
    "BEGIN:VEVENT",
    `UID:${deed.who}-meeting@${domainOf(deed.who)}`,
    `DTSTAMP:${time(startsAt)}`,
    `DTSTART:${time(startsAt)}`,
    `DTEND:${time(startsAt + HOUR_MS)}`,
    `SUMMARY:${deed.subject}`,
    `DESCRIPTION:${deed.text}`,
    `ORGANIZER;CN=${name}:mailto:${email}`,
    `ATTENDEE:mailto:${Cast.company.mailbox}`,
    "END:VEVENT",
    "END:VCALENDAR"
  ].join("\n")
}

const idOf = ({ ids }: Hands, label: Label): string => {
  const id = ids.get(label)
  if (id === undefined) throw new Error(`the script speaks of the mail ${label} before it is written`)
  return id
}
