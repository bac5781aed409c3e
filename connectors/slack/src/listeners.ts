/**
 * Socket Mode: the same events over a WebSocket that we open, for a daemon that the internet cannot reach.
 *
 *   apps.connections.open ─► one-time wss URL ─► hello ─► envelopes, each acknowledged once it is stored ─► disconnect
 *
 * What is not acknowledged comes again, here or over another socket.
 */
import { Listener, Socket, Wire } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { HOSTS, SlackApi, VENDOR } from "./api.ts"
import { SocketAnswer } from "./wire.ts"

const OPEN = "apps.connections.open"

export const socket = Listener.make("socket", {
  as: "events",
  connect: Effect.gen(function* () {
    const { asApp, settings } = yield* SlackApi
    // Without the token the events come over HTTP, and there is nothing to hear here.
    if (asApp === undefined) return Stream.never
    const { url } = yield* asApp(OPEN, {}, SocketAnswer)
    return yield* Socket.open({ vendor: VENDOR, operation: OPEN, hosts: HOSTS, baseUrl: settings.apiUrl, url, said })
  })
})

// ---------------------------------------------------------------------------------------------------------------------

const frameOf = Wire.one(
  Schema.Struct({
    type: Schema.String,
    envelope_id: Schema.optional(Schema.String),
    reason: Schema.optional(Schema.String),
    payload: Schema.optional(Schema.Unknown)
  })
)
const textOf = Wire.one(Schema.NonEmptyString)

const said = (data: unknown): Socket.Said | undefined => {
  const { type, reason, envelope_id: id, payload } = frameOf(data) ?? {}
  if (type === "hello") return { _tag: "Greeting" }
  if (type === "disconnect") {
    return reason === "link_disabled"
      ? { _tag: "Refused", detail: "Socket Mode is switched off for the app; switch it on in its settings" }
      : { _tag: "Reconnect" }
  }
  if (id === undefined) return undefined
  const key = textOf(Wire.field(payload, "event_id")) ?? id
  return { _tag: "Envelope", key, data: payload, acknowledgement: JSON.stringify({ envelope_id: id }) }
}
