/**
 * The daemon as a Layer: a ledger worker, a resolver, and a Supervisor over the Connections, with `Control` for people. It runs as long
 * as the layer's scope; closing it stops everything between two steps and gives the leases back.
 */
import { Connections, Database, Dirty, type Signature, type Leases, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { waitMs } from "./connections/Backoff.ts"
import { Control } from "./control/Control.ts"
import * as AlarmChannel from "./alarms/AlarmChannel.ts"
import * as ControlRoom from "./control/ControlRoom.ts"
import * as Destinations from "./writing/Destinations.ts"
import type { Configuration } from "./configuration/Configuration.ts"
import * as Installation from "./configuration/Installation.ts"
import * as Erasing from "./erasing/Erasing.ts"
import * as Leasing from "./connections/Leasing.ts"
import * as Live from "./connections/Live.ts"
import * as Loop from "./connections/Loop.ts"
import * as Normalizer from "./ledger/Normalizer.ts"
import * as Planner from "./writing/Planner.ts"
import * as Replacement from "./connections/Replacement.ts"
import * as Estimator from "./people/Estimator.ts"
import * as Resolver from "./people/Resolver.ts"
import * as Retention from "./keeping/Retention.ts"
import * as Supervisor from "./connections/Supervisor.ts"
import * as Telling from "./alarms/Telling.ts"
import * as Watch from "./alarms/Watch.ts"
import { ConfigurationError, type Problem } from "./configuration/Problem.ts"

export interface Options {
  /** What to run at first. */
  readonly installation: Installation.Installation
  /** Reads the configuration again. */
  readonly reload: Effect.Effect<Either.Either<Installation.Installation, ReadonlyArray<Problem>>>
  /** This process: machine, process id, and a part that no other run has. */
  readonly host: string
  readonly pid: number
  readonly run: string
  readonly isAlive: (pid: number) => boolean
}

export type Services =
  | Supervisor.Services
  | Normalizer.Services
  | Planner.Services
  | Resolver.Services
  | Leases.Leases
  | ControlRoom.Services
  | Signature.Signature
  | Erasing.Services
  | Retention.Services
  | Watch.Services

/** The Connections that may receive webhooks, by id. */
export class Connected extends Context.Tag("@interchannel/runtime/Connected")<
  Connected,
  (id: string) => Installation.Installed | undefined
>() {}

export const layer = (options: Options): Layer.Layer<Control | Connected, StoreError, Services> =>
  Layer.scopedContext(start(options))

/**
 * The daemon inside another program, with a configuration that does not change. It takes itself for the only one of its
 * store. Fails with `ConfigurationError` when the configuration cannot be run.
 */
export const embedded = (
  configuration: Configuration,
  environment: Readonly<Record<string, string | undefined>> = {}
): Layer.Layer<Control | Connected, ConfigurationError | StoreError, Services> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const loaded = Installation.load(configuration, environment)
      if (Either.isLeft(loaded)) return yield* new ConfigurationError({ problems: loaded.left })
      const run = String(yield* Clock.currentTimeMillis)
      const self = { host: "embedded", pid: 1, run, isAlive: () => false }
      return layer({ installation: loaded.right, reload: Effect.succeed(loaded), ...self })
    })
  )

// ---------------------------------------------------------------------------------------------------------------------

const start = (
  options: Options
): Effect.Effect<Context.Context<Control | Connected>, StoreError, Services | Scope.Scope> =>
  Effect.gen(function* () {
    const holder = Leasing.holderName(options.host, options.pid, options.run)
    yield* Leasing.releaseDead(options, options.isAlive)
    const live = yield* Live.make(options.installation)
    const supervisor = yield* Supervisor.make(holder, () => live.installation().alarms)
    const connections = yield* Connections.Connections
    const database = yield* Database.Database
    const oneAtATime = yield* Effect.makeSemaphore(1)
    const apply = (installation: Installation.Installation) =>
      oneAtATime.withPermits(1)(
        Effect.gen(function* () {
          yield* installAll(connections, installation)
          yield* live.set(installation)
          yield* supervisor.apply(installation, live.view)
        })
      )
    yield* apply(options.installation)
    yield* Effect.forkScoped(ledgerWorker(holder, live))
    yield* Effect.forkScoped(resolverWorker(holder, live))
    yield* Effect.forkScoped(estimatorWorker(holder, live))
    const control = yield* ControlRoom.make({
      installation: live.installation,
      supervisor,
      refresh: Effect.zipRight(
        oneAtATime.withPermits(1)(Effect.suspend(() => live.set(live.installation()))),
        database.signal("dirty")
      ),
      reload: Effect.flatMap(options.reload, (loaded) =>
        Either.isLeft(loaded) ? Effect.succeed(loaded.left) : Effect.as(apply(loaded.right), [])
      )
    })
    return Context.make(Control, control).pipe(
      Context.add(Connected, (id) => {
        const installed = live.installation().connections.get(id)
        return installed?.paused === true ? undefined : installed
      })
    )
  })

