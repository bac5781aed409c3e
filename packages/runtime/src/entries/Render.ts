/** What people read: the timeline entry of an interaction and the card of a customer. Pure, and in no vendor's format. */
import { Text, type Timeline } from "@interchannel/connector"
import {
  type Contact,
  Contacts,
  type Interaction,
  type InteractionKind,
  Own,
  type Participant
} from "@interchannel/domain"
import type { EntryPolicy } from "./EntryPolicy.ts"
import { beginningOf, bodyOf } from "./render/body.ts"
import * as clock from "./render/clock.ts"
import { factsOf } from "./render/facts.ts"
import { threadOf } from "./render/thread.ts"

/** What rendering may know about the contacts of an interaction. */
export interface Reader {
  readonly own: Own.Own
  readonly contactOf: (interaction: Interaction, participant: Participant) => Contact | undefined
  /** Title of a Connection as its connector has it, and its id: `Chat`, `support-eu`. */
  readonly titleOf: (connection: string) => string
}

/** Names in the head of a conversation, characters. */
const PEOPLE_LENGTH_MAX = 200
/** The longest text of one line on a card. */
const CARD_TEXT_LENGTH_MAX = 140
/** Interactions on a card. */
export const CARD_RECENT_MAX = 5

const kindWords: Record<InteractionKind, string> = {
  voice: "Call",
  sms: "Text message",
  chat: "Chat",
  email: "E-mail",
  video: "Video meeting",
  social: "Social post",
  ticket: "Ticket",
  callback: "Call-back",
  web: "Page read",
  form: "Form",
  visit: "Visit",
  "app usage": "App usage",
  purchase: "Purchase",
  appointment: "Appointment",
  survey: "Survey answer",
  note: "Note"
}

/** What an entry shows of an interaction, as far as the destination wants to be told. */
export const entry = (interaction: Interaction, reader: Reader, policy: EntryPolicy): Timeline.Entry => {
  const { sender, others } = partiesOf(interaction, reader)
  const redacted = redactor(policy)
  return {
    kind: interaction.kind,
    direction: interaction.direction,
    startedAt: interaction.startedAt,
    ...(interaction.endedAt === undefined ? {} : { endedAt: interaction.endedAt }),
    title: titleOf(interaction, reader, redacted),
    facts: factsOf(interaction, { from: sender, to: others }, policy.timeZone),
    body: redacted(textOf(interaction, policy)),
    ...(interaction.outcome === undefined ? {} : { outcome: redacted(interaction.outcome) }),
    ...(sender === undefined ? {} : { from: sender }),
    to: others,
    links: linksOf(interaction),
    details: policy.detail === "full" && policy.redact.length === 0 ? interaction.details : withoutTexts(interaction)
  }
}

