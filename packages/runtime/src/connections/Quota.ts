/**
 * The live edge of a Connection's quota: the pure ledger decides when a call begins and in which order, slots hold the calls
 * that are under way, so that a shutdown can wait for them.
 */
import { Gate, Lane, QuotaLedger, VendorError } from "@interchannel/connector"
import type { Limits } from "@interchannel/connector"
import Bottleneck from "bottleneck"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import * as Option from "effect/Option"
import * as Cause from "effect/Cause"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Patience from "./Patience.ts"

type GateService = Context.Tag.Service<typeof Gate.Gate>

/** A full line is asked again after so long. */
const LINE_FULL_MS = 5_000
/** What was spent is written down this often; a crash forgets no more than this. */
const SAVE_EVERY = Duration.seconds(5)

/** Where what was spent outlives a restart. */
export interface Memory {
  /** As it was saved last. */
  readonly saved: string | undefined
  readonly save: (state: string) => Effect.Effect<void>
}

/** Holds a call while it is under way; `priority` 0 is the most urgent. */
export type Hold = (priority: number) => <A, E, R>(call: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** Where calls under way are held: in bottleneck, unless whoever runs the daemon in virtual time brings something else. */
export class Slots extends Context.Reference<Slots>()("@interchannel/runtime/Slots", {
  defaultValue: (): ((concurrency: number) => Effect.Effect<Hold, never, Scope.Scope>) => bottleneck
}) {}

/** Holds nothing: the quota ledger counts the calls under way by itself. */
export const open = (): Effect.Effect<Hold> => Effect.succeed(() => (call) => call)

/** Serves calls until the scope closes; then those under way are waited for. */
export const make = (
  vendor: string,
  limits: Limits.Limits,
  isAllowed: Effect.Effect<boolean>,
  memory?: Memory
): Effect.Effect<GateService, never, Scope.Scope> =>
  Effect.gen(function* () {
    let lastAt = yield* Clock.currentTimeMillis
    let state = memory?.saved === undefined ? QuotaLedger.empty : QuotaLedger.restore(limits, memory.saved, lastAt)
    const waiting = new Map<number, Deferred.Deferred<void>>()
    const poke = yield* Queue.sliding<void>(1)
    if (memory !== undefined) yield* remember(memory, limits, () => state)
    const hold = yield* (yield* Slots)(limits.concurrency)

    const pump = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      if (now < lastAt) state = QuotaLedger.setBack(limits, state, now)
      lastAt = now
      const turn = QuotaLedger.next(limits, state, now)
      state = turn.state
      for (const ticket of turn.begun) {
        const begin = waiting.get(ticket)
        waiting.delete(ticket)
        if (begin !== undefined) yield* Deferred.succeed(begin, undefined)
      }
      const pause = turn.wakeAt === undefined ? undefined : Duration.millis(Math.max(1, turn.wakeAt - now))
      yield* pause === undefined ? Queue.take(poke) : Effect.timeoutOption(Queue.take(poke), pause)
    })
    yield* Effect.forkScoped(Effect.forever(pump))
    // Nobody would ever call their turn: whoever asked from outside, such as an approval, must not wait for ever.
    yield* Effect.addFinalizer(() =>
      Effect.forEach([...waiting.values()], (begin) => Deferred.interrupt(begin), { discard: true })
    )

    const join = (operation: string, key: string | undefined, lane: Lane.Lane) =>
      Effect.gen(function* () {
        const joined = QuotaLedger.join(limits, state, { operation, key, lane })
        if (joined.ticket === undefined) {
          const detail = `${QuotaLedger.LINE_MAX} calls wait for quota already`
          const reason = new VendorError.Unavailable({ detail, uncertain: false, retryAfterMs: LINE_FULL_MS })
          return yield* Effect.fail(VendorError.make(vendor, operation, reason))
        }
        const begin = yield* Deferred.make<void>()
        state = joined.state
        waiting.set(joined.ticket, begin)
        yield* Queue.offer(poke, undefined)
        return { ticket: joined.ticket, begin }
      })

    /** However it ended: done, failed, or given up while in line or at the very moment of its turn. */
    const leave = (ticket: number, outcome: QuotaLedger.Outcome) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        waiting.delete(ticket)
        state = QuotaLedger.answer(limits, QuotaLedger.leave(state, ticket), ticket, outcome, now)
        yield* Queue.offer(poke, undefined)
      })

    const once: GateService["call"] = (operation, effect, options) =>
      Effect.gen(function* () {
        const lane = yield* FiberRef.get(Lane.current)
        const work = isAllowed.pipe(
          Effect.flatMap((allowed) =>
            allowed ? Gate.withDeadline(vendor, operation, effect, options) : Effect.fail(leaseEnds(vendor, operation))
          ),
          hold(Lane.lanes.indexOf(lane))
        )
        return yield* Effect.acquireUseRelease(
          join(operation, options?.key, lane),
          ({ begin }) => Effect.zipRight(Deferred.await(begin), work),
          ({ ticket }, exit) =>
            leave(ticket, {
              reason: reasonOf(exit),
              usage: Exit.isSuccess(exit) ? options?.usage?.(exit.value) : undefined
            })
        )
      })
    return { call: (operation, effect, options) => Patience.again(once(operation, effect, options)) }
  })

// ---------------------------------------------------------------------------------------------------------------------

/** Saves what was spent now and then, and at the end, after the last call. */
const remember = ({ save }: Memory, limits: Limits.Limits, current: () => QuotaLedger.State) => {
  let saved: QuotaLedger.State["spent"] | undefined
  const saving = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const state = current()
    if (state.spent === saved) return Effect.void
    saved = state.spent
    return save(QuotaLedger.save(limits, state, now))
  })
  return Effect.zipRight(
    Effect.addFinalizer(() => saving),
    Effect.forkScoped(Effect.forever(Effect.zipRight(Effect.sleep(SAVE_EVERY), saving)))
  )
}

const bottleneck = (maxConcurrent: number): Effect.Effect<Hold, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => new Bottleneck({ maxConcurrent })),
      (slots) => Effect.promise(() => slots.stop({ dropWaitingJobs: true })).pipe(Effect.ignore)
    ),
    (slots): Hold =>
      (priority) =>
        holding(slots, priority)
  )

/** Bottleneck's priorities go from 0, the most urgent, to 9. */
const holding =
  (slots: Bottleneck, priority: number) =>
  <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.acquireUseRelease(
      Effect.async<() => void>((resume) => {
        slots
          .schedule({ priority }, () => new Promise<void>((release) => resume(Effect.succeed(release))))
          .catch(() => resume(Effect.interrupt))
      }),
      () => work,
      (release) => Effect.sync(release)
    )

const reasonOf = (exit: Exit.Exit<unknown, VendorError.VendorError>): VendorError.Reason | undefined =>
  Exit.isSuccess(exit) ? undefined : Option.getOrUndefined(Cause.failureOption(exit.cause))?.reason

const leaseEnds = (vendor: string, operation: string): VendorError.VendorError =>
  VendorError.make(
    vendor,
    operation,
    new VendorError.Unavailable({ detail: "this daemon's lease is about to end", uncertain: false })
  )
