/** Timeline entries as HubSpot objects: what of an Entry goes into which property, and what a person's entry tells us. Pure. */
import { Html, Marker, Text, Timeline, Wire } from "@interchannel/connector"
import { Handle, Instant, type Interaction, type InteractionFields, type Participant, Ref } from "@interchannel/domain"
import { type EngagementType, refOf } from "./objects.ts"
import { type CrmRecord, type Properties, type Reader, readerOf, type Values } from "./wire.ts"

/** HubSpot refuses longer texts in one property. */
export const BODY_CHARACTERS_MAX = 65_536
/** One line that a reader sees whole. */
const TITLE_CHARACTERS_MAX = 300

/** What is asked for when entries are read. */
export const engagementProperties = (type: EngagementType): ReadonlyArray<string> => {
  const { title, body, reads } = forms[type]
  return [...Text.words("hs_timestamp hs_lastmodifieddate hubspot_owner_id"), body, ...(title ? [title] : []), ...reads]
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
export const propertiesOf = (type: EngagementType, entry: Timeline.Entry, ownerId?: string): Values => {
  const { title, body, shows, write } = forms[type]
  const line = Text.cut(entry.title, TITLE_CHARACTERS_MAX)
  const facts = entry.facts.filter(({ label }) => !shows.includes(label))
  const head = title === undefined ? `<p><strong>${Html.escape(line)}</strong></p>` : ""
  return Wire.given({
    hs_timestamp: Instant.toIso(entry.startedAt),
    hubspot_owner_id: ownerId,
    ...(title === undefined ? {} : { [title]: line }),
    [body]: Timeline.entryHtml({ ...entry, facts }, BODY_CHARACTERS_MAX, head),
    ...write(entry)
  })
}

/** What `fingerprint` needs. */
export const shownBy = (type: EngagementType): ReadonlyArray<string> =>
  [forms[type].title, forms[type].body, "hs_timestamp"].filter((name) => name !== undefined)

/** Equal for two states of an entry that read the same; HubSpot is free to rewrite the markup. */
export const fingerprint = (type: EngagementType, properties: Properties): string => {
  const { title, body } = forms[type]
  const at = properties["hs_timestamp"] ?? ""
  return Marker.fingerprint({
    title: properties[title ?? ""] ?? "",
    body: Html.toText(properties[body] ?? "").replace(/\s+/g, " "),
    at: timeOf(at) ?? at
  })
}

/** What an entry in HubSpot tells about the Interaction it logs. */
export const toFields = (type: EngagementType, record: CrmRecord, region: string | undefined): InteractionFields => {
  const { title, body, tell } = forms[type]
  const text = readerOf(record)
  const startedAt = timeOf(text("hs_timestamp")) ?? record.createdAt ?? record.updatedAt
  const said = text(body) ?? (type === "emails" ? text("hs_email_text") : undefined)
  return {
    startedAt,
    participants: participantsOf(record, region),
    subject: title && text(title),
    text: said && Html.toText(said),
    ...tell(text, startedAt, record.id)
  } as InteractionFields
}

// ---------------------------------------------------------------------------------------------------------------------

/** One of HubSpot's kinds of entry. */
interface Form {
  /** The properties that hold what a person reads, and may edit. */
  readonly title?: string
  readonly body: string
  /** Facts that HubSpot shows by itself, in its reader's time zone. */
  readonly shows: ReadonlyArray<string>
  /** Further properties that are read. */
  readonly reads: ReadonlyArray<string>
  readonly write: (entry: Timeline.Entry) => Readonly<Record<string, string | undefined>>
  readonly tell: (text: Reader, startedAt: Instant.Instant, id: string) => InteractionFields
}

type Call = Extract<Interaction, { readonly kind: "voice" }>

const calls: Form = {
  title: "hs_call_title",
  body: "hs_call_body",
  shows: ["When", "Duration"],
  reads: Text.words(
    "hs_call_direction hs_call_duration hs_call_status hs_call_from_number hs_call_to_number hs_call_recording_url hs_call_external_id"
  ),
  write: ({ kind, details, direction, startedAt, endedAt, from, to }) => {
    const { recordings, legs = [], disposition = "answered" } = kind === "voice" ? (details as Call["details"]) : {}
    return {
      hs_call_direction: direction === "inbound" ? "INBOUND" : "OUTBOUND",
      hs_call_status: callStatus[disposition],
      hs_call_duration: endedAt === undefined ? undefined : String(Math.max(0, endedAt - startedAt)),
      hs_call_from_number: addressOf(from, "phone"),
      hs_call_to_number: addressOf(to[0], "phone"),
      hs_call_recording_url: recordings?.find(({ url }) => url?.startsWith("https://"))?.url,
      // The id at the telephone vendor: by it others see that the call is logged already, and we know theirs.
      hs_call_external_id: (legs.find(({ parent }) => parent === undefined) ?? legs[0])?.id
    }
  },
  tell: (text, startedAt, id) => {
    const duration = Number(text("hs_call_duration") ?? Number.NaN)
    const [url, leg] = [text("hs_call_recording_url"), text("hs_call_external_id")]
    return {
      kind: "voice",
      direction: text("hs_call_direction") === "INBOUND" ? "inbound" : "outbound",
      endedAt: Number.isInteger(duration) && duration >= 0 ? startedAt + duration : undefined,
      details: { recordings: url ? [{ id: `${id}/recording`, url }] : undefined, legs: leg ? [{ id: leg }] : undefined }
    }
  }
}

const emails: Form = {
  title: "hs_email_subject",
  body: "hs_email_html",
  shows: ["When"],
  reads: Text.words("hs_email_direction hs_email_text hs_email_headers hs_email_message_id"),
  write: ({ direction, details, from, to }) => ({
    hs_email_direction: direction === "inbound" ? "INCOMING_EMAIL" : "EMAIL",
    hs_email_status: "SENT",
    hs_email_headers: JSON.stringify({
      from: mailbox(from),
      to: to.map(mailbox).filter(({ email }) => email !== undefined)
    }),
    // By it others see that the mail is logged already.
    hs_email_message_id: "messageId" in details ? details.messageId : undefined
  }),
  tell: (text) => ({
    kind: "email",
    direction: text("hs_email_direction") === "INCOMING_EMAIL" ? "inbound" : "outbound",
    details: { messageId: text("hs_email_message_id") }
  })
}

const meetings: Form = {
  title: "hs_meeting_title",
  body: "hs_meeting_body",
  shows: ["When", "Duration"],
  reads: Text.words(
    "hs_meeting_start_time hs_meeting_end_time hs_meeting_outcome hs_meeting_location hs_meeting_external_url"
  ),
  write: ({ kind, details, startedAt, endedAt }) => ({
    hs_meeting_start_time: Instant.toIso(startedAt),
    hs_meeting_end_time: Instant.toIso(endedAt ?? startedAt),
    hs_meeting_outcome:
      meetingOutcome[kind === "appointment" && "status" in details ? (details.status ?? "") : "held"] ?? "SCHEDULED"
  }),
  tell: (text) => ({
    kind: "appointment",
    direction: "outbound",
    endedAt: timeOf(text("hs_meeting_end_time")),
    details: { place: text("hs_meeting_location") }
  })
}

const communications: Form = {
  body: "hs_communication_body",
  shows: ["When"],
  reads: ["hs_communication_channel_type"],
  write: (entry) => ({
    hs_communication_channel_type: channelOf(entry) ?? "SMS",
    hs_communication_logged_from: "CRM"
  }),
  tell: (text) => networks[text("hs_communication_channel_type") ?? ""] ?? networks["SMS"]!
}

const notes: Form = {
  body: "hs_note_body",
  shows: ["When"],
  reads: [],
  write: () => ({}),
  tell: () => ({ kind: "note", direction: "internal", details: {} })
}

const forms: Readonly<Record<EngagementType, Form>> = { calls, emails, notes, meetings, communications }

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

const meetingOutcome: Readonly<Record<string, string>> = {
  cancelled: "CANCELED",
  "no-show": "NO_SHOW",
  held: "COMPLETED"
}

const networks: Readonly<Record<string, InteractionFields>> = {
  SMS: { kind: "sms", direction: "outbound", details: {} },
  WHATS_APP: { kind: "chat", direction: "outbound", details: { service: "whatsapp" } },
  LINKEDIN_MESSAGE: { kind: "social", direction: "outbound", details: { network: "linkedin" } }
}

/** The networks that HubSpot's communications know; other chats become notes. */
const channelOf = ({ kind, details }: Timeline.Entry): string | undefined => {
  if (kind === "sms") return "SMS"
  if (kind === "chat" && "service" in details && details.service === "whatsapp") return "WHATS_APP"
  return kind === "social" && "network" in details && details.network === "linkedin" ? "LINKEDIN_MESSAGE" : undefined
}

const addressOf = (party: Timeline.Party | undefined, kind: Handle.Handle["kind"]): string | undefined =>
  party?.handle?.kind === kind ? party.handle.value : undefined

const mailbox = (party: Timeline.Party | undefined) => ({ email: addressOf(party, "email"), firstName: party?.name })

const timeOf = (value: string | undefined): Instant.Instant | undefined =>
  value !== undefined && /^\d+$/.test(value) ? Number(value) : Instant.fromIso(value ?? "")

const participantsOf = (record: CrmRecord, defaultRegion: string | undefined): ReadonlyArray<Participant> => {
  const text = readerOf(record)
  const customers = (record.associations?.["contacts"]?.results ?? []).map(
    ({ id }): Participant => ({ role: "customer", contact: refOf("contacts", id) })
  )
  const owner = text("hubspot_owner_id")
  const agents: ReadonlyArray<Participant> =
    owner === undefined ? [] : [{ role: "agent", contact: Ref.local("owner", owner) }]
  // A number beside a known contact is theirs or ours already.
  if (customers.length > 0) return [...customers, ...agents]
  const numbers = (["from", "to"] as const).flatMap((place): ReadonlyArray<Participant> => {
    const handle = Handle.phone(text(`hs_call_${place}_number`) ?? "", { defaultRegion })
    return handle === undefined ? [] : [{ handle, place }]
  })
  return [...agents, ...numbers]
}
