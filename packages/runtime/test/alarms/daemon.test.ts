/** An alarm from the vendor's answer to the receiver's door: by the daemon's own timers, over HTTP on loopback. */
import { VendorError } from "@interchannel/connector"
import { Control } from "../../src/control/Control.ts"
import { Store } from "@interchannel/store"
import { it } from "@effect/vitest"
import { Effect, Layer, TestClock } from "effect"
import { expect } from "vitest"
import { daemonOf, load, quietly, worlds } from "../runningDaemon.ts"
import { SECRET, webhookReceiver } from "../receivers.ts"

const STEP_SECONDS = 10
const TURNS = 20

const slowly = <F extends object>(feed: F): F => ({ ...feed, cadenceMs: 30_000 })

/** Lets what hangs on sockets and the event loop come to an end. */
const turn = Effect.async<void>((resume) => {
  const handle = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(handle))
})

const pass = (minutes: number) =>
  Effect.repeatN(
    Effect.zipRight(TestClock.adjust(`${STEP_SECONDS} seconds`), Effect.repeatN(turn, TURNS)),
    (minutes * 60) / STEP_SECONDS - 1
  )

it.scoped("a connection that stops is told of once, and told to be over when it runs again", () =>
  Effect.gen(function* () {
    const receiver = yield* webhookReceiver
    const { crmState, connections } = worlds()
    const { connector } = connections.crm
    // Whatever is read every second would be read a thousand times.
    const crm = { ...connections.crm, connector: { ...connector, feeds: connector.feeds.map(slowly) } }
    const configuration = { connections: { crm }, alarms: { ops: { webhook: receiver.url, secret: SECRET } } }
    yield* TestClock.setTime(Date.UTC(2026, 2, 4, 9))
    const daemon = daemonOf(
      configuration,
      Effect.sync(() => load(configuration))
    )
    yield* Effect.gen(function* () {
      const control = yield* Control
      yield* pass(1)
      expect(receiver.posts).toEqual([])
      crmState.failures.push(new VendorError.Unauthorized({ detail: "the token was revoked" }))
      yield* pass(4)
      expect(receiver.posts).toMatchObject([
        { genuine: true, body: { subject: "interchannel: 1 problem", raised: [{ key: "crm parked" }] } }
      ])
      expect(receiver.posts[0]?.body.text).toContain("the token was revoked")
      yield* control.reload
      yield* pass(8)
      expect(receiver.posts.map(({ body }) => body.subject)).toEqual([
        "interchannel: 1 problem",
        "interchannel: all clear"
      ])
    }).pipe(Effect.provide(Layer.provideMerge(daemon, Store.layerTemporary)))
  }).pipe(quietly)
)
