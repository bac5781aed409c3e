/**
 * Holding a lease while working. It is renewed well before it runs out; when it is lost, the work is interrupted. A vendor
 * call is begun only when it must end before the lease does, so that a successor never overlaps with it.
 */
import { Gate } from "@interchannel/connector"
import { Leases, StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import { until } from "./until.ts"

export const LEASE_MS = 60_000
const RENEW_EVERY = Duration.millis(10_000)
const ASK_AGAIN = Duration.millis(1_000)

export interface Held {
  readonly lease: Leases.Lease
  /** Is there time for one more vendor call? */
  readonly hasTime: Effect.Effect<boolean>
}

/** Waits for the lease, works under it, begins anew when it was lost; ends when `work` does. */
export const during = <A, E, R>(
  name: string,
  holder: string,
  work: (held: Held) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | StoreError, R | Leases.Leases> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const leases = yield* Leases.Leases
      const { lease, end } = yield* take(name, holder, restore)
      return yield* restore(working(lease, end, work)).pipe(Effect.ensuring(Effect.ignore(leases.release(lease))))
    })
  ).pipe(
    Effect.tapError((error) => (isLost(error) ? Effect.logWarning(`lease ${name} was lost`) : Effect.void)),
    Effect.retry({ while: isLost })
  )

/**
 * Gives back what dead processes of this machine held, so that a restart after a crash need not wait. An earlier run under our
 * own process id is dead: in a container each run has the same.
 */
export const releaseDead = (
  self: { readonly host: string; readonly pid: number; readonly run: string },
  isAlive: (pid: number) => boolean
): Effect.Effect<void, StoreError, Leases.Leases> =>
  Effect.gen(function* () {
    const leases = yield* Leases.Leases
    for (const lease of yield* leases.holders) {
      const [, host, pid, run] = /^(.*)\/(\d+)\/([^/]*)$/.exec(lease.holder) ?? []
      const isSuccessor = Number(pid) === self.pid && run !== self.run
      if (host === self.host && (isSuccessor || !isAlive(Number(pid)))) yield* leases.release(lease)
    }
  })

/** `holder` of a process: its machine, its process id, and a part that no other run has. */
export const holderName = (host: string, pid: number, run: string): string => `${host}/${pid}/${run}`

// ---------------------------------------------------------------------------------------------------------------------

const isLost = (error: unknown): boolean => error instanceof StoreError && error.reason === "fenced"

const working = <A, E, R>(lease: Leases.Lease, end: number, work: (held: Held) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const leases = yield* Leases.Leases
    const deadline = yield* Ref.make(end)
    const hasTime = Effect.zipWith(
      Ref.get(deadline),
      Clock.currentTimeMillis,
      (at, now) => now + Gate.CALL_TIMEOUT_MS < at
    )
    const renew = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      yield* leases.renew(lease, { now, forMs: LEASE_MS })
      yield* Ref.set(deadline, now + LEASE_MS)
    })
    // A store that is away for a moment is no loss: until another holder came, the epoch still is ours.
    const patient = Effect.catchAll(renew, (error) =>
      isLost(error) ? Effect.fail(error) : Effect.logWarning(`lease ${lease.name} could not be renewed`, error)
    )
    const keep = Effect.forever(Effect.zipRight(Effect.sleep(RENEW_EVERY), patient))
    return yield* until(work({ lease, hasTime }), keep)
  })

/** A lease that was taken is always given back: only the waiting between two tries can be interrupted. */
const take = (
  name: string,
  holder: string,
  interruptible: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
): Effect.Effect<{ readonly lease: Leases.Lease; readonly end: number }, StoreError, Leases.Leases> =>
  Effect.gen(function* () {
    const leases = yield* Leases.Leases
    for (;;) {
      const now = yield* Clock.currentTimeMillis
      const lease = yield* leases.take(name, holder, { now, forMs: LEASE_MS })
      if (lease !== undefined) return { lease, end: now + LEASE_MS }
      yield* interruptible(Effect.sleep(ASK_AGAIN))
    }
  })
