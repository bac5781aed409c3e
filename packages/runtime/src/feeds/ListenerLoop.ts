/** Holds a vendor's socket open: each envelope is stored before it is acknowledged; the engine reconnects when it ends. */
import type { Listener, VendorError } from "@interchannel/connector"
import { Database, Inbox, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Running } from "../connections/Running.ts"

/** Envelopes stored in one write when many arrive at once. */
const GROUP_MAX = 100

/** Runs one session; completes when the vendor asks to reconnect. */
export const session = (
  running: Running,
  listener: Listener.Any
): Effect.Effect<void, VendorError.VendorError | StoreError, Database.Database | Inbox.Inbox> =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const inbox = yield* Inbox.Inbox
    const store = (envelopes: Iterable<Listener.Envelope>) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const batch = [...envelopes]
        yield* database.write(inbox.accept(batch.map((envelope) => incomingOf(running, listener, envelope, now))), {
          lease: running.lease,
          priority: "intake"
        })
        yield* Effect.forEach(batch, ({ acknowledge }) => acknowledge)
      })
    const opened: Effect.Effect<void, VendorError.VendorError | StoreError> = Effect.scoped(
      Effect.flatMap(running.open(listener.connect), (stream) =>
        stream.pipe(
          Stream.buffer({ capacity: GROUP_MAX }),
          Stream.chunks,
          Stream.runForEach((chunk) => store(chunk))
        )
      )
    )
    yield* opened
  }).pipe(Effect.withSpan("listen", { attributes: { connection: running.installed.id, listener: listener.name } }))

// ---------------------------------------------------------------------------------------------------------------------

const incomingOf = (
  running: Running,
  listener: Listener.Any,
  envelope: Listener.Envelope,
  now: number
): Inbox.Incoming => ({
  connection: running.installed.id,
  source: `listener:${listener.name}`,
  partition: "all",
  receivedAt: now,
  lane: 0,
  contentType: "application/json",
  body: Buffer.from(JSON.stringify(envelope.data) ?? "null"),
  key: envelope.key
})
