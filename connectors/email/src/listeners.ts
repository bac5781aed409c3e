/**
 * IDLE (RFC 2177): the server says at once that something came in. One connection hears one folder; what it names is read by
 * the feed. What came while the connection was down is asked for when it is up again.
 */
import { Listener, type VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Mailbox from "effect/Mailbox"
import type * as Stream from "effect/Stream"
import { EmailApi, fail } from "./api.ts"
import { mails } from "./feeds.ts"
import { keyOf } from "./wire.ts"

/** Connections are dear (Gmail gives 15): further folders are looked at by the feed's own cadence. */
const FOLDERS_MAX = 3
const WAITING_MAX = 1_000
/** New messages that one word of the server is taken for; the rest is the feed's. */
const NEWS_MAX = 200

type Box = Mailbox.Mailbox<Listener.Envelope, VendorError.VendorError>

export const idle = Listener.make("idle", {
  as: mails.name,
  connect: Effect.gen(function* () {
    const folders = yield* mails.partitions!
    const heard = yield* Mailbox.make<Listener.Envelope, VendorError.VendorError>({
      capacity: WAITING_MAX,
      strategy: "dropping"
    })
    for (const { id } of folders.slice(0, FOLDERS_MAX)) yield* hear(id, heard)
    return Mailbox.toStream(heard) as Stream.Stream<Listener.Envelope, VendorError.VendorError>
  })
})

// ---------------------------------------------------------------------------------------------------------------------

const broken = (folder: string) => fail.unavailable("idle", `the connection that hears ${folder} broke`)

const hear = (folder: string, envelopes: Box) =>
  Effect.gen(function* () {
    const { connect, heard } = yield* EmailApi
    const { client, run } = yield* Effect.acquireRelease(connect, (wire) => Effect.sync(() => wire.client.close()))
    const word = yield* Mailbox.make<void>({ capacity: 1, strategy: "sliding" })
    client.on("exists", () => void word.unsafeOffer(undefined))
    client.on("close", () => envelopes.unsafeDone(Exit.fail(broken(folder))))
    const box = yield* run("select", () => client.mailboxOpen(folder, { readOnly: true }))
    const uidValidity = String(box.uidValidity)
    const before = heard.get(folder)
    let next = before?.uidValidity === uidValidity ? before.next : box.uidNext
    const look = Effect.gen(function* () {
      const found = yield* run("search", () => client.search({ uid: `${next}:*` }, { uid: true }))
      const uids = (found ?? []).filter((uid) => uid >= next).sort((a, b) => a - b)
      next = Math.max(next, (uids.at(-1) ?? 0) + 1)
      heard.set(folder, { uidValidity, next })
      for (const uid of uids.slice(0, NEWS_MAX)) envelopes.unsafeOffer(envelopeOf(folder, keyOf({ uidValidity, uid })))
    })
    const idling = Effect.sync(() => {
      // It ends when the next command is sent; a connection that breaks says so by `close`.
      client.idle().catch(() => client.close())
    })
    yield* look.pipe(
      Effect.zipRight(idling),
      Effect.zipRight(word.take),
      Effect.forever,
      Effect.catchTag("VendorError", (error) => Effect.sync(() => envelopes.unsafeDone(Exit.fail(error)))),
      Effect.forkScoped
    )
  })

const envelopeOf = (folder: string, id: string): Listener.Envelope => ({
  key: `${folder}/${id}`,
  data: { id, partition: folder },
  // The mail stays in its folder: there is nothing to tell the server.
  acknowledge: Effect.void
})
