/**
 * One run of the daemon's process: it can be killed at any await, frozen for a while, and its clock can be wrong. Dead, it
 * does nothing any more, whatever its fibers still want: what the store had not committed and what no vendor was sent is gone.
 */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Time from "./Time.ts"

export interface Process {
  readonly name: string
  readonly clock: Clock.Clock
  readonly isAlive: () => boolean
  /** Calls `then` at once, or when it is thawed; never when it is dead. */
  readonly whenAwake: (then: () => void) => void
  /** Something may go wrong here: with the process dead, nothing comes after it. */
  readonly pass: Effect.Effect<void>
  /** The same, for where it is asked often: what to wait for, `undefined` when all goes on. */
  readonly obstacle: () => Effect.Effect<void> | undefined
  /** It will die at the `awaits`th await from now. */
  readonly dieIn: (awaits: number) => void
  readonly die: () => void
  readonly freeze: (ms: number) => void
  /** Its clock goes so much ahead of true time; behind it when negative. */
  readonly setClock: (aheadMs: number) => void
}

export const make = (
  name: string,
  time: Time.Time,
  on: { readonly aheadMs: number; readonly died: () => void }
): Process => {
  let alive = true
  let awaits = Number.POSITIVE_INFINITY
  let frozenUntil = 0
  let aheadMs = on.aheadMs
  const die = () => {
    if (!alive) return
    alive = false
    on.died()
  }
  const whenAwake = (then: () => void): void => {
    if (!alive) return
    if (frozenUntil <= time.now()) then()
    else time.after(frozenUntil - time.now(), () => whenAwake(then))
  }
  const thaw = Effect.async<void>((resume) => whenAwake(() => resume(Effect.void)))
  const obstacle = (): Effect.Effect<void> | undefined => {
    awaits -= 1
    if (awaits <= 0) die()
    if (!alive) return Effect.interrupt
    return frozenUntil <= time.now() ? undefined : thaw
  }
  return {
    name,
    clock: Time.clock(time, () => aheadMs, whenAwake),
    isAlive: () => alive,
    whenAwake,
    pass: Effect.suspend(() => obstacle() ?? Effect.void),
    obstacle,
    dieIn: (count) => {
      awaits = count
    },
    die,
    freeze: (ms) => {
      frozenUntil = time.now() + ms
    },
    setClock: (ms) => {
      aheadMs = ms
    }
  }
}
