/** How long what failed in a row may be let alone: a daemon that waits for its next attempt is not done. */
import type { VendorError } from "@interchannel/connector"

/** As the daemon has it, said once more since this judges the daemon: twice as long each time, unless the vendor said how long. */
const FIRST_MS = 1_000
const LONGEST_MS = 5 * 60_000

export interface Rests {
  readonly failed: (vendor: string, operation: string, reason: VendorError.Reason) => void
  /** An operation that was asked for at `askedAt`. */
  readonly succeeded: (vendor: string, operation: string, askedAt: number) => void
  /** By then everything has been tried again. */
  readonly until: () => number
}

export const make = (now: () => number): Rests => {
  const failures = new Map<string, { readonly inRow: number; readonly at: number }>()
  let until = 0
  const fail = (what: string, askedMs: number | undefined) => {
    const inRow = (failures.get(what)?.inRow ?? 0) + 1
    failures.set(what, { inRow, at: now() })
    until = Math.max(until, now() + (askedMs ?? Math.min(LONGEST_MS, FIRST_MS * 2 ** (inRow - 1))))
  }
  return {
    failed: (vendor, operation, reason) => {
      const askedMs = "retryAfterMs" in reason ? reason.retryAfterMs : undefined
      fail(`${vendor} ${operation}`, askedMs)
      // Who asks for less, or for a while, is left alone whatever was asked for.
      if (reason._tag === "RateLimited" || askedMs !== undefined) fail(vendor, askedMs)
    },
    succeeded: (vendor, operation, askedAt) => {
      failures.delete(`${vendor} ${operation}`)
      if ((failures.get(vendor)?.at ?? 0) <= askedAt) failures.delete(vendor)
    },
    until: () => until
  }
}
