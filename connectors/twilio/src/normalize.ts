/** Messages, recordings and transcripts to parts. Pure. Calls are in `legs.ts`, what TaskRouter tells of them in `tasks.ts`. */
import type { Feed } from "@interchannel/connector"
import { type InteractionFields, type LocalRef, Part, Ref, Version } from "@interchannel/domain"
import * as Address from "./address.ts"
import { callRef } from "./legs.ts"
import type { Message, Recording, Spoken, Transcript } from "./wire.ts"

export const messageRef = (sid: string): LocalRef => Ref.local("message", sid)

export const message = (item: Message, origin: Feed.Origin): ReadonlyArray<Part.Outcome> => {
  const inbound = item.direction === "inbound"
  const [from, to] = [Address.parse(item.from ?? "", origin), Address.parse(item.to ?? "", origin)]
  const [us, them] = inbound ? [to, from] : [from, to]
  const { service } = them
  const sentAt = item.date_sent ?? item.date_created ?? origin.acceptedAt
  const media = item.num_media ?? 0
  const attachments = media > 0 ? [{ id: `${item.sid}/media`, name: `${media} attached` }] : undefined
  const common = {
    direction: inbound ? ("inbound" as const) : ("outbound" as const),
    startedAt: sentAt,
    conversation: exchangeOf(us, them),
    participants: inbound
      ? [...Address.outside(them, "from"), ...Address.own(us, "to")]
      : [...Address.own(us, "from"), ...Address.outside(them, "to")],
    text: item.body,
    outcome: lost.has(item.status) ? [item.status, item.error_message].filter(Boolean).join(": ") : undefined
  }
  const fields: InteractionFields =
    service === undefined
      ? { kind: "sms", ...common, details: { status: item.status, attachments } }
      : { kind: "chat", ...common, details: { service, attachments } }
  const at = Math.max(sentAt, item.date_updated ?? 0)
  const version = Version.make(at, Math.max(0, states.indexOf(item.status)))
  return [Part.interaction({ ref: messageRef(item.sid), version, fields }), ...Address.contacts(them)]
}

/** A recording that the caller made alone, by `<Record>`, is a message left. */
export const recording = (item: Recording, origin: Feed.Origin): ReadonlyArray<Part.Outcome> => {
  if (!item.call_sid) return []
  const { duration: seconds = -1, media_url } = item
  const media = {
    id: item.sid,
    url: media_url?.replace(/^http:/, "https:"),
    durationSeconds: seconds >= 0 ? seconds : undefined
  }
  const audible = item.status === "completed"
  const at = item.date_updated ?? item.date_created ?? origin.acceptedAt
  return [
    Part.interaction({
      ref: callRef(item.call_sid),
      part: `recording ${item.sid}`,
      version: Version.make(at, audible ? 1 : item.status === "deleted" || item.status === "absent" ? 2 : 0),
      fields: {
        details: {
          recordings: audible ? [media] : undefined,
          disposition: audible && item.source === "RecordVerb" ? "voicemail" : undefined
        }
      }
    })
  ]
}

/** A transcript knows its recording only; what was said in it knows the call. */
export const transcript = (item: Transcript | Spoken): ReadonlyArray<Part.Outcome> => {
  if (!("text" in item)) return []
  const { transcript: id, call, updatedAt, language, text } = item
  return [
    Part.interaction({
      ref: callRef(call),
      part: `transcript ${id}`,
      version: Version.make(updatedAt),
      fields: { details: { transcripts: [{ id, text, language }] } }
    })
  ]
}

// ---------------------------------------------------------------------------------------------------------------------

/** What two addresses write to each other: Twilio has no other name for it. */
const exchangeOf = (us: Address.Address, them: Address.Address) =>
  us.handle === undefined || them.contact === undefined
    ? undefined
    : Ref.local("messages", `${us.handle.value}/${them.contact.id}`)

/** As a message passes through them. */
const states = [
  "scheduled",
  "accepted",
  "queued",
  "sending",
  "sent",
  "receiving",
  "received",
  "partially_delivered",
  "undelivered",
  "failed",
  "canceled",
  "delivered",
  "read"
]
const lost: ReadonlySet<string> = new Set(["undelivered", "failed", "canceled"])
