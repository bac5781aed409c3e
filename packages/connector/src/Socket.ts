/**
 * A WebSocket that a vendor speaks over: opened to the vendor's own hosts, greeted in time, pinged, and given up when more
 * waits to be stored than is kept. The engine opens it again; what a frame means is all that the author states.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Mailbox from "effect/Mailbox"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import { WebSocket } from "ws"
import * as HostList from "./HostList.ts"
import type { Envelope } from "./Listener.ts"
import * as VendorError from "./VendorError.ts"
import * as Wire from "./Wire.ts"

/** Envelopes that wait to be stored; vendors send again what was not acknowledged. */
const WAITING_MAX = 1_000
const FRAME_BYTES_MAX = 4 * 1024 * 1024
const GREETED_WITHIN_MS = 15_000
const PING_EVERY_MS = 30_000

/** What one frame says. `Envelope`: `acknowledgement` is sent back once the data is stored. */
export type Said =
  | { readonly _tag: "Greeting" }
  | { readonly _tag: "Envelope"; readonly key: string; readonly data: unknown; readonly acknowledgement: string }
  /** The vendor asks to open another socket. */
  | { readonly _tag: "Reconnect" }
  | { readonly _tag: "Refused"; readonly detail: string }

export interface Options {
  readonly vendor: string
  readonly operation: string
  /** As in `HostList`. */
  readonly hosts: ReadonlyArray<string>
  readonly baseUrl: string
  /** `wss://…`, as the vendor gave it. No message shows it, since it may hold a ticket. */
  readonly url: string
  /** A frame's JSON to what it says; `undefined`: nothing. */
  readonly said: (frame: unknown) => Said | undefined
}

type Failing<A, R = never> = Effect.Effect<A, VendorError.VendorError, R>

/** Done when the vendor has greeted. The stream ends when the vendor asks to reconnect, and fails when the socket breaks. */
export const open = (options: Options): Failing<Stream.Stream<Envelope, VendorError.VendorError>, Scope.Scope> =>
  Effect.gen(function* () {
    const target = yield* checked(options)
    const mailbox = yield* Mailbox.make<Envelope, VendorError.VendorError>({
      capacity: WAITING_MAX,
      strategy: "dropping"
    })
    const socket = yield* Effect.acquireRelease(
      Effect.sync(() => new WebSocket(target, { handshakeTimeout: GREETED_WITHIN_MS, maxPayload: FRAME_BYTES_MAX })),
      (opened) => Effect.sync(() => opened.terminate())
    )
    const broken = (detail: string) => VendorError.of(options.vendor).unavailable(options.operation, detail)
    yield* greeted({ socket, mailbox, broken }, options.said)
    yield* Effect.forkScoped(watch({ socket, mailbox, broken }))
    return Mailbox.toStream(mailbox)
  })

// ---------------------------------------------------------------------------------------------------------------------

interface Line {
  readonly socket: WebSocket
  readonly mailbox: Mailbox.Mailbox<Envelope, VendorError.VendorError>
  readonly broken: (detail: string) => VendorError.VendorError
}

const checked = ({ vendor, operation, hosts, baseUrl, url }: Options): Either.Either<string, VendorError.VendorError> =>
  Either.flatMap(HostList.make({ vendor, hosts, baseUrl }), (list) =>
    Either.mapBoth(HostList.check(list.hosts, url.replace(/^ws/, "http")), {
      onLeft: (problem) => VendorError.of(vendor).rejected(operation, "host", `the socket was not opened: ${problem}`),
      onRight: (target) => target.href.replace(/^http/, "ws")
    })
  )

const greeted = (line: Line, said: Options["said"]): Failing<void> =>
  Effect.async<void, VendorError.VendorError>((resume) => {
    const end = (detail: string) => {
      resume(Effect.fail(line.broken(detail)))
      line.mailbox.unsafeDone(Exit.fail(line.broken(detail)))
    }
    line.socket.on("error", (error) => end(`the socket broke (${"code" in error ? String(error.code) : error.name})`))
    line.socket.on("close", (code) => end(`the socket was closed (${code})`))
    line.socket.on("message", (frame) => {
      const told = said(Wire.fromJson(String(frame)))
      if (told === undefined) return
      switch (told._tag) {
        case "Greeting":
          return resume(Effect.void)
        case "Envelope":
          if (!line.mailbox.unsafeOffer(envelope(line, told)))
            end(`more than ${WAITING_MAX} envelopes wait to be stored`)
          return
        case "Reconnect":
          return void line.mailbox.unsafeDone(Exit.void)
        case "Refused":
          return end(told.detail)
      }
    })
  }).pipe(Effect.timeoutFail({ duration: GREETED_WITHIN_MS, onTimeout: () => line.broken("no greeting in time") }))

const envelope = ({ socket, broken }: Line, told: Extract<Said, { readonly _tag: "Envelope" }>): Envelope => ({
  key: told.key,
  data: told.data,
  acknowledge: Effect.async((resume) =>
    socket.send(told.acknowledgement, (error) =>
      resume(error instanceof Error ? Effect.fail(broken("the socket closed too early")) : Effect.void)
    )
  )
})

/** A socket can die without a word; a ping that is not answered by the next one shows it. */
const watch = ({ socket, mailbox, broken }: Line) => {
  let answered = true
  socket.on("pong", () => {
    answered = true
  })
  return Effect.sync(() => {
    if (!answered) mailbox.unsafeDone(Exit.fail(broken("the socket is silent")))
    answered = false
    if (socket.readyState === WebSocket.OPEN) socket.ping()
  }).pipe(Effect.repeat(Schedule.spaced(PING_EVERY_MS)))
}
