/** The time a vendor's stand-in lives in. By hand in tests, so that a day passes in a call; the machine's own in a demo. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export interface EmulatorClock {
  /** Epoch milliseconds. */
  now(): number
  /** Lets time pass. */
  advance(ms: number): void
}

/** The machine's time; it cannot be moved. */
export const system: EmulatorClock = {
  now: () => Date.now(),
  advance: () => {
    throw new Error("the system clock cannot be advanced; start the emulator with EmulatorClock.manual(start)")
  }
}

/** Stands still at `start`, epoch milliseconds, until it is advanced. */
export const manual = (start: number): EmulatorClock => {
  let now = start
  return {
    now: () => now,
    advance: (ms) => {
      if (!(ms >= 0)) throw new Error(`time goes forward only; advance was given ${ms}`)
      now += ms
    }
  }
}

/** Runs effects at the emulator's time; waiting still takes real time. */
export const within =
  (clock: EmulatorClock) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    const real = Clock.make()
    return Effect.withClock(effect, {
      ...real,
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      unsafeCurrentTimeMillis: () => clock.now(),
      unsafeCurrentTimeNanos: () => BigInt(clock.now()) * 1_000_000n,
      currentTimeMillis: Effect.sync(() => clock.now()),
      currentTimeNanos: Effect.sync(() => BigInt(clock.now()) * 1_000_000n),
      sleep: (duration) => real.sleep(duration)
    })
  }
