/**
 * A mail to parts. Pure. A mail is one Interaction, an invitation an appointment; everybody outside who is in it is a
 * Contact of kind `address`.
 *
 *   message  MESSAGE-ID~DIGEST      thread  MESSAGE-ID of its beginning      appointment  UID      mailbox  ADDRESS
 *
 * The digest covers author, date and subject: copies of one mail in several folders are one Interaction, and a stranger who
 * takes over a known Message-ID does not write into somebody else's mail.
 */
import { Handle, Key, type LocalRef, Part, type Participant, Ref, Version } from "@interchannel/domain"
import { isTrusted } from "./Authentication.ts"
import { type Appointment, read as readAppointment } from "./Calendar.ts"
import { date, field, ids, type Mailbox, mailboxes, raw } from "./Headers.ts"
import type { Mail } from "./Mail.ts"
import { strip } from "./Quoted.ts"
import * as Report from "./Report.ts"
import { authorOf, forwarded, isMachine, isOwn, listOf, type Sort, sortOf } from "./Sort.ts"
import { isOwn as isOwnWriting, rootOf } from "./Thread.ts"

/** What the mailbox tells of a mail besides the mail itself. */
export interface About {
  /** Addresses whose mail is our own; `@` and a domain stand for all of them there. */
  readonly own: ReadonlyArray<string>
  /** The name under which our own mail server states its checks (RFC 8601 §2.5). */
  readonly authenticator: string | undefined
  readonly isJunk: boolean
  /** Counts what happened to the mail since it came, such as marks; 0 where the vendor does not count. */
  readonly changes: number
  /** Tells mails apart that came at one instant. */
  readonly order: number
  readonly attachmentId: (part: string) => string
}

/** The header in which our mails carry the key of the action that wrote them. */
export const MARKER = "x-interchannel-key"

/** The ref of a mail by its author, date and subject; without a Message-ID its text and size count too. */
export const messageRef = (
  of: Pick<Mail, "headers"> & Partial<Pick<Mail, "receivedAt" | "text" | "bytes">>
): LocalRef => {
  const { headers } = of
  const [id] = ids(headers, "message-id")
  const [from] = mailboxes(headers, "from")
  const said = [
    from?.address ?? raw(headers, "from") ?? "",
    String(date(headers) ?? of.receivedAt ?? 0),
    field(headers, "subject") ?? "",
    ...(id === undefined ? [of.text ?? "", String(of.bytes)] : [])
  ]
  return Ref.local("message", `${id ?? "none"}~${Key.derive("m", ...said).slice(2, 14)}`)
}

/** A thread without any Message-ID is that of its only mail. */
export const threadRef = (mail: Mail): LocalRef => {
  const root = rootOf(mail)
  return Ref.local("thread", root ?? messageRef(mail).id)
}

export const parts = (item: Mail, about: About): ReadonlyArray<Part.Outcome> => {
  const ref = messageRef(item)
  const version = Version.make(item.receivedAt, about.changes)
  if (about.isJunk) return [Part.tombstone("interaction", ref, version)]
  const sort = sortOf(item, about.own)
  const people = peopleOf(item, sort, about)
  const appointment = item.calendar === undefined ? undefined : readAppointment(item.calendar)
  const part =
    appointment === undefined
      ? messageOf(item, sort, about, people, { ref, version })
      : appointmentOf(item, appointment, about.own, people)
  return [part, ...people.flatMap((one) => contactOf(one, item, about.order))]
}

// ---------------------------------------------------------------------------------------------------------------------

interface Person {
  readonly mailbox: Mailbox
  readonly place: NonNullable<Participant["place"]>
  readonly role: Participant["role"]
  readonly verified?: true | undefined
}

const peopleOf = (item: Mail, sort: Sort, { own, authenticator }: About): ReadonlyArray<Person> => {
  const author = authorOf(item, own)
  const [from] = mailboxes(item.headers, "from")
  const isSystem = sort === "bounce" || (author !== undefined && isMachine(author.address))
  const inner =
    sort === "forward" && author !== undefined && isOwn(own, author.address) ? forwarded(item)?.from : undefined
  const found = new Map<string, Person>()
  const add = (mailbox: Mailbox, place: Person["place"], more: Partial<Person> = {}): void => {
    if (found.has(mailbox.address)) return
    const role = isOwn(own, mailbox.address)
      ? ("agent" as const)
      : isMachine(mailbox.address)
        ? ("system" as const)
        : undefined
    found.set(mailbox.address, { mailbox, place, role, ...more })
  }
  // What one of us passed on was written by the customer inside.
  if (inner !== undefined) add(inner, "from")
  if (author !== undefined) {
    const verified = author.address === from?.address && isTrusted(item.headers, author, authenticator)
    add(author, inner === undefined ? "from" : "cc", {
      ...(isSystem ? { role: "system" } : {}),
      verified: verified || undefined
    })
  }
  if (sort === "bounce") for (const failed of Report.recipients(item)) add(failed, "to")
  else {
    for (const place of ["to", "cc", "bcc"] as const) {
      for (const mailbox of mailboxes(item.headers, place)) add(mailbox, place)
    }
  }
  return [...found.values()]
}

