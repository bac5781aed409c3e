/**
 * What was spent from one bucket, and what is left of it.
 *
 * The vendor counts a call at some moment between our sending it and its answer. So a call is counted from its begin on,
 * and leaves the span `perMs` after its *answer*: whatever the delays, no span at the vendor holds more than was allowed.
 */
import type { Bucket } from "./Limits.ts"

export interface Spent {
  /** Units of answered calls, oldest first. Not used by daily allowances. */
  readonly spends: ReadonlyArray<{ readonly at: number; readonly units: number }>
  /** Units of calls under way. */
  readonly pending: number
  /** Units used on `day`; for daily allowances. */
  readonly today: number
  /** Which day of the vendor, counted from 1970. */
  readonly day: number
  readonly pausedUntil: number
  /** Refusals in a row without a time to wait, and when the last one came. */
  readonly strikes: number
  readonly struckAt: number
}

export const nothing: Spent = { spends: [], pending: 0, today: 0, day: 0, pausedUntil: 0, strikes: 0, struckAt: 0 }

/** Entries kept of one bucket: where more requests than this are allowed, neighbours are counted as the later one. */
export const SPENDS_MAX = 128
export const PAUSE_MS_MIN = 1_000
export const PAUSE_MS_MAX = 300_000
/** A daily allowance that the vendor calls used up is tried again after so long: its day may not begin when we think. */
export const DAILY_PAUSE_MS_MAX = 3_600_000
const DAY_MS = 86_400_000

/** The earliest time at which `cost` units are free; Infinity while only answers to calls under way can tell. */
export const freeAt = (bucket: Bucket, spent: Spent, cost: number, now: number): number => {
  const from = Math.max(now, spent.pausedUntil)
  const allowed = bucket.requests - spent.pending - Math.min(cost, bucket.requests)
  if (allowed < 0) return Number.POSITIVE_INFINITY
  if (bucket.daily !== undefined) {
    return usedOn(bucket, spent, from) <= allowed ? from : startOfDay(bucket, dayOf(bucket, from) + 1)
  }
  const counted = spent.spends.filter((spend) => leavesAt(bucket, spend.at) > from)
  let used = counted.reduce((sum, { units }) => sum + units, 0)
  let at = from
  for (const spend of counted) {
    if (used <= allowed) break
    used -= spend.units
    at = leavesAt(bucket, spend.at)
  }
  return at
}

/** Units that could begin now. */
export const room = (bucket: Bucket, spent: Spent, now: number): number => {
  if (spent.pausedUntil > now) return 0
  const used =
    bucket.daily === undefined
      ? spent.spends.reduce((sum, { at, units }) => (leavesAt(bucket, at) > now ? sum + units : sum), 0)
      : usedOn(bucket, spent, now)
  return Math.max(0, bucket.requests - spent.pending - used)
}

export const begin = (spent: Spent, cost: number): Spent => ({ ...spent, pending: spent.pending + cost })

/** The answer is there: the units count from now on until they leave the span. */
export const settle = (bucket: Bucket, spent: Spent, cost: number, now: number): Spent =>
  charge(bucket, { ...spent, pending: Math.max(0, spent.pending - cost) }, cost, now)

/** The vendor says that less is left than we counted: someone else spends from it too. */
export const correct = (bucket: Bucket, spent: Spent, remaining: number, now: number): Spent => {
  const left = room(bucket, { ...spent, pending: 0, pausedUntil: 0 }, now)
  return remaining < left ? charge(bucket, spent, left - Math.max(0, remaining), now) : spent
}

/** The vendor refused a call that began at `begunAt`. Without `retryAfterMs` the pause doubles with each refusal. */
export const refuse = (
  bucket: Bucket,
  spent: Spent,
  call: { readonly begunAt: number; readonly retryAfterMs: number | undefined },
  now: number
): Spent => {
  // Calls that were under way at the refusal learn nothing new: only one begun after it counts as another.
  const strikes = spent.strikes === 0 || call.begunAt >= spent.struckAt ? spent.strikes + 1 : spent.strikes
  const pausedUntil = Math.max(spent.pausedUntil, now + pauseMs(bucket, call.retryAfterMs, strikes, now))
  return { ...spent, strikes, struckAt: now, pausedUntil }
}

/** A call begun after the last refusal went well. */
export const relent = (spent: Spent, begunAt: number): Spent =>
  spent.strikes > 0 && begunAt >= spent.struckAt ? { ...spent, strikes: 0 } : spent

/** The clock was set back: what seems to lie ahead happened just now, at the latest. */
export const setBack = (bucket: Bucket, spent: Spent, now: number): Spent => ({
  ...spent,
  spends: spent.spends.map(({ at, units }) => ({ at: Math.min(at, now), units })),
  day: Math.min(spent.day, dayOf(bucket, now)),
  pausedUntil: Math.min(spent.pausedUntil, now + DAY_MS),
  struckAt: Math.min(spent.struckAt, now)
})

/** Nothing in it matters any more. */
export const isIdle = (bucket: Bucket, spent: Spent, now: number): boolean =>
  spent.pending === 0 &&
  spent.pausedUntil <= now &&
  (spent.strikes === 0 || spent.struckAt + 2 * PAUSE_MS_MAX <= now) &&
  room(bucket, spent, now) === bucket.requests

// ---------------------------------------------------------------------------------------------------------------------

/** Both ends count, and clocks show whole milliseconds: the unit is free one after the span. */
const leavesAt = (bucket: Bucket, at: number): number => at + bucket.perMs + 1

const charge = (bucket: Bucket, spent: Spent, units: number, now: number): Spent => {
  if (bucket.daily !== undefined) {
    return { ...spent, day: dayOf(bucket, now), today: usedOn(bucket, spent, now) + units }
  }
  const kept = spent.spends.filter((spend) => leavesAt(bucket, spend.at) > now)
  const last = kept.at(-1)
  const at = Math.max(now, last?.at ?? now)
  const slotMs = bucket.requests > SPENDS_MAX ? Math.ceil(bucket.perMs / SPENDS_MAX) : 1
  const joins = last !== undefined && Math.floor(last.at / slotMs) === Math.floor(at / slotMs)
  return {
    ...spent,
    spends: joins ? [...kept.slice(0, -1), { at, units: last.units + units }] : [...kept, { at, units }]
  }
}

const pauseMs = (bucket: Bucket, retryAfterMs: number | undefined, strikes: number, now: number): number => {
  if (retryAfterMs !== undefined) return Math.max(PAUSE_MS_MIN, retryAfterMs)
  if (bucket.daily !== undefined) {
    return Math.min(DAILY_PAUSE_MS_MAX, startOfDay(bucket, dayOf(bucket, now) + 1) - now)
  }
  return Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** Math.min(strikes - 1, 20))
}

const dayOf = (bucket: Bucket, now: number): number => Math.floor((now - (bucket.daily?.resetAtUtcMs ?? 0)) / DAY_MS)

const startOfDay = (bucket: Bucket, day: number): number => day * DAY_MS + (bucket.daily?.resetAtUtcMs ?? 0)

const usedOn = (bucket: Bucket, spent: Spent, now: number): number => (dayOf(bucket, now) > spent.day ? 0 : spent.today)
