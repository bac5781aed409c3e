/** Twilio's callbacks, all at one address: of calls, messages and recordings, TaskRouter's events, and transcripts. */
import { Webhook } from "@interchannel/connector"
import { Part } from "@interchannel/domain"
import * as Schema from "effect/Schema"
import * as legs from "./legs.ts"
import { verifier } from "./signature.ts"
import * as tasks from "./tasks.ts"
import { CallTold, MessageTold, OtherTold, RecordingTold, TaskTold, TranscriptTold } from "./wire.ts"

export const callbacks = Webhook.make("callbacks", {
  verifier,
  deliveryKey: (_, { headers }) => headers["i-twilio-idempotency-token"] || undefined,
  // A callback of a recording names the call as well, so it is asked for first.
  item: Schema.Union(TaskTold, RecordingTold, TranscriptTold, MessageTold, CallTold, OtherTold),
  normalize: (item, origin) => {
    if ("EventType" in item) return tasks.told(item, origin)
    if ("RecordingSid" in item) return [Part.refetch("recordings", item.RecordingSid)]
    if ("transcript_sid" in item) return [Part.refetch("transcripts", item.transcript_sid, item.service_sid)]
    if ("MessageSid" in item) return [Part.refetch("messages", item.MessageSid)]
    return "CallSid" in item ? legs.told(item, origin) : []
  },
  retriesOn:
    "no connection: once more; with #rp=all&rc=5 at the end of the URL also no answer in time and any 4xx and 5xx, up to five times",
  silentAfterMs: 60 * 60_000
})