const mailboxRef = ({ address }: Mailbox): LocalRef => Ref.local("mailbox", address)

const handleOf = ({ mailbox, verified }: Person): Handle.Handle | undefined =>
  Handle.email(mailbox.address, verified === undefined ? {} : { verified })

const participantOf = (person: Person): Participant => ({
  role: person.role,
  contact: mailboxRef(person.mailbox),
  handle: handleOf(person),
  name: person.mailbox.displayName,
  place: person.place
})

/** Lists, machines and our own addresses are nobody's record. */
const contactOf = (person: Person, item: Mail, order: number): ReadonlyArray<Part.Part> => {
  const handle = handleOf(person)
  if (person.role !== undefined || handle === undefined || raw(item.headers, "list-id") !== undefined) return []
  const full = person.mailbox.displayName
  return [
    Part.contact({
      kind: "address",
      ref: mailboxRef(person.mailbox),
      // Later mails that only mention the address take nothing of it back.
      part: person.verified === undefined ? Part.WHOLE : "verified",
      version: Version.make(item.receivedAt, order),
      fields: { handles: [handle], name: full === undefined ? undefined : { full } }
    })
  ]
}

/** A clock that is wrong must not put a mail into the future. */
const AHEAD_MAX_MS = 24 * 3_600_000

const sentAt = (item: Mail): number => {
  const stated = date(item.headers)
  return stated === undefined || stated > item.receivedAt + AHEAD_MAX_MS ? item.receivedAt : stated
}

const messageOf = (
  item: Mail,
  sort: Sort,
  about: About,
  people: ReadonlyArray<Person>,
  at: Pick<Part.InteractionPart, "ref" | "version">
): Part.Part => {
  const { headers } = item
  const key = raw(headers, MARKER)?.trim()
  const [messageId] = ids(headers, "message-id")
  const writer = people.find(({ place }) => place === "from")
  return Part.interaction({
    ...at,
    // Anyone can write the header; only we can write one that fits the Message-ID and comes from our address.
    marker: key !== undefined && writer?.role === "agent" && isOwnWriting(messageId, key) ? key : undefined,
    fields: {
      kind: "email",
      direction: writer?.role === "agent" ? "outbound" : "inbound",
      startedAt: sentAt(item),
      conversation: threadRef(item),
      participants: people.map(participantOf),
      subject: field(headers, "subject"),
      text: textOf(item, sort) || undefined,
      outcome: sort === "bounce" ? Report.outcome(item) : undefined,
      details: detailsOf(item, sort, about)
    }
  })
}

const textOf = (item: Mail, sort: Sort): string => {
  const text = item.text ?? ""
  if (sort === "forward") return text === "" ? (forwarded(item)?.text ?? "") : text
  return sort === "message" || sort === "auto-reply" || sort === "calendar" ? strip(text) : text.trim()
}

const detailsOf = (item: Mail, sort: Sort, { own, attachmentId }: About) => {
  const { attachments, headers } = item
  const references = ids(headers, "references")
  return {
    sort,
    messageId: ids(headers, "message-id")[0],
    inReplyTo: ids(headers, "in-reply-to")[0],
    references: references.length === 0 ? undefined : references,
    listId: listOf(item, own),
    html: item.html,
    autoSubmitted: field(headers, "auto-submitted")?.slice(0, 100),
    attachments:
      attachments.length === 0
        ? undefined
        : attachments.map(({ part, ...media }) => ({ id: attachmentId(part), ...media }))
  }
}

const answers: Readonly<Record<string, string>> = {
  ACCEPTED: "accepted",
  DECLINED: "declined",
  TENTATIVE: "accepted with reservation"
}

const appointmentOf = (
  item: Mail,
  appointment: Appointment,
  own: ReadonlyArray<string>,
  people: ReadonlyArray<Person>
): Part.Part => {
  const { uid, method, sequence, startsAt, endsAt, summary, place, status, organizer, attendees } = appointment
  const answering = method === "REPLY" ? attendees.find(({ answer }) => answer !== undefined) : undefined
  const cancelled = method === "CANCEL" || status === "CANCELLED"
  const said =
    status === "TENTATIVE" ? ("tentative" as const) : status === "CONFIRMED" ? ("confirmed" as const) : undefined
  const answer = answering && answers[answering.answer ?? ""]
  return Part.interaction({
    ref: Ref.local("appointment", uid),
    // An answer is told beside the invitation, and does not take its place.
    part: answering === undefined ? Part.WHOLE : `answer of ${answering.address.toLowerCase()}`.slice(0, 200),
    version: Version.make(item.receivedAt, sequence),
    fields: {
      kind: "appointment",
      direction: organizer !== undefined && isOwn(own, organizer.toLowerCase()) ? "outbound" : "inbound",
      startedAt: startsAt,
      endedAt: endsAt,
      conversation: threadRef(item),
      participants: people.map(participantOf),
      subject: summary ?? field(item.headers, "subject"),
      text: (method === "REPLY" ? "" : textOf(item, "calendar")) || undefined,
      outcome: answer === undefined ? undefined : `${answer} by ${answering!.address}`,
      details: { uid, place, status: cancelled ? "cancelled" : said }
    }
  })
}
