/**
 * A stand-in for Slack that behaves, and misbehaves, as Slack documents: the Web API for two workspaces that installed the
 * app, Socket Mode, and signed events. `world` is what people do there.
 */
import type { Delivery } from "@interchannel/connector"
import { Emulator, EmulatorClock, type Outbox } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { methods, Refusal } from "./emulator/methods.ts"
import * as Pace from "./emulator/pace.ts"
import { type PushOptions, push, sign } from "./emulator/pushes.ts"
import { Sockets } from "./emulator/sockets.ts"
import { empty, type Install, type Message, type State } from "./emulator/State.ts"
import { World } from "./emulator/World.ts"
import { limits } from "./limits.ts"
import { MARKER } from "./normalize.ts"

export type { PushOptions } from "./emulator/pushes.ts"
export type { Install } from "./emulator/State.ts"
export type { World } from "./emulator/World.ts"

export interface Options {
  readonly clock?: EmulatorClock.EmulatorClock
  readonly port?: number
  /** Items on a page at most, so that little data has several pages. */
  readonly pageItems?: number
  /** `distributed`: 15 messages a page, one history call a minute. */
  readonly historyProfile?: "internal" | "distributed"
  /** Answers 429 when a method is called more often than its tier allows. */
  readonly paced?: boolean
  /** A state that `snapshot` gave. */
  readonly saved?: string
}

export interface SlackEmulator extends Emulator.Emulator {
  /** The setting `apiUrl`. */
  readonly apiUrl: string
  readonly world: World
  readonly sockets: Sockets
  /** The app in each workspace. The first two exist from the start. */
  readonly installs: ReadonlyArray<Install>
  /** A genuine delivery of any body, signed now. */
  readonly sign: (install: Install, body: string) => Delivery.Delivery
  /** All that a workspace's app was told so far, oldest first, each as a genuine delivery. */
  readonly deliveries: (install: Install) => ReadonlyArray<Delivery.Delivery>
  /** Sends events to a URL, as they come. */
  readonly push: (target: string, options?: PushOptions) => Outbox.Pushing
  /** What the app wrote, by our keys: sorted, without the ids and times that Slack draws. */
  readonly canonical: () => ReadonlyArray<Written>
  readonly snapshot: () => string
  readonly restore: (saved: string) => void
}

/** One message of ours. */
export interface Written {
  readonly key: string
  readonly workspace: string
  readonly channel: string
  /** The text that began the thread. */
  readonly below?: string
  readonly text: string
  readonly blocks?: unknown
}

