/** Timeline entries as HubSpot objects: what of an Entry goes into which property, and what a person's entry tells us. Pure. */
import { Html, Marker, Text, type Timeline, Wire } from "@interchannel/connector"
import {
  Handle,
  Instant,
  type Interaction,
  type InteractionFields,
  type Interactions,
  type Participant,
  Ref
} from "@interchannel/domain"
import type { EngagementType } from "./objects.ts"
import type { CrmRecord, Properties } from "./wire.ts"

/** HubSpot refuses longer texts in one property. */
export const BODY_CHARACTERS_MAX = 65_536
/** Facts are for a glance. */
const FACTS_CHARACTERS_MAX = 4_000
/** One line that a reader sees whole. */
export const TITLE_CHARACTERS_MAX = 300

/** The properties that hold what a person reads, and may edit. */
const readable: Readonly<Record<EngagementType, { readonly title?: string; readonly body: string }>> = {
  calls: { title: "hs_call_title", body: "hs_call_body" },
  emails: { title: "hs_email_subject", body: "hs_email_html" },
  notes: { body: "hs_note_body" },
  meetings: { title: "hs_meeting_title", body: "hs_meeting_body" },
  communications: { body: "hs_communication_body" }
}

/** What is asked for when entries are read. */
export const engagementProperties = (type: EngagementType): ReadonlyArray<string> => {
  const { title, body } = readable[type]
  const own: Readonly<Record<EngagementType, ReadonlyArray<string>>> = {
    calls: ["direction", "duration", "status", "from_number", "to_number", "recording_url", "external_id"].map(
      (name) => `hs_call_${name}`
    ),
    emails: ["direction", "text", "headers", "message_id"].map((name) => `hs_email_${name}`),
    notes: [],
    meetings: ["start_time", "end_time", "outcome", "location", "external_url"].map((name) => `hs_meeting_${name}`),
    communications: ["hs_communication_channel_type"]
  }
  const ours = ["hs_timestamp", "hs_lastmodifieddate", "hubspot_owner_id", body]
  return [...ours, ...(title === undefined ? [] : [title]), ...own[type]]
}

/** The kind of HubSpot entry that shows an Entry best. */
export const typeFor = (entry: Timeline.Entry): EngagementType => {
  switch (entry.kind) {
    case "voice":
      return "calls"
    case "email":
      return "emails"
    case "video":
    case "appointment":
      return "meetings"
    default:
      return channelOf(entry) === undefined ? "notes" : "communications"
  }
}

/** All that is written of an Entry. `hs_timestamp` puts it at its own time in the timeline, also in the past. */
export const propertiesOf = (
  type: EngagementType,
  entry: Timeline.Entry,
  ownerId?: string
): Readonly<Record<string, string>> => {
  const { title, body } = readable[type]
  return {
    hs_timestamp: Instant.toIso(entry.startedAt),
    ...(ownerId === undefined ? {} : { hubspot_owner_id: ownerId }),
    ...(title === undefined ? {} : { [title]: Text.cut(entry.title, TITLE_CHARACTERS_MAX) }),
    [body]: bodyOf(type, entry),
    ...special(type, entry)
  }
}

/** Equal for two states of an entry that read the same; HubSpot is free to rewrite the markup. */
export const fingerprint = (type: EngagementType, properties: Properties): string => {
  const { title, body } = readable[type]
  const at = properties["hs_timestamp"]
  return Marker.fingerprint({
    title: title === undefined ? "" : (properties[title] ?? ""),
    body: Html.toText(properties[body] ?? "").replace(/\s+/g, " "),
    at: at === undefined || at === null ? "" : (timeOf(at) ?? at)
  })
}

/** What an entry in HubSpot tells about the Interaction it logs. */
export const toFields = (
  type: EngagementType,
  record: CrmRecord,
  defaultRegion: string | undefined
): InteractionFields => {
  const { title, body } = readable[type]
  const at = timeOf(record.properties["hs_timestamp"]) ?? record.createdAt ?? record.updatedAt
  const said = text(record, body) ?? (type === "emails" ? text(record, "hs_email_text") : undefined)
  return {
    startedAt: at,
    participants: participantsOf(record, defaultRegion),
    subject: title === undefined ? undefined : text(record, title),
    text: said === undefined ? undefined : Html.toText(said),
    ...detailsOf(type, record, at)
  } as InteractionFields
}

