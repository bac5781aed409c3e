/** Twilio's callbacks, all at one address: of calls, messages and recordings, TaskRouter's events, and transcripts. */
import { Webhook } from "@interchannel/connector"
import { Part } from "@interchannel/domain"
import * as legs from "./legs.ts"
import { verifier } from "./signature.ts"
import * as tasks from "./tasks.ts"
import { Told } from "./wire.ts"

export const callbacks = Webhook.make("callbacks", {
  verifier,
  deliveryKey: (_, { headers }) => headers["i-twilio-idempotency-token"] || undefined,
  item: Told,
  normalize: (item, origin) => {
    if ("event_type" in item) return tasks.told(item, origin)
    if ("recording_sid" in item) return [Part.refetch("recordings", item.recording_sid)]
    if ("transcript_sid" in item) return [Part.refetch("transcripts", item.transcript_sid, item.service_sid)]
    if ("message_sid" in item) return [Part.refetch("messages", item.message_sid)]
    return "call_sid" in item ? legs.told(item, origin) : []
  },
  retriesOn:
    "no connection: once more; with #rp=all&rc=5 at the end of the URL also no answer in time and any 4xx and 5xx, up to five times",
  silentAfterMs: 60 * 60_000
})
