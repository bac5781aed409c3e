/**
 * Keeps the configured Connections running, each apart from the others: one that fails begins anew, one that needs a person
 * is parked and says so. A changed configuration stops, starts or restarts exactly the Connections it concerns. Where several
 * daemons share a store, one that parked a Connection stands by as soon as another keeps it running.
 */
import { Gate, type VendorError } from "@interchannel/connector"
import { Connections, Database, Inbox, type Leases, Quotas, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { AlarmChannel } from "../alarms/AlarmChannel.ts"
import * as Attempt from "../writing/Attempt.ts"
import { waitMs } from "./Backoff.ts"
import * as ConnectionLoops from "./ConnectionLoops.ts"
import type * as Desire from "../entries/Desire.ts"
import type * as Inputs from "../writing/Inputs.ts"
import type { Installation, Installed } from "../configuration/Installation.ts"
import * as Leasing from "./Leasing.ts"
import * as Quota from "./Quota.ts"
import * as Replacement from "./Replacement.ts"
import type { Running } from "./Running.ts"

/** A Connection that runs elsewhere for so long does so in earnest: whoever parked it stands by. */
const EARNEST_MS = 5 * 60_000
const LOOK_EVERY = Duration.minutes(1)

export type Services = ConnectionLoops.Services | Leases.Leases | Quotas.Quotas

export interface Supervisor {
  /** Brings what runs in line with the configuration. */
  readonly apply: (installation: Installation, options: Inputs.Options) => Effect.Effect<void, StoreError>
  /** Runs an effect with the API of a Connection that is at work; `undefined` when it is not. */
  readonly running: (id: string) => Running | undefined
}

/** `alarms`: the channels of the configuration in force. */
export const make = (holder: string, alarms: Alarms): Effect.Effect<Supervisor, never, Services | Scope.Scope> =>
  Effect.gen(function* () {
    const context = yield* Effect.context<Services>()
    const connections = yield* Connections.Connections
    const database = yield* Database.Database
    const inbox = yield* Inbox.Inbox
    const fibers = yield* FiberMap.make<string, void, never>()
    const started = new Map<string, string>()
    const running = new Map<string, Running>()
    const parked = new Set<string>()
    yield* Effect.addFinalizer(() => Effect.suspend(() => sayWaiting([...running.keys()])))

    const start = (installed: Installed, options: Inputs.Options) =>
      supervise(installed, { options, holder, running, parked, alarms }).pipe(Effect.provide(context))

    const apply = (installation: Installation, options: Inputs.Options) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        for (const row of yield* connections.all) {
          if (installation.connections.has(row.id) || row.health === "removed") continue
          yield* FiberMap.remove(fibers, row.id)
          started.delete(row.id)
          yield* connections.update(row.id, { health: "removed", healthAt: now })
          yield* Effect.logInfo(`connection ${row.id} was removed from the configuration; what it told is kept`)
        }
        for (const installed of installation.connections.values()) {
          const row = yield* connections.install(installed.id, installed.connector.id, now)
          if (row.health === "removed") yield* welcomeBack(installed, now)
          // One that was parked is tried again: somebody reads the configuration anew because something was mended.
          const runs = yield* FiberMap.has(fibers, installed.id)
          if (runs && !parked.has(installed.id) && started.get(installed.id) === installed.fingerprint) continue
          started.set(installed.id, installed.fingerprint)
          yield* FiberMap.remove(fibers, installed.id)
          if (installed.paused) {
            const detail = "paused in the configuration; remove `paused` to go on"
            yield* connections.update(installed.id, { health: "parked", detail, healthAt: now })
            continue
          }
          yield* FiberMap.run(fibers, installed.id, start(installed, options))
        }
      })
    const welcomeBack = ({ id }: Installed, now: number) =>
      Effect.gen(function* () {
        const again = yield* database.write(
          Effect.zipRight(
            connections.update(id, { health: "starting", detail: "", healthAt: now }),
            inbox.reopen({ connection: id, state: "quarantined" })
          )
        )
        yield* Effect.logInfo(`connection ${id} is back; ${again} items that were set aside are read again`)
      })
    return { apply, running: (id) => running.get(id) }
  })

// ---------------------------------------------------------------------------------------------------------------------

/** Each says by itself when it has ended. */
const sayWaiting = (connections: ReadonlyArray<string>): Effect.Effect<void> =>
  connections.length === 0
    ? Effect.void
    : Effect.logInfo(`waiting for what is under way with ${connections.join(", ")}`)

type Alarms = () => ReadonlyArray<AlarmChannel>

interface Surroundings {
  readonly options: Inputs.Options
  readonly holder: string
  readonly running: Map<string, Running>
  /** Those that this daemon parked. */
  readonly parked: Set<string>
  readonly alarms: Alarms
}

