/**
 * Socket Mode: the same events over a WebSocket that we open, for a daemon that the internet cannot reach.
 *
 *   apps.connections.open ─► one-time wss URL ─► hello ─► envelopes, each acknowledged once it is stored ─► disconnect
 *
 * What is not acknowledged comes again, here or over another socket.
 */
import { HostList, Listener, VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Mailbox from "effect/Mailbox"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { WebSocket } from "ws"
import { HOSTS, refused, SlackApi, VENDOR } from "./api.ts"
import { SocketAnswer } from "./wire.ts"

const OPEN = "apps.connections.open"
/** Envelopes that wait to be stored; when there are more, the socket is given up and Slack sends them again. */
const WAITING_MAX = 1_000
const ENVELOPE_BYTES_MAX = 4 * 1024 * 1024
const HELLO_WITHIN_MS = 15_000
const PING_EVERY_MS = 30_000

export const socket = Listener.make("socket", {
  as: "events",
  connect: Effect.gen(function* () {
    const { callAsApp, hasAppToken, settings } = yield* SlackApi
    // Without the token the events come over HTTP, and there is nothing to hear here.
    if (!hasAppToken) return Stream.never
    const { url } = yield* callAsApp(OPEN, {}, SocketAnswer)
    const target = yield* checked(url, settings.apiUrl)
    const mailbox = yield* Mailbox.make<Listener.Envelope, VendorError.VendorError>({
      capacity: WAITING_MAX,
      strategy: "dropping"
    })
    const open = yield* Effect.acquireRelease(
      Effect.sync(() => new WebSocket(target, { handshakeTimeout: HELLO_WITHIN_MS, maxPayload: ENVELOPE_BYTES_MAX })),
      (opened) => Effect.sync(() => opened.terminate())
    )
    yield* greeted(open, mailbox)
    yield* Effect.forkScoped(watch(open, mailbox))
    return Mailbox.toStream(mailbox)
  })
})

// ---------------------------------------------------------------------------------------------------------------------

type Box = Mailbox.Mailbox<Listener.Envelope, VendorError.VendorError>

const Frame = Schema.Struct({
  type: Schema.String,
  envelope_id: Schema.optional(Schema.String),
  reason: Schema.optional(Schema.String),
  payload: Schema.optional(Schema.Unknown)
})
const decodeFrame = Schema.decodeUnknownEither(Schema.parseJson(Frame))
const eventId = Schema.decodeUnknownOption(Schema.Struct({ event_id: Schema.NonEmptyString }))

const broken = (detail: string) =>
  VendorError.make(VENDOR, "socket", new VendorError.Unavailable({ detail, uncertain: false }))

/** The URL holds a ticket, so no message shows it. */
const checked = (url: string, apiUrl: string): Either.Either<string, VendorError.VendorError> =>
  Either.flatMap(HostList.make({ vendor: VENDOR, hosts: HOSTS, baseUrl: apiUrl }), ({ hosts }) =>
    Either.mapBoth(HostList.check(hosts, url.replace(/^ws/, "http")), {
      onLeft: (problem) => refused(OPEN, "host", `the socket was not opened: ${problem}`),
      onRight: (target) => target.href.replace(/^http/, "ws")
    })
  )

/** Sends each envelope to the mailbox; done when Slack has said hello. */
const greeted = (open: WebSocket, mailbox: Box): Effect.Effect<void, VendorError.VendorError> =>
  Effect.async<void, VendorError.VendorError>((resume) => {
    const end = (detail: string) => {
      resume(Effect.fail(broken(detail)))
      mailbox.unsafeDone(Exit.fail(broken(detail)))
    }
    open.on("error", (error) => end(`the socket broke (${"code" in error ? String(error.code) : error.name})`))
    open.on("close", (code) => end(`Slack closed the socket (${code})`))
    open.on("message", (data) => {
      const frame = decodeFrame(String(data))
      if (Either.isLeft(frame)) return
      if (frame.right.type === "hello") resume(Effect.void)
      else take(open, mailbox, frame.right, end)
    })
  }).pipe(Effect.timeoutFail({ duration: HELLO_WITHIN_MS, onTimeout: () => broken("no hello from Slack in time") }))

const take = (open: WebSocket, mailbox: Box, frame: typeof Frame.Type, end: (detail: string) => void): void => {
  if (frame.type === "disconnect") {
    if (frame.reason === "link_disabled") end("Socket Mode is switched off for the app; switch it on in its settings")
    else mailbox.unsafeDone(Exit.void)
    return
  }
  const { envelope_id: id } = frame
  if (id === undefined) return
  const key = eventId(frame.payload)
  const envelope: Listener.Envelope = {
    key: key._tag === "Some" ? key.value.event_id : id,
    data: frame.payload,
    acknowledge: Effect.async((resume) =>
      open.send(JSON.stringify({ envelope_id: id }), (error) =>
        resume(error instanceof Error ? Effect.fail(broken("the socket closed too early")) : Effect.void)
      )
    )
  }
  if (!mailbox.unsafeOffer(envelope)) end(`more than ${WAITING_MAX} envelopes wait to be stored`)
}

/** A socket can die without a word; a ping that is not answered by the next one shows it. */
const watch = (open: WebSocket, mailbox: Box) => {
  let answered = true
  open.on("pong", () => {
    answered = true
  })
  return Effect.sync(() => {
    if (!answered) mailbox.unsafeDone(Exit.fail(broken("the socket is silent")))
    answered = false
    if (open.readyState === WebSocket.OPEN) open.ping()
  }).pipe(Effect.repeat(Schedule.spaced(PING_EVERY_MS)))
}
