import type { Listener, VendorError } from "@interchannel/connector"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { expect, it } from "vitest"
import { socket } from "../src/listeners.ts"
import { Slack } from "../src/index.ts"
import { type App, withApp } from "./app.ts"

type Heard = Stream.Stream<Listener.Envelope, VendorError.VendorError>
const textOf = ({ data }: Listener.Envelope): unknown =>
  (data as { readonly event: { readonly text: string } }).event.text

/** The test begins after all that was told while the office was furnished. */
const begin = ({ slack }: App): void => {
  for (const told of slack.world.state.told) told.delivered = true
}
const take = (stream: Heard, n: number) => Effect.map(Stream.runCollect(Stream.take(stream, n)), Chunk.toReadonlyArray)

it(
  "what is not acknowledged comes again, with the same key",
  withApp(async (app) => {
    const { slack, office, use } = app
    begin(app)
    const listen = (acknowledge: boolean) =>
      Effect.scoped(
        Effect.gen(function* () {
          const stream = yield* socket.connect
          if (!acknowledge) slack.world.post(office.shared, office.customer, "Help")
          const [envelope] = yield* take(stream, 1)
          if (acknowledge) yield* envelope!.acknowledge
          return envelope!
        })
      )
    const first = await use(listen(false))
    const second = await use(listen(true))
    expect([textOf(first), textOf(second)]).toEqual(["Help", "Help"])
    expect(second.key).toBe(first.key)
    await expect.poll(() => slack.world.state.told.every(({ delivered }) => delivered)).toBe(true)
  })
)

it(
  "what happened while no socket was open comes when one is",
  withApp(async (app) => {
    const { slack, office, use } = app
    begin(app)
    slack.world.post(office.shared, office.customer, "Anybody there?")
    const heard = await use(Effect.scoped(Effect.flatMap(socket.connect, (stream) => take(stream, 1))))
    expect(heard.map(textOf)).toEqual(["Anybody there?"])
  })
)

it(
  "the stream ends when Slack asks to reconnect, after what it sent before",
  withApp(async (app) => {
    const { slack, office, use } = app
    begin(app)
    const program = Effect.gen(function* () {
      const stream = yield* socket.connect
      slack.world.post(office.shared, office.customer, "Last words")
      slack.sockets.disconnect(office.install.team, "warning")
      return Chunk.toReadonlyArray(yield* Stream.runCollect(stream)).map(textOf)
    })
    expect(await use(Effect.scoped(program))).toEqual(["Last words"])
    await expect.poll(() => slack.sockets.connected(office.install.team)).toBe(0)
  })
)

it.each([
  ["dies", "the socket broke or was closed", (app: Cutting) => app.slack.sockets.cut(app.team)],
  [
    "is switched off for good",
    "switched off",
    (app: Cutting) => app.slack.sockets.disconnect(app.team, "link_disabled")
  ]
] as const)("a socket that %s is a failure to try again", (_, __, cut) =>
  withApp(async ({ slack, office, use }) => {
    const program = Effect.gen(function* () {
      const stream = yield* socket.connect
      cut({ slack, team: office.install.team })
      return yield* Effect.exit(Stream.runDrain(stream))
    })
    const ended = await use(Effect.scoped(program))
    expect(Exit.isFailure(ended) && JSON.stringify(ended.cause)).toContain("Unavailable")
  })()
)
interface Cutting {
  readonly slack: Parameters<Parameters<typeof withApp>[0]>[0]["slack"]
  readonly team: string
}

it(
  "a URL that is not Slack's is not opened",
  withApp(async ({ slack, use }) => {
    slack.faults.next("apps.connections.open", 1, {
      _tag: "status",
      status: 200,
      body: { ok: true, url: "wss://evil.example.net/link?ticket=secret-ticket" }
    })
    const error = await use(Effect.scoped(Effect.flip(socket.connect)))
    expect(error.message).toContain("evil.example.net")
    expect(error.message).not.toContain("secret-ticket")
  })
)

it(
  "without an app-level token there is nothing to hear, and no mistake",
  withApp(async ({ slack, office, use }) => {
    const { appToken: _, ...credentials } = office.credentials as { readonly appToken: string }
    const bare = { ...office, credentials }
    expect(Schema.decodeUnknownSync(Slack.credentials)(bare.credentials)).not.toHaveProperty("appToken")
    const program = Effect.gen(function* () {
      const stream = yield* socket.connect
      return yield* Stream.runHead(stream).pipe(Effect.timeoutOption(50))
    })
    Object.assign(office, { credentials })
    expect(Option.isNone(await use(Effect.scoped(program)))).toBe(true)
    expect(slack.log).toEqual([])
  })
)
