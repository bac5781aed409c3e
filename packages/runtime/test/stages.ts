/** The daemon's stages, one after the other and by hand, over the sample vendors on a real database. */
import { createHmac } from "node:crypto"
import type { Delivery } from "@interchannel/connector"
import { Own } from "@interchannel/domain"
import { Connections, Database, Inbox, Leases, type Store } from "@interchannel/store"
import { Clock, Effect, Either, TestClock } from "effect"
import type { Configuration } from "../src/configuration/Configuration.ts"
import * as ControlRoom from "../src/control/ControlRoom.ts"
import * as Destinations from "../src/writing/Destinations.ts"
import * as Dispatcher from "../src/writing/Dispatcher.ts"
import * as Installation from "../src/configuration/Installation.ts"
import * as Normalizer from "../src/ledger/Normalizer.ts"
import * as Planner from "../src/writing/Planner.ts"
import * as Puller from "../src/feeds/Puller.ts"
import * as Receiver from "../src/feeds/Receiver.ts"
import * as Resolver from "../src/people/Resolver.ts"
import type { Running } from "../src/connections/Running.ts"
import { ChatWorld, chat, chatWorld } from "./sampleVendors/chat.ts"
import { crm } from "./sampleVendors/crm.ts"
import { CrmWorld, crmWorld } from "./sampleVendors/crmWorld.ts"

export const START = 1_000_000
const STEPS_MAX = 1_000

type Connection = Configuration["connections"][string]

interface Options {
  readonly own?: Own.Own
  readonly chat?: Partial<Configuration["connections"][string]>
  readonly crm?: { readonly [K in keyof Connection]?: Connection[K] | undefined }
  readonly mode?: Connections.Mode
}

/** Both vendors installed at START, the CRM a destination that is approved. A second chat account can be there too. */
export const world = ({ own = Own.none, mode = "live", ...given }: Options = {}) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(START)
    const chatState = chatWorld()
    const otherChat = chatWorld()
    const crmState = crmWorld()
    const load = (next: Pick<Options, "crm" | "own">) =>
      Either.getOrThrow(
        Installation.load(
          {
            own: next.own ?? own,
            connections: {
              chat: { connector: chat(chatState), credentials: { secret: "s" }, ...given.chat },
              other: { connector: chat(otherChat), credentials: { secret: "o" } },
              crm: { connector: crm(crmState), credentials: { token: "t" }, destination: {}, ...next.crm } as Connection
            }
          },
          {}
        )
      )
    let configured: Pick<Options, "crm" | "own"> = given
    let installation = load(configured)
    const connections = yield* Connections.Connections
    for (const { id, connector } of installation.connections.values())
      yield* connections.install(id, connector.id, START)
    yield* connections.update("crm", { mode })
    const options = {
      own,
      destinations: Destinations.of(installation, yield* connections.all),
      titleOf: Destinations.titleOf(installation),
      pageOf: (entry: string) => `https://hooks.example.com/entries/${entry}`
    }
    /** Another configuration comes into force, as the ledger worker puts it. */
    const configure = (next: Pick<Options, "crm" | "own">) =>
      Effect.gen(function* () {
        configured = { ...configured, ...next }
        installation = load(configured)
        options.own = next.own ?? own
        options.destinations = Destinations.of(installation, yield* connections.all)
        yield* Destinations.sweep(options.destinations, options.own, lease)
      })
    /** What people ask of the daemon; what they approve is looked at again as after a start. */
    const control = yield* ControlRoom.make({
      installation: () => installation,
      supervisor: { apply: () => Effect.void, running: (id) => runningOf(id) },
      reload: Effect.succeed([]),
      refresh: Effect.provide(configure({}), yield* Effect.context<Store.Services>())
    })
    const leases = yield* Leases.Leases
    const lease = (yield* leases.take("test", "me", { now: START, forMs: 1_000_000_000 }))!
    const runningOf = (id: string): Running => {
      const call: Running["call"] = (effect) =>
        effect.pipe(
          Effect.provideService(ChatWorld, id === "other" ? otherChat : chatState),
          Effect.provideService(CrmWorld, crmState)
        ) as never
      return {
        installed: installation.connections.get(id)!,
        installedAt: START,
        since: START,
        lease,
        call,
        open: call as never
      }
    }
    const until = <E, R>(step: Effect.Effect<boolean, E, R>) =>
      Effect.gen(function* () {
        for (let steps = 0; steps < STEPS_MAX; steps++) if (!(yield* step)) return
        return yield* Effect.dieMessage(`still busy after ${STEPS_MAX} steps`)
      })
    const readers = ["chat", "other", "crm"].flatMap((id) =>
      runningOf(id).installed.connector.feeds.map((feed) => Puller.reader(runningOf(id), feed))
    )
    const pull = Effect.forEach(readers, (read) => until(Effect.map(read, ({ _tag }) => _tag === "Read")))
    const normalize = until(
      Effect.map(
        Normalizer.step({ installed: (id) => installation.connections.get(id), defaultRegion: undefined, lease }),
        ({ rows }) => rows > 0
      )
    )
    let resolver = Resolver.make({ own: () => options.own }, lease)
    const resolveOnce = Effect.suspend(() => resolver.step)
    const resolve = until(Effect.map(resolveOnce, (marks) => marks > 0))
    /** As after a crash: what it had read is gone. */
    const restart = Effect.sync(() => {
      resolver = Resolver.make({ own: () => options.own }, lease)
    })
    const planAlone = until(Effect.map(Planner.step(options, lease), (marks) => marks > 0))
    const plan = Effect.zipRight(resolve, planAlone)
    const dispatchTo = (id: string) =>
      until(
        Effect.map(
          Dispatcher.step(runningOf(id), options.destinations.find(({ installed }) => installed.id === id)!, options),
          ({ rest, stopped }) => rest === undefined && stopped === undefined
        )
      )
    const dispatch = dispatchTo("crm")
    const settle = Effect.all([normalize, plan, dispatch], { discard: true })
    /** Everything that is to be done at this moment, and a second later. */
    const turn = Effect.all([TestClock.adjust("2 seconds"), pull, settle], { discard: true })
    const entries = () => [...crmState.entries.values()].map(({ body, records }) => ({ body, records: [...records] }))
    const bodies = () =>
      entries()
        .map(({ body }) => body)
        .sort()
    const push = (connection: "chat" | "other", delivery: string, messages: ReadonlyArray<unknown>) =>
      Effect.gen(function* () {
        const body = Buffer.from(JSON.stringify({ delivery, messages }))
        const signature = createHmac("sha256", connection === "chat" ? "s" : "o")
          .update(body)
          .digest("hex")
        const pushed: Delivery.Delivery = {
          method: "POST",
          url: `https://intake.example.com${Receiver.pathOf(connection, "pushed")}`,
          headers: { "content-type": "application/json", "x-signature": signature },
          body,
          receivedAt: yield* Clock.currentTimeMillis
        }
        const connected = (id: string) => installation.connections.get(id)
        const judged = Receiver.judge(connected, Receiver.pathOf(connection, "pushed"), pushed)
        if (judged._tag !== "Store") return yield* Effect.dieMessage(judged._tag)
        const inbox = yield* Inbox.Inbox
        return yield* (yield* Database.Database).write(inbox.accept([judged.incoming]))
      })
    return {
      control,
      configure,
      runningOf,
      otherChat,
      push,
      chatState,
      crmState,
      pull,
      normalize,
      resolve,
      resolveOnce,
      restart,
      plan,
      planAlone,
      dispatch,
      dispatchTo,
      settle,
      turn,
      entries,
      bodies,
      lease,
      installation
    }
  })
