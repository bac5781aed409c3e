/** Mistakes in taking pushes. */
import { Verifier } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as P from "../parley/Parley.ts"
import { changed, type Flaw, flaw } from "./Flaw.ts"

const unsigned = "a delivery without its signature, or with a false one, is refused"
const replayed = "a delivery that comes again is known, and different ones are not confused"

export const pushingFlaws: ReadonlyArray<Flaw> = [
  flaw("accepts everything", unsigned, { events: { verifier: () => Verifier.genuine } }),
  flaw("accepts what has no signature", unsigned, {
    events: {
      verifier: (delivery, credentials, now) =>
        delivery.headers["x-parley-signature"] === undefined ? Verifier.genuine : P.verifier(delivery, credentials, now)
    }
  }),
  flaw("looks only whether there is a signature", "a delivery whose body was changed is refused", {
    events: {
      verifier: ({ headers }) =>
        headers["x-parley-signature"] === undefined ? Verifier.refused("unsigned") : Verifier.genuine
    }
  }),
  flaw("ignores when it was sent", "an old delivery, or one from the future, is refused", {
    events: { verifier: (delivery, credentials) => P.verifier(delivery, credentials, delivery.receivedAt) }
  }),
  flaw("refuses what is genuine", "a genuine delivery is accepted, and tells something", {
    events: { verifier: () => Verifier.refused("on principle") }
  }),
  flaw("throws at an odd body", "an odd delivery is refused or set aside, and never throws", {
    events: {
      verifier: (delivery, credentials, now) => {
        const body: unknown = JSON.parse(Buffer.from(delivery.body).toString("utf8"))
        return body === undefined ? Verifier.refused("empty") : P.verifier(delivery, credentials, now)
      }
    }
  }),
  flaw("keys a delivery by when it came", replayed, {
    events: { deliveryKey: (_, { receivedAt }) => String(receivedAt) }
  }),
  flaw("gives all deliveries one key", replayed, { events: { deliveryKey: () => "event" } }),
  flaw("names what is pushed otherwise", "deliveries in any order, and the feed before or after them, say the same", {
    events: {
      normalize: (event, origin) =>
        changed(P.events.normalize(event, origin), ({ ref }) => ({ ref: { kind: "pushed", id: ref.id } }))
    }
  }),
  flaw(
    "opens a silent socket",
    "a socket brings what happens, again after a reconnect, and what it says is what the feed says",
    { socket: { connect: Effect.succeed(Stream.empty) } }
  ),
  flaw("takes a refused socket for an ended one", "a socket with refused credentials fails as Unauthorized", {
    socket: { connect: Effect.catchAll(P.socket.connect, () => Effect.succeed(Stream.empty)) }
  })
]