/** Runs one Connection until it is interrupted; whatever ends it begins it anew, though one that is parked not by itself. */
const supervise = (installed: Installed, surroundings: Surroundings): Effect.Effect<void, never, Services> => {
  const once = Leasing.during(`connection:${installed.id}`, surroundings.holder, (held) =>
    Effect.scoped(work(installed, surroundings, held)).pipe(
      Effect.onInterrupt(() => Effect.logInfo(`connection ${installed.id} has stopped`)),
      Effect.flatMap((error) => park(installed, error, held.lease))
    )
  )
  const again = (failures: number): Effect.Effect<void, never, Services> =>
    Effect.matchCauseEffect(once, {
      onSuccess: () =>
        Effect.zipRight(
          standBy(installed, surroundings.parked),
          Effect.suspend(() => again(0))
        ),
      onFailure: (cause) =>
        Effect.logError(`connection ${installed.id} failed and begins anew`, cause).pipe(
          Effect.zipRight(Effect.sleep(waitMs(failures + 1))),
          Effect.zipRight(Effect.suspend(() => again(failures + 1)))
        )
    })
  return again(0).pipe(Effect.annotateLogs("connection", installed.id))
}

const work = (installed: Installed, { options, running, alarms }: Surroundings, held: Leasing.Held) =>
  Effect.gen(function* () {
    const connections = yield* Connections.Connections
    const now = yield* Clock.currentTimeMillis
    const row = yield* connections.install(installed.id, installed.connector.id, now)
    const stranger = yield* Replacement.settle(installed, held.lease)
    if (stranger !== undefined) return stranger
    const gate = yield* Quota.make(
      installed.connector.id,
      installed.limits,
      held.hasTime,
      yield* spent(installed, held)
    )
    const layer = installed.connector.api(installed.account) as Layer.Layer<unknown, VendorError.VendorError, Gate.Gate>
    const built = yield* Effect.either(Layer.build(Layer.provide(layer, Layer.succeed(Gate.Gate, gate))))
    if (built._tag === "Left") return Attempt.parks(built.left) ? built.left : yield* Effect.fail(built.left)
    const provide = Effect.provide(built.right as Context.Context<unknown>)
    const at: Running = {
      installed,
      installedAt: row.installedAt,
      since: now,
      lease: held.lease,
      call: (effect) => provide(effect) as typeof effect as never,
      open: (effect) => provide(effect) as never
    }
    running.set(installed.id, at)
    yield* Effect.addFinalizer(() => Effect.sync(() => running.delete(installed.id)))
    const database = yield* Database.Database
    yield* database.write(connections.update(installed.id, { health: "running", detail: "", healthAt: now }), held)
    yield* Effect.logInfo(`connection ${installed.id} (${installed.connector.title}) is running`)
    const destination: Desire.Destination | undefined = options.destinations.find(
      (one) => one.installed.id === installed.id
    )
    return yield* ConnectionLoops.run(at, destination, options, alarms)
  })

/** Waits until another daemon keeps running what this one parked: then its lease is worth waiting for. */
const standBy = ({ id }: Installed, parked: Set<string>): Effect.Effect<void, never, Connections.Connections> => {
  const isInEarnest = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const row = (yield* (yield* Connections.Connections).all).find((one) => one.id === id)
    return row?.health === "running" && row.healthAt + EARNEST_MS <= now
  })
  const look = Effect.catchAll(isInEarnest, (error) =>
    Effect.as(Effect.logWarning(`whether ${id} runs elsewhere could not be seen`, error), false)
  )
  return Effect.sync(() => parked.add(id)).pipe(
    Effect.zipRight(Effect.repeat(Effect.delay(look, LOOK_EVERY), { until: (is) => is })),
    Effect.ensuring(Effect.sync(() => parked.delete(id))),
    Effect.asVoid
  )
}

/** What was spent before the restart counts: a daily allowance is not spent twice. */
const spent = ({ id }: Installed, { lease }: Leasing.Held) =>
  Effect.gen(function* () {
    const quotas = yield* Quotas.Quotas
    const database = yield* Database.Database
    const memory: Quota.Memory = {
      saved: (yield* quotas.all).find(({ connection }) => connection === id)?.state,
      save: (state) =>
        Effect.flatMap(Clock.currentTimeMillis, (savedAt) =>
          Effect.catchAll(database.write(quotas.save({ connection: id, state, savedAt }), { lease }), (error) =>
            Effect.logWarning(`what ${id} spent of its quota could not be saved`, error)
          )
        )
    }
    return memory
  })

const park = (
  installed: Installed,
  error: VendorError.VendorError,
  lease: Leases.Lease
): Effect.Effect<void, StoreError, Connections.Connections | Database.Database> =>
  Effect.gen(function* () {
    const connections = yield* Connections.Connections
    const database = yield* Database.Database
    yield* Effect.logError(`connection ${installed.id} is parked: ${error.message}`)
    const detail = `${error.message}; the connection starts again when the configuration is read again`
    const healthAt = yield* Clock.currentTimeMillis
    yield* database.write(connections.update(installed.id, { health: "parked", detail, healthAt }), { lease })
  })