export const startSlack = (options: Options = {}): Effect.Effect<SlackEmulator, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = options.clock ?? EmulatorClock.system
    const world = new World(options.saved === undefined ? empty() : (JSON.parse(options.saved) as State), clock)
    if (options.saved === undefined) {
      for (const name of ["Emulated One", "Emulated Two"]) world.install(world.addTeam(name))
    }
    const sockets = yield* Effect.acquireRelease(
      Effect.sync(() => new Sockets(world, clock)),
      (opened) => Effect.sync(() => opened.close())
    )
    let webSocketUrl = ""
    const emulator = yield* Emulator.start({
      name: "slack",
      clock,
      ...(options.port === undefined ? {} : { port: options.port }),
      upgrade: sockets.upgrade,
      routes: [
        {
          method: "POST",
          path: "/api/:method",
          operation: (call) => call.params["method"] ?? "",
          handle: answering(world, options, (install) => webSocketUrl + sockets.ticket(install))
        }
      ],
      throttled: (_, retryAfterMs) => throttled(retryAfterMs),
      unauthorized: () => ({ status: 200, body: { ok: false, error: "invalid_auth" } })
    })
    webSocketUrl = emulator.url.replace(/^http/, "ws")
    return {
      ...emulator,
      apiUrl: `${emulator.url}/api/`,
      world,
      sockets,
      get installs() {
        return world.state.installs
      },
      sign: (install, body) => sign(install, body, clock.now()),
      deliveries: (install) =>
        world.state.told
          .filter(({ team }) => team === install.team)
          .map((told) => sign(install, JSON.stringify(told.body), clock.now())),
      push: (target, pushOptions) => push(world, clock, target, pushOptions),
      canonical: () => canonical(world),
      snapshot: () => JSON.stringify(world.state),
      restore: (saved) => {
        world.state = JSON.parse(saved) as State
      }
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

const answering = (
  world: World,
  options: Options,
  openSocket: (install: Install) => string
): Emulator.Route["handle"] => {
  const distributed = options.historyProfile === "distributed"
  const pace = Pace.make(limits({ historyProfile: distributed ? "distributed" : "internal" }))
  return (call) => {
    const name = call.params["method"] ?? ""
    const token = call.headers["authorization"]?.replace(/^Bearer /, "")
    const isForApp = name === "apps.connections.open"
    const install = world.state.installs.find((one) => (isForApp ? one.appToken : one.botToken) === token)
    if (token === undefined) return refused("not_authed")
    if (install === undefined)
      return refused(token.startsWith("xox") === isForApp ? "not_allowed_token_type" : "invalid_auth")
    if (install.revoked) return refused("token_revoked")
    const args = call.form()
    const waitMs = options.paced === true ? pace.take(install.team, name, args["channel"], call.at) : 0
    if (waitMs > 0) return throttled(waitMs)
    const headers = { "x-oauth-scopes": install.scopes.join(",") }
    if (isForApp) return { status: 200, headers, body: { ok: true, url: openSocket(install) } }
    const method = methods[name]
    if (method === undefined) return refused("unknown_method")
    if (method.scopes.length > 0 && !method.scopes.some((scope) => install.scopes.includes(scope))) {
      return refused("missing_scope", { needed: method.scopes[0], provided: install.scopes.join(",") })
    }
    try {
      const body = method.answer({
        world,
        install,
        args,
        fault: call.fault,
        pageItems: options.pageItems ?? Number.POSITIVE_INFINITY,
        distributed,
        at: call.at
      })
      return { status: 200, headers, body: { ok: true, ...body } }
    } catch (cause) {
      if (cause instanceof Refusal) return { status: 200, headers, body: cause.answer }
      throw cause
    }
  }
}

const refused = (error: string, more: Readonly<Record<string, unknown>> = {}): Emulator.Reply => ({
  status: 200,
  body: { ok: false, error, ...more }
})

const throttled = (retryAfterMs: number | undefined): Emulator.Reply => ({
  status: 429,
  headers: retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMs / 1000)) },
  body: { ok: false, error: "ratelimited" }
})

const canonical = (world: World): ReadonlyArray<Written> =>
  Object.values(world.state.channels)
    .flatMap((channel) =>
      world.messages(channel.id).flatMap((message) => {
        const key = keyOf(message)
        if (key === undefined) return []
        const parent = world.messages(channel.id).find(({ ts }) => ts === message.thread_ts && ts !== message.ts)
        const workspace = world.state.teams[message.team ?? ""]?.name ?? ""
        const { text, blocks } = message
        return [{ key, workspace, channel: channel.name, below: parent?.text, text, blocks }]
      })
    )
    .map((written) => JSON.parse(named(world, JSON.stringify(written))) as Written)
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

/** Names in the place of ids, and no times: those of links, and those that are shown. */
const named = ({ state }: World, json: string): string =>
  json
    .replace(/\b[UCGD]0EM\d+\b/g, (id) =>
      JSON.stringify(state.users[id]?.real_name ?? state.channels[id]?.name ?? id).slice(1, -1)
    )
    .replace(/\/p\d{16}\b/g, "/p")
    .replace(/thread_ts=\d+\.\d+/g, "thread_ts")
    .replace(/<!date\^[^>]*>/g, "<!date>")

/** Our key in a message. */
export const keyOf = ({ metadata }: Message): string | undefined =>
  metadata?.event_type === MARKER ? String(metadata.event_payload["id"]) : undefined