// ---------------------------------------------------------------------------------------------------------------------

/** The networks that HubSpot's communications know; other chats become notes. */
const channelOf = (entry: Timeline.Entry): string | undefined => {
  if (entry.kind === "sms") return "SMS"
  if (entry.kind === "chat" && "service" in entry.details && entry.details.service === "whatsapp") return "WHATS_APP"
  if (entry.kind === "social" && "network" in entry.details && entry.details.network === "linkedin") {
    return "LINKEDIN_MESSAGE"
  }
  return undefined
}

/** HubSpot shows the time itself, in its reader's zone, and has fields for the length of calls and meetings. */
const factsOf = (type: EngagementType, { facts }: Timeline.Entry): string => {
  const shown: ReadonlyArray<string> = type === "calls" || type === "meetings" ? ["When", "Duration"] : ["When"]
  const lines = facts.filter(({ label }) => !shown.includes(label)).map(({ label, value }) => `${label}: ${value}`)
  return Html.fromTextWithin(lines.join("\n"), FACTS_CHARACTERS_MAX)
}

/** The links stay whole, whatever has to be cut: they lead to what is missing. */
const bodyOf = (type: EngagementType, entry: Timeline.Entry): string => {
  const titled = readable[type].title !== undefined
  const title = titled ? "" : `<p><strong>${Html.escape(Text.cut(entry.title, TITLE_CHARACTERS_MAX))}</strong></p>`
  const head = title + factsOf(type, entry)
  const outcome = entry.outcome === undefined ? "" : Html.fromTextWithin(entry.outcome, TITLE_CHARACTERS_MAX * 2)
  const links = entry.links
    .filter((link) => /^https?:\/\//i.test(link.url))
    .map((link) => `<p><a href="${Html.escape(link.url)}">${Html.escape(link.label)}</a></p>`)
    .reduce((sum, link) => (sum.length + link.length > BODY_CHARACTERS_MAX / 2 ? sum : sum + link), "")
  return (
    head +
    Html.fromTextWithin(entry.body, BODY_CHARACTERS_MAX - head.length - outcome.length - links.length) +
    outcome +
    links
  )
}

const special = (type: EngagementType, entry: Timeline.Entry): Readonly<Record<string, string>> => {
  switch (type) {
    case "calls":
      return callProperties(entry)
    case "emails":
      return Wire.given({
        hs_email_direction: entry.direction === "inbound" ? "INCOMING_EMAIL" : "EMAIL",
        hs_email_status: "SENT",
        hs_email_headers: JSON.stringify({
          from: mailbox(entry.from),
          to: entry.to.map(mailbox).filter((box) => "email" in box)
        }),
        // By it others see that the mail is logged already.
        hs_email_message_id: "messageId" in entry.details ? entry.details.messageId : undefined
      })
    case "meetings":
      return {
        hs_meeting_start_time: Instant.toIso(entry.startedAt),
        hs_meeting_end_time: Instant.toIso(entry.endedAt ?? entry.startedAt),
        hs_meeting_outcome: outcomeOf(entry)
      }
    case "communications":
      return {
        hs_communication_channel_type: channelOf(entry) ?? "SMS",
        hs_communication_logged_from: "CRM"
      }
    case "notes":
      return {}
  }
}

type Call = Extract<Interaction, { readonly kind: "voice" }>

const callProperties = ({ kind, details, ...entry }: Timeline.Entry): Readonly<Record<string, string>> => {
  const { recordings = [], legs = [], disposition = "answered" } = kind === "voice" ? (details as Call["details"]) : {}
  return Wire.given({
    hs_call_direction: entry.direction === "inbound" ? "INBOUND" : "OUTBOUND",
    hs_call_status: callStatus[disposition],
    hs_call_duration: entry.endedAt === undefined ? undefined : String(Math.max(0, entry.endedAt - entry.startedAt)),
    hs_call_from_number: numberOf(entry.from),
    hs_call_to_number: numberOf(entry.to[0]),
    hs_call_recording_url: recordings.find(({ url }) => url?.startsWith("https://") === true)?.url,
    // The id at the telephone vendor: by it others see that the call is logged already.
    hs_call_external_id: (legs.find(({ parent }) => parent === undefined) ?? legs[0])?.id
  })
}

const callStatus = {
  answered: "COMPLETED",
  transferred: "COMPLETED",
  voicemail: "COMPLETED",
  missed: "NO_ANSWER",
  abandoned: "CANCELED",
  busy: "BUSY",
  failed: "FAILED",
  cancelled: "CANCELED"
} as const

const outcomeOf = (entry: Timeline.Entry): string => {
  const status = entry.kind === "appointment" && "status" in entry.details ? entry.details.status : "held"
  if (status === "cancelled") return "CANCELED"
  if (status === "no-show") return "NO_SHOW"
  return status === "held" ? "COMPLETED" : "SCHEDULED"
}

const numberOf = (party: Timeline.Party | undefined): string | undefined =>
  party?.handle?.kind === "phone" ? party.handle.value : undefined

const mailbox = (party: Timeline.Party | undefined): { readonly email?: string; readonly firstName?: string } => ({
  ...(party?.handle?.kind === "email" ? { email: party.handle.value } : {}),
  ...(party?.name === undefined ? {} : { firstName: party.name })
})

const text = (record: CrmRecord, name: string): string | undefined => record.properties[name] || undefined

const timeOf = (value: string | null | undefined): Instant.Instant | undefined => {
  if (value === undefined || value === null || value === "") return undefined
  return /^\d+$/.test(value) ? Number(value) : Instant.fromIso(value)
}

const participantsOf = (record: CrmRecord, defaultRegion: string | undefined): ReadonlyArray<Participant> => {
  const contacts = (record.associations?.["contacts"]?.results ?? []).map(
    ({ id }): Participant => ({ role: "customer", contact: Ref.local("contact", id) })
  )
  const owner = text(record, "hubspot_owner_id")
  const region = defaultRegion === undefined ? {} : { defaultRegion }
  const numbers = (["hs_call_from_number", "hs_call_to_number"] as const).flatMap(
    (name): ReadonlyArray<Participant> => {
      const handle = Handle.phone(text(record, name) ?? "", region)
      return handle === undefined ? [] : [{ handle, place: name === "hs_call_from_number" ? "from" : "to" }]
    }
  )
  return [
    ...contacts,
    ...(owner === undefined ? [] : [{ role: "agent", contact: Ref.local("owner", owner) } as const]),
    // A number beside a known contact is theirs or ours already.
    ...(contacts.length === 0 ? numbers : [])
  ]
}

const detailsOf = (
  type: EngagementType,
  record: CrmRecord,
  at: Instant.Instant
): Pick<InteractionFields, "kind" | "details"> & { direction: Interactions.Direction; endedAt?: number } => {
  const has = (name: string) => text(record, name)
  switch (type) {
    case "calls": {
      const duration = Number(has("hs_call_duration") ?? Number.NaN)
      const recording = has("hs_call_recording_url")
      const external = has("hs_call_external_id")
      return {
        kind: "voice",
        direction: has("hs_call_direction") === "INBOUND" ? "inbound" : "outbound",
        ...(Number.isInteger(duration) && duration >= 0 ? { endedAt: at + duration } : {}),
        details: {
          ...(recording === undefined ? {} : { recordings: [{ id: `${record.id}/recording`, url: recording }] }),
          // The id at the telephone vendor: by it the same call is recognised when that vendor tells of it too.
          ...(external === undefined ? {} : { legs: [{ id: external }] })
        }
      }
    }
    case "emails": {
      const messageId = has("hs_email_message_id")
      const direction = has("hs_email_direction") === "INCOMING_EMAIL" ? "inbound" : "outbound"
      return { kind: "email", direction, details: messageId === undefined ? {} : { messageId } }
    }
    case "meetings": {
      const endedAt = timeOf(has("hs_meeting_end_time"))
      const place = has("hs_meeting_location")
      return {
        kind: "appointment",
        direction: "outbound",
        ...(endedAt === undefined ? {} : { endedAt }),
        details: place === undefined ? {} : { place }
      }
    }
    case "communications":
      return { direction: "outbound", ...(network[has("hs_communication_channel_type") ?? "SMS"] ?? network["SMS"]!) }
    case "notes":
      return { kind: "note", direction: "internal", details: {} }
  }
}

const network: Readonly<Record<string, Pick<InteractionFields, "kind" | "details">>> = {
  SMS: { kind: "sms", details: {} },
  WHATS_APP: { kind: "chat", details: { service: "whatsapp" } },
  LINKEDIN_MESSAGE: { kind: "social", details: { network: "linkedin" } }
}
