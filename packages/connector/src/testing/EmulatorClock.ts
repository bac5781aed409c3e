/** The time a vendor's stand-in lives in. By hand in tests, so that a day passes in a call; the machine's own in a demo. */
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
