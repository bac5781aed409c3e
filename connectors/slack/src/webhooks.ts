/** Slack's Events API: what is pushed over HTTP, and in the same words over Socket Mode. */
import { type Feed, Verifier, Webhook, Wire } from "@interchannel/connector"
import { Part } from "@interchannel/domain"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type Credentials, isSettings, lists } from "./credentials.ts"
import { messageId } from "./feeds.ts"
import { deleted, message, type Place, partitionOf, user } from "./normalize.ts"
import { Envelope, instantOf, Message, type MessageEvent } from "./wire.ts"

/** Slack asks that older deliveries be refused. */
const REPLAY_WINDOW_MS = 5 * 60_000
const VERSION_PREFIX = "v0="

export const events = Webhook.make("events", {
  verifier: Verifier.hmac<Credentials>({
    secret: (credentials) => Redacted.value(credentials.signingSecret),
    signature: ({ headers }) => {
      const signature = headers["x-slack-signature"]
      return signature?.startsWith(VERSION_PREFIX) ? signature.slice(VERSION_PREFIX.length) : undefined
    },
    sentAt: ({ headers }) => Number(headers["x-slack-request-timestamp"]) * 1000,
    toleranceMs: REPLAY_WINDOW_MS,
    base: ({ headers, body }) => Buffer.concat([Buffer.from(`v0:${headers["x-slack-request-timestamp"]}:`), body])
  }),
  answer: (data) =>
    Wire.field(data, "type") === "url_verification"
      ? { status: 200, contentType: "text/plain", body: String(Wire.field(data, "challenge")) }
      : undefined,
  deliveryKey: (data) => Wire.one(Schema.NonEmptyString)(Wire.field(data, "event_id")),
  item: Envelope,
  normalize: (envelope, origin) => {
    if (!("event" in envelope)) return []
    const { event } = envelope
    if ("user" in event && typeof event.user === "object") return user(event.user, origin)
    if (!("channel" in event)) return []
    const team = envelope.authorizations?.[0]?.team_id || envelope.context_team_id || envelope.team_id
    const isRead = envelope.is_ext_shared_channel === true || isListed(origin.settings, event.channel)
    return !team || !isRead ? [] : told(event, { team, channel: event.channel }, origin)
  },
  retriesOn: "no 2xx within 3 s: three times more, at once, after 1 minute, after 5 minutes",
  silentAfterMs: 10 * 60_000
})

// ---------------------------------------------------------------------------------------------------------------------

/** The app hears every channel it is a member of; without settings, only what is shared counts. */
const isListed = (settings: unknown, channel: string): boolean => isSettings(settings) && lists(settings, channel)
const isMessage = Schema.is(Message)

const told = (event: MessageEvent, place: Place, origin: Feed.Origin): ReadonlyArray<Part.Outcome> => {
  const toldAt = event.event_ts ?? event.ts
  switch (event.subtype) {
    case "message_deleted":
      return event.deleted_ts === undefined ? [] : [deleted(place, event.deleted_ts, instantOf(toldAt))]
    case "message_changed": {
      const { message: changed } = event
      if (changed?.subtype === "tombstone" && changed.ts !== undefined) {
        return [deleted(place, changed.ts, instantOf(toldAt))]
      }
      if (isMessage(changed)) return message(changed, place, origin)
      const ts = changed?.ts ?? event.previous_message?.ts
      return ts === undefined ? [] : [Part.refetch("messages", messageId(place, ts), partitionOf(place))]
    }
    default:
      return message(event, place, origin)
  }
}