/** Every connection has its row, with the moment of its installation, before anything asks for it. */
const installAll = (
  connections: Context.Tag.Service<typeof Connections.Connections>,
  installation: Installation.Installation
) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    for (const { id, connector } of installation.connections.values()) yield* connections.install(id, connector.id, now)
  })

/** Normalizes and plans, under the one lease that guards the ledger. */
const ledgerWorker = (holder: string, live: Live.Live): Effect.Effect<never, never, Services> => {
  const { view } = live
  const once = Leasing.during("ledger", holder, ({ lease }) => {
    let swept = 0
    const sweep = Effect.suspend(() => {
      const version = live.version()
      if (version === swept) return Effect.void
      return Replacement.handOver(live.installation(), lease).pipe(
        Effect.zipRight(Destinations.sweep(view.destinations, view.own, lease)),
        Effect.map(() => {
          swept = version
        })
      )
    })
    const normalize = Effect.suspend(() =>
      Normalizer.step({ installed: live.installed, defaultRegion: live.installation().defaultRegion, lease })
    )
    const plan = Effect.zipRight(
      sweep,
      Effect.suspend(() => Planner.step(view, lease))
    )
    return Effect.all(
      [
        Loop.forever(
          "normalize",
          "inbox",
          Effect.flatMap(normalize, ({ rows }) => (rows > 0 ? more : poll))
        ),
        Loop.forever(
          "plan",
          "dirty",
          Effect.flatMap(plan, (marks) => (marks > 0 ? more : untilDue))
        ),
        Loop.forever(
          "retention",
          undefined,
          Retention.make(() => live.installation().keep, lease)
        ),
        Loop.forever(
          "erase",
          "control",
          Effect.suspend(() => Erasing.step(live.installation(), lease))
        ),
        Loop.forever("watch", undefined, Watch.make(live.installation, lease)),
        Loop.forever("alarms", undefined, tellDirectly(live, lease))
      ],
      { concurrency: "unbounded", discard: true }
    )
  })
  return foreverAnew("the ledger worker", once)
}

/** Works out who is who, under the one lease that guards persons. */
const resolverWorker = (holder: string, live: Live.Live): Effect.Effect<never, never, Services> =>
  foreverAnew(
    "the resolver",
    Leasing.during("resolver", holder, ({ lease }) => {
      const resolver = Resolver.make({ own: () => live.view.own }, lease)
      return Loop.forever(
        "resolve",
        "contact",
        Effect.flatMap(resolver.step, (marks) => (marks > 0 ? more : untilPlaced))
      )
    })
  )

/** Estimates the model anew; one daemon of all does. */
const estimatorWorker = (holder: string, live: Live.Live): Effect.Effect<never, never, Services> =>
  foreverAnew(
    "the estimator",
    Leasing.during("estimator", holder, ({ lease }) =>
      Effect.flatMap(Clock.currentTimeMillis, (since) =>
        Loop.forever(
          "estimate",
          "control",
          Effect.suspend(() => Estimator.step(live.installation().identity, since, lease))
        )
      )
    )
  )

const foreverAnew = <E>(name: string, once: Effect.Effect<unknown, E, Services>) => {
  const again = (failures: number): Effect.Effect<never, never, Services> =>
    Effect.catchAllCause(once, (cause) => Effect.logError(`${name} failed and begins anew`, cause)).pipe(
      Effect.zipRight(Effect.sleep(waitMs(failures + 1))),
      Effect.zipRight(Effect.suspend(() => again(failures + 1)))
    )
  return again(0)
}

/** What goes through a Connection is told where that one runs. */
const tellDirectly = (live: Live.Live, lease: Leases.Lease): Effect.Effect<Loop.Next, StoreError, Services> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const rests = yield* Effect.forEach(
      live.installation().alarms.filter(AlarmChannel.isDirect),
      (channel) => Telling.step(channel.name, Telling.directly(channel), lease),
      { concurrency: "unbounded" }
    )
    const until = rests.flatMap((next) => (next === "more" ? [] : [next.restUntil]))
    return { restUntil: Math.min(now + Telling.LOOK_EVERY_MS, ...until) }
  })

const more: Effect.Effect<Loop.Next> = Effect.succeed("more")
const poll: Effect.Effect<Loop.Next> = Effect.map(Clock.currentTimeMillis, (now) => ({ restUntil: now + Loop.POLL_MS }))
const until = (next: Effect.Effect<number | undefined, StoreError, Dirty.Dirty>) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const dueAt = yield* next
    return { restUntil: Math.min(dueAt ?? Number.POSITIVE_INFINITY, now + Loop.POLL_MS) }
  })
const untilDue = until(Effect.flatMap(Dirty.Dirty, ({ nextDueAt }) => nextDueAt))
const untilPlaced = until(Effect.flatMap(Dirty.Dirty, ({ toResolve }) => toResolve.nextDueAt))
