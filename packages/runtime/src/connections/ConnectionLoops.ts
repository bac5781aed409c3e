/** Everything one Connection does while it runs: reading its feeds, listening, writing. Ends only when it has to be parked. */
import { type Feed, Lane, type VendorError } from "@interchannel/connector"
import { type Alarms, type Connections, type Database, Projections, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Ref from "effect/Ref"
import type { AlarmChannel } from "../alarms/AlarmChannel.ts"
import * as Attempt from "../writing/Attempt.ts"
import { waitMs } from "./Backoff.ts"
import type * as Desire from "../entries/Desire.ts"
import * as Dispatcher from "../writing/Dispatcher.ts"
import type * as Inputs from "../writing/Inputs.ts"
import * as ListenerLoop from "../feeds/ListenerLoop.ts"
import * as Loop from "./Loop.ts"
import * as Puller from "../feeds/Puller.ts"
import * as Refetching from "../feeds/Refetching.ts"
import type { Running } from "./Running.ts"
import * as Telling from "../alarms/Telling.ts"
import { until } from "./until.ts"

export type Services =
  | Alarms.Alarms
  | Puller.Services
  | Dispatcher.Services
  | Connections.Connections
  | Database.Database

/** Runs until the vendor's answer says that a person must act; answers with that error. */
export const run = (
  running: Running,
  destination: Desire.Destination | undefined,
  options: Inputs.Options,
  alarms: () => ReadonlyArray<AlarmChannel>
): Effect.Effect<VendorError.VendorError, StoreError, Services> =>
  Effect.gen(function* () {
    const parked = yield* Deferred.make<VendorError.VendorError>()
    const { feeds, listeners, id } = { ...running.installed.connector, id: running.installed.id }
    const loops = [
      ...feeds.map((feed) => pull(running, feed, parked)),
      ...(feeds.some((feed) => feed.one !== undefined) ? [refetch(running, parked)] : []),
      ...listeners.map((listener) =>
        Loop.forever(
          `${id} ${listener.name}`,
          undefined,
          guarded(ListenerLoop.session(running, listener), parked, onceMore)
        )
      ),
      ...(running.installed.connector.actions.some(({ verb }) => verb === "SendMessage")
        ? [tell(running, alarms), send(running, options, parked)]
        : []),
      ...(destination === undefined ? [] : [dispatch(running, destination, options, parked)])
    ]
    const all = Effect.all(loops, { concurrency: "unbounded", discard: true })
    return yield* until(Effect.zipRight(all, Effect.never), Deferred.await(parked))
  }).pipe(Effect.annotateLogs("connection", running.installed.id))

// ---------------------------------------------------------------------------------------------------------------------

type Parked = Deferred.Deferred<VendorError.VendorError>

/** A session that ended is opened again after a breath. */
const onceMore = (_: void, now: number): Loop.Next => ({ restUntil: now + 1_000 })

/**
 * One step with its vendor failures handled: what a person must mend parks the Connection, the rest is tried again when the
 * vendor asks for it, else with growing waits.
 */
const guarded = <A, R>(
  step: Effect.Effect<A, VendorError.VendorError | StoreError, R>,
  parked: Parked,
  next: (answer: A, now: number) => Loop.Next
): Effect.Effect<Loop.Next, StoreError, R> => {
  const failures = Ref.unsafeMake(0)
  return Effect.gen(function* () {
    const answer = yield* Effect.either(step)
    const now = yield* Clock.currentTimeMillis
    if (Either.isRight(answer)) {
      yield* Ref.set(failures, 0)
      return next(answer.right, now)
    }
    const error = answer.left
    if (error._tag === "StoreError") return yield* Effect.fail(error)
    if (Attempt.parks(error)) {
      yield* Deferred.succeed(parked, error)
      return yield* Effect.never
    }
    const count = yield* Ref.updateAndGet(failures, (value) => value + 1)
    yield* Effect.logWarning(error.message)
    return { restUntil: now + waitMs(count, error.reason) }
  })
}

const pull = (running: Running, feed: Feed.Any, parked: Parked) => {
  const next = (pulled: Puller.Pulled): Loop.Next => (pulled._tag === "Read" ? "more" : { restUntil: pulled.until })
  return Loop.forever(
    `${running.installed.id} ${feed.name}`,
    undefined,
    guarded(Puller.reader(running, feed), parked, next)
  )
}

const refetch = (running: Running, parked: Parked) =>
  Loop.forever(
    `${running.installed.id} refetch`,
    "refetch",
    guarded(Effect.locally(Refetching.step(running), Lane.current, "live"), parked, (done, now) =>
      done > 0 ? "more" : { restUntil: now + Loop.POLL_MS }
    )
  )

/** Alarms that reach a person through this Connection. */
const tell = (running: Running, alarms: () => ReadonlyArray<AlarmChannel>) =>
  Loop.forever(
    `${running.installed.id} alarms`,
    undefined,
    Effect.gen(function* () {
      for (const channel of alarms()) {
        if (channel._tag !== "Connection" || channel.connection !== running.installed.id) continue
        yield* Telling.ask(channel, running.lease)
      }
      return { restUntil: (yield* Clock.currentTimeMillis) + Telling.LOOK_EVERY_MS }
    })
  )

/** What is to be said through this Connection. */
const send = (running: Running, options: Inputs.Options, parked: Parked) => {
  const step = Effect.flatMap(Dispatcher.send(running, options), ({ rest, stopped }) =>
    stopped === undefined ? Effect.succeed(rest === undefined) : Effect.fail(stopped)
  )
  const next = (more: boolean, now: number): Loop.Next => (more ? "more" : { restUntil: now + Loop.POLL_MS })
  return Loop.forever(`${running.installed.id} send`, "projection", guarded(step, parked, next))
}

const dispatch = (running: Running, destination: Desire.Destination, options: Inputs.Options, parked: Parked) => {
  const step = Effect.gen(function* () {
    const projections = yield* Projections.Projections
    const nextDueAt = Effect.map(
      projections.nextDueAt(running.installed.id),
      (dueAt) => dueAt ?? Number.POSITIVE_INFINITY
    )
    // Most looks find nothing, and this one costs least.
    const dueAt = yield* nextDueAt
    if (dueAt > (yield* Clock.currentTimeMillis)) return dueAt
    const { rest, stopped } = yield* Dispatcher.step(running, destination, options)
    if (stopped !== undefined) return yield* Effect.fail(stopped)
    if (rest === undefined) return undefined
    return rest === "nothing due" ? yield* nextDueAt : 0
  })
  // Rows that are due now but not permitted, such as outside the canary, are no reason to hurry.
  const next = (dueAt: number | undefined, now: number): Loop.Next =>
    dueAt === undefined ? "more" : { restUntil: dueAt > now ? Math.min(dueAt, now + Loop.POLL_MS) : now + Loop.POLL_MS }
  return Loop.forever(`${running.installed.id} dispatch`, "projection", guarded(step, parked, next))
}
