/** What people read: the timeline entry of an interaction and the card of a customer. Pure, and in no vendor's format. */
import type { Timeline } from "@interchannel/connector"
import {
  type Contact,
  Contacts,
  type Interaction,
  type InteractionKind,
  Own,
  type Participant
} from "@interchannel/domain"

/** What rendering may know about the contacts of an interaction. */
export interface Reader {
  readonly own: Own.Own
  readonly contactOf: (interaction: Interaction, participant: Participant) => Contact | undefined
  /** Title of a Connection as its connector has it, and its id: `Chat`, `support-eu`. */
  readonly titleOf: (connection: string) => string
}

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

export const entry = (interaction: Interaction, reader: Reader): Timeline.Entry => {
  const { sender, others } = partiesOf(interaction, reader)
  return {
    kind: interaction.kind,
    direction: interaction.direction,
    startedAt: interaction.startedAt,
    ...(interaction.endedAt === undefined ? {} : { endedAt: interaction.endedAt }),
    title: titleOf(interaction, reader),
    body: bodyOf(interaction),
    ...(interaction.outcome === undefined ? {} : { outcome: interaction.outcome }),
    ...(sender === undefined ? {} : { from: sender }),
    to: others,
    links: interaction.links ?? [],
    details: interaction.details
  }
}

/** `Chat from Ana Example in #acme, Chat (support)`; `Call (missed) from +12025550100, Phone (hotline)`. */
export const titleOf = (interaction: Interaction, reader: Reader): string => {
  const { sender } = partiesOf(interaction, reader)
  const name = sender?.name ?? sender?.handle?.value
  const { disposition } = { disposition: undefined, ...(interaction.kind === "voice" ? interaction.details : {}) }
  const { channel } = { channel: undefined, ...(interaction.kind === "chat" ? interaction.details : {}) }
  return [
    kindWords[interaction.kind],
    disposition === undefined ? "" : ` (${disposition})`,
    name === undefined ? "" : ` from ${name}`,
    // An id says nothing to a reader.
    channel === undefined || !/^[#@]/.test(channel) ? "" : ` in ${channel}`,
    interaction.subject === undefined || interaction.subject === "" ? "" : `: ${interaction.subject}`,
    `, ${reader.titleOf(interaction.connection)}`
  ].join("")
}

/** A customer's card: who it is in the other systems, and what happened there last. */
export const card = (options: {
  readonly person: ReadonlyArray<Contact>
  /** Newest first, of the other Connections. */
  readonly recent: ReadonlyArray<Interaction>
  readonly reader: Reader
}): Timeline.Card => {
  const { person, recent, reader } = options
  const named = person.map(Contacts.displayName).find((name) => name !== undefined)
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
          value: Contacts.displayName(contact) ?? contact.ref.id,
          url: contact.url!
        }))
    ],
    recent: recent.slice(0, CARD_RECENT_MAX).map((interaction) => ({
      at: interaction.startedAt,
      kind: interaction.kind,
      where: reader.titleOf(interaction.connection),
      text: shorten(interaction.subject ?? interaction.text ?? interaction.outcome ?? kindWords[interaction.kind]),
      ...(interaction.links?.[0] === undefined ? {} : { url: interaction.links[0].url })
    }))
  }
}

// ---------------------------------------------------------------------------------------------------------------------

/** Who it came from, and all others. */
const partiesOf = (interaction: Interaction, reader: Reader) => {
  const { participants } = interaction
  const from = participants.find(({ place }) => place === "from") ?? participants[0]
  return {
    sender: from && partyOf(interaction, from, reader),
    others: participants.filter((one) => one !== from).map((one) => partyOf(interaction, one, reader))
  }
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

const bodyOf = (interaction: Interaction): string => {
  const paragraphs = [
    interaction.text,
    ...("transcripts" in interaction.details ? (interaction.details.transcripts ?? []).map(({ text }) => text) : []),
    ...("attachments" in interaction.details
      ? (interaction.details.attachments ?? []).map(({ name, id }) => `[${name ?? id}]`)
      : []),
    "edits" in interaction.details && (interaction.details.edits ?? []).length > 0 ? "(edited)" : undefined
  ]
  return paragraphs.filter((paragraph) => paragraph !== undefined && paragraph !== "").join("\n\n")
}

const shorten = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim()
  return line.length <= CARD_TEXT_LENGTH_MAX ? line : `${line.slice(0, CARD_TEXT_LENGTH_MAX - 1)}…`
}
