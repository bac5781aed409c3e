/** A whole daemon with its loops and real time, on a database in memory, beside which a test does things. */
import { Store } from "@interchannel/store"
import { Duration, Effect, Either, Layer, Logger, Ref } from "effect"
import { type Configuration, Control, Daemon, Installation, type Problem } from "../src/index.ts"
import { chat, chatWorld } from "./sampleVendors/chat.ts"
import { crm } from "./sampleVendors/crm.ts"
import { crmWorld } from "./sampleVendors/crmWorld.ts"

const WAIT = Duration.seconds(10)

export const until = (what: string, condition: Effect.Effect<boolean, unknown>): Effect.Effect<void> =>
  Effect.gen(function* () {
    while (!(yield* Effect.orDie(condition))) yield* Effect.sleep("20 millis")
  }).pipe(Effect.timeoutFail({ duration: WAIT, onTimeout: () => new Error(`never: ${what}`) }), Effect.orDie)

export const load = (configuration: Configuration) => Installation.load(configuration, {})

export const daemonOf = (first: Configuration, reload: Daemon.Options["reload"]) =>
  Daemon.layer({
    installation: Either.getOrThrow(load(first)),
    reload,
    host: "test",
    pid: 1,
    run: "r",
    isAlive: () => false
  })

export const quietly = Effect.provide(Logger.remove(Logger.defaultLogger))

/** Runs `body` beside a daemon with this configuration; `configure` puts another one into effect. */
export const withDaemon = <A>(
  first: Configuration,
  body: (at: {
    readonly control: Control["Type"]
    readonly configure: (next: Configuration) => Effect.Effect<ReadonlyArray<Problem.Problem>>
  }) => Effect.Effect<A, unknown, Store.Services>
): Promise<A> =>
  Effect.gen(function* () {
    const current = yield* Ref.make(first)
    const daemon = daemonOf(first, Effect.map(Ref.get(current), load))
    return yield* Effect.gen(function* () {
      const control = yield* Control
      return yield* body({
        control,
        configure: (next) => Effect.orDie(Effect.zipRight(Ref.set(current, next), control.reload))
      })
    }).pipe(Effect.provide(Layer.provideMerge(daemon, Store.layerTemporary)))
  }).pipe(quietly, Effect.runPromise)

export const at = () => Date.now() + 50
export const message = (id: string, text: string) => ({ id, at: at(), from: "ana", email: "ana@example.com", text })
export const ana = { id: "1", email: "ana@example.com", updatedAt: 1 }

export const worlds = () => {
  const chatState = chatWorld()
  const crmState = crmWorld()
  crmState.records.push(ana)
  const connections = {
    chat: { connector: chat(chatState), credentials: { secret: "s" } },
    crm: { connector: crm(crmState), credentials: { token: "t" }, destination: {} }
  }
  return { chatState, crmState, connections }
}

export const health = (control: Control["Type"], id: string) =>
  Effect.map(control.status, ({ connections }) => connections.find((one) => one.id === id)?.health)
