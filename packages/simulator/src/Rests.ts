/** How long what failed in a row may be let alone: a daemon that waits for its next attempt is not done. */

/** As the daemon has it: twice as long each time, up to five minutes, unless the vendor said for how long. */
const FIRST_MS = 1_000
const LONGEST_MS = 5 * 60_000

export interface Rests {
  readonly failed: (operation: string, askedMs?: number) => void
  readonly succeeded: (operation: string) => void
  /** By then everything has been tried again. */
  readonly until: () => number
}

export const make = (now: () => number): Rests => {
  const failures = new Map<string, number>()
  let until = 0
  return {
    failed: (operation, askedMs) => {
      const inRow = (failures.get(operation) ?? 0) + 1
      failures.set(operation, inRow)
      until = Math.max(until, now() + (askedMs ?? Math.min(LONGEST_MS, FIRST_MS * 2 ** (inRow - 1))))
    },
    succeeded: (operation) => failures.delete(operation),
    until: () => until
  }
}