/** `Chat from Ana Example in #acme, Chat (support)`; `Call (missed) from +12025550100, Phone (hotline)`. */
export const titleOf = (
  interaction: Interaction,
  reader: Reader,
  redacted: (text: string) => string = (text) => text
): string => {
  const { disposition } = { disposition: undefined, ...(interaction.kind === "voice" ? interaction.details : {}) }
  const { channel } = { channel: undefined, ...(interaction.kind === "chat" ? interaction.details : {}) }
  // Names and subjects are what somebody typed: none of them breaks the line, or turns the rest of it around.
  const pieces = [
    wordFor(interaction),
    disposition === undefined || disposition === "voicemail" ? "" : ` (${disposition})`,
    withWhom(interaction, reader),
    // An id says nothing to a reader.
    channel === undefined || !/^[#@]/.test(channel) ? "" : ` in ${channel}`,
    interaction.subject === undefined || interaction.subject === "" ? "" : `: ${redacted(interaction.subject)}`,
    `, ${reader.titleOf(interaction.connection)}`
  ]
  return Text.line(pieces.join(""))
}

export const REDACTED = "[removed]"

/** Takes out of a text what the policy wants to be taken out. */
export const redactor = ({ redact }: Pick<EntryPolicy, "redact">): ((text: string) => string) => {
  const patterns = redact.map(({ pattern, flags }) => new RegExp(pattern, flags))
  return (text) => patterns.reduce((sum, pattern) => sum.replace(pattern, REDACTED), text)
}

/** A conversation as one entry: who said what, in order; of a long one the beginning and what was said last. */
export const conversation = (
  interactions: ReadonlyArray<Interaction>,
  reader: Reader,
  policy: EntryPolicy
): Timeline.Entry => {
  const [first, last] = [interactions[0]!, interactions.at(-1)!]
  if (interactions.length === 1) return entry(first, reader, policy)
  const redacted = redactor(policy)
  const messages = interactions.map((interaction) => ({
    at: interaction.startedAt,
    from: nameOf(partiesOf(interaction, reader).sender) ?? wordFor(interaction),
    text: redacted(bodyOf(interaction))
  }))
  const people = [...new Set(messages.map(({ from }) => from))]
  const endedAt = last.endedAt ?? last.startedAt
  return {
    ...entry(last, reader, { ...policy, detail: "title" }),
    startedAt: first.startedAt,
    ...(endedAt > first.startedAt ? { endedAt } : {}),
    direction: first.direction,
    title: titleOf(first, reader, redacted),
    facts: [
      { label: "When", value: clock.when(first.startedAt, endedAt, policy.timeZone) },
      { label: "Messages", value: `${interactions.length}` },
      { label: "Between", value: beginningOf(people.join(", "), PEOPLE_LENGTH_MAX) }
    ],
    body: threadOf(messages, policy)
  }
}

/** A customer's card: who it is in the other systems, and what happened there last. */
export const card = (options: {
  readonly person: ReadonlyArray<Contact>
  /** Newest first, of the other Connections. */
  readonly recent: ReadonlyArray<Interaction>
  readonly reader: Reader
}): Timeline.Card => {
  const { person, recent, reader } = options
  const [named] = [Contacts.nameOf, Contacts.displayName].flatMap((how) => person.flatMap((one) => how(one) ?? []))
  const organization = person.map((contact) => contact.organizationName).find((name) => name !== undefined)
  const handles = new Map(
    person.flatMap((contact) =>
      contact.handles
        .filter(({ kind }) => kind === "email" || kind === "phone")
        .map((handle) => [handle.value, handle] as const)
    )
  )
  return {
    title: named ?? "Unknown customer",
    ...(organization === undefined ? {} : { subtitle: organization }),
    facts: [
      ...[...handles.values()].map((handle) => ({
        label: handle.kind === "email" ? "E-mail" : "Phone",
        value: handle.value
      })),
      ...person
        .filter((contact) => contact.kind === "record" && contact.url !== undefined)
        .map((contact) => ({
          label: reader.titleOf(contact.connection),
          value: Contacts.label(contact),
          url: contact.url!
        }))
    ],
    recent: recent.slice(0, CARD_RECENT_MAX).map((interaction) => ({
      at: interaction.startedAt,
      kind: interaction.kind,
      where: reader.titleOf(interaction.connection),
      text: beginningOf(glanceAt(interaction, reader), CARD_TEXT_LENGTH_MAX),
      ...(interaction.links?.[0] === undefined ? {} : { url: interaction.links[0].url })
    }))
  }
}

// ---------------------------------------------------------------------------------------------------------------------

/** What it was about, in a line. */
const glanceAt = (interaction: Interaction, reader: Reader): string => {
  if (isUnderWay(interaction)) {
    const { others } = partiesOf(interaction, reader)
    const agents = others.flatMap(({ role, name }) => (role === "agent" && name !== undefined ? [name] : []))
    return agents.length === 0 ? "on the line, nobody has picked up yet" : `on the line with ${agents.join(", ")}`
  }
  const { subject, text, outcome, kind, details } = interaction
  const disposition = kind === "voice" && details.disposition !== undefined ? ` (${details.disposition})` : ""
  return subject ?? text ?? outcome ?? `${wordFor(interaction)}${disposition}`
}

/** The vendor tells of a strand that has begun and of no end; a call that somebody logged by hand is over. */
const isUnderWay = (interaction: Interaction): boolean =>
  interaction.kind === "voice" &&
  interaction.endedAt === undefined &&
  (interaction.details.legs ?? []).some(
    ({ parent, startedAt, endedAt }) => parent === undefined && startedAt !== undefined && endedAt === undefined
  )

/** Who it came from, and all others. Where the vendor does not say from whom, it is one of ours unless it came in. */
const partiesOf = (interaction: Interaction, reader: Reader) => {
  const parties = interaction.participants.map((one) => ({ ...partyOf(interaction, one, reader), place: one.place }))
  const first = interaction.direction === "inbound" ? parties[0] : parties.find(({ role }) => role !== "customer")
  const from = parties.find(({ place }) => place === "from") ?? first
  const bare = ({ place: _, ...party }: (typeof parties)[number]): Timeline.Party => party
  return { sender: from && bare(from), others: parties.filter((one) => one !== from).map(bare) }
}

const partyOf = (interaction: Interaction, participant: Participant, reader: Reader): Timeline.Party => {
  const contact = reader.contactOf(interaction, participant)
  const name = participant.name ?? (contact === undefined ? undefined : Contacts.displayName(contact))
  const handle = participant.handle ?? contact?.handles[0]
  return {
    role: Own.roleOf(reader.own, participant, contact),
    ...(name === undefined ? {} : { name }),
    ...(handle === undefined ? {} : { handle })
  }
}

/** `from` who began it; where one of ours reached out to a customer, `to` whom. */
const withWhom = (interaction: Interaction, reader: Reader): string => {
  const { sender, others } = partiesOf(interaction, reader)
  const reached = others.find(({ role }) => role === "customer")
  const to = interaction.direction === "outbound" && reachesOut.has(interaction.kind) ? nameOf(reached) : undefined
  if (to !== undefined) return ` to ${to}`
  const from = nameOf(sender)
  return from === undefined ? "" : ` from ${from}`
}

const nameOf = (party: Timeline.Party | undefined): string | undefined => party?.name ?? party?.handle?.value

const reachesOut: ReadonlySet<InteractionKind> = new Set(["voice", "video", "sms", "email", "callback", "appointment"])

/** Networks that people call by their name. */
const services: Readonly<Record<string, string>> = {
  whatsapp: "WhatsApp message",
  messenger: "Messenger message",
  rcs: "RCS message",
  telegram: "Telegram message"
}

const wordFor = (interaction: Interaction): string => {
  if (interaction.kind === "voice" && interaction.details.disposition === "voicemail") return "Voicemail"
  const service = interaction.kind === "chat" ? interaction.details.service?.toLowerCase() : undefined
  return services[service ?? ""] ?? kindWords[interaction.kind]
}

/** The beginning that a `summary` shows, characters. */
const SUMMARY_LENGTH_MAX = 280

const textOf = (interaction: Interaction, { detail }: EntryPolicy): string => {
  if (detail === "title") return ""
  const body = bodyOf(interaction)
  return detail === "summary" ? beginningOf(body, SUMMARY_LENGTH_MAX) : body
}

/** Recordings are linked where a reader can open them; whatever the vendor says of the record itself comes first. */
const linksOf = ({ links = [], details }: Interaction): Timeline.Entry["links"] => {
  const recordings = ("recordings" in details ? (details.recordings ?? []) : []).flatMap(({ url, durationSeconds }) => {
    if (url === undefined || !/^https?:\/\//i.test(url)) return []
    return [{ label: durationSeconds === undefined ? "Recording" : `Recording, ${clock.length(durationSeconds)}`, url }]
  })
  const join = "joinUrl" in details && details.joinUrl !== undefined ? [{ label: "Join", url: details.joinUrl }] : []
  return [...new Map([...links, ...recordings, ...join].map((link) => [link.url, link])).values()]
}

/** Fields that hold what people wrote; a connector must not find there what the body leaves out. */
const textDetails: ReadonlySet<string> = new Set([
  "transcripts",
  "html",
  "headers",
  "answers",
  "attachments",
  "purpose"
])

const withoutTexts = ({ details }: Interaction): Interaction["details"] =>
  Object.fromEntries(Object.entries(details).filter(([name]) => !textDetails.has(name)))
