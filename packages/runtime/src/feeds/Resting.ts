/**
 * Places that failed and are let alone for a while, each with waits of its own: one channel that cannot be read holds no
 * other up. Forgotten with the process, which then tries once more.
 */
import type { VendorError } from "@interchannel/connector"
import { waitMs } from "../connections/Backoff.ts"

/** Beyond this the longest known are tried again. */
const RESTING_MAX = 10_000

export class Resting {
  private readonly places = new Map<string, { readonly failures: number; readonly until: number }>()
  private readonly well = new Set<string>()

  readonly isResting = (place: string, now: number): boolean => (this.places.get(place)?.until ?? now) > now

  readonly failed = (place: string, now: number, reason: VendorError.Reason): void => {
    const failures = (this.places.get(place)?.failures ?? 0) + 1
    this.places.delete(place)
    this.places.set(place, { failures, until: now + waitMs(failures, reason) })
    this.well.delete(place)
    const [oldest] = this.places.keys()
    if (this.places.size > RESTING_MAX && oldest !== undefined) this.places.delete(oldest)
  }

  /** Answers whether that is news: it failed before, or was never read by this process. */
  readonly succeeded = (place: string): boolean => {
    const isNews = this.places.delete(place) || !this.well.has(place)
    if (this.well.size < RESTING_MAX) this.well.add(place)
    return isNews
  }

  /** When the next one may be tried again. */
  readonly nextAt = (now: number): number =>
    Math.min(...[...this.places.values()].map(({ until }) => until).filter((until) => until > now))

  get size(): number {
    return this.places.size
  }
}
