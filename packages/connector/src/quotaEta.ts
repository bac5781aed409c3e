/** How long a number of calls takes at the quota's pace, computed from the counts without playing the calls through. */
import type { Bucket } from "./Limits.ts"
import * as Spent from "./spent.ts"

/** What one call spends from one bucket. */
interface Share {
  readonly bucket: Bucket
  readonly spent: Spent.Spent
  readonly cost: number
}

interface Calls {
  readonly count: number
  /** What one call adds where the quota is no hindrance. */
  readonly callMs: number
}

/** Daily allowances are followed so many days ahead; what takes longer is reported as that. */
export const DAYS_MAX = 3_650

/** When the last of the calls is done. Calls under way count as answered now. */
export const eta = (shares: ReadonlyArray<Share>, calls: Calls, now: number): number => {
  let current = shares.map((share) => settled(share, share.spent.pending, now))
  let left = calls.count
  let at = now
  for (let day = 0; left > 0 && day < DAYS_MAX; day++) {
    at = Math.max(at, ...current.map(({ bucket, spent, cost }) => Spent.freeAt(bucket, spent, cost, at)))
    const today = Math.min(left, ...current.filter(isDaily).map((share) => callsLeft(share, at)))
    const lastBegins = current.filter((share) => !isDaily(share)).map((share) => beginOf(share, today, at))
    at = Math.max(at + today * calls.callMs, ...lastBegins)
    left -= today
    // By the next day the short spans are empty again.
    current = current.filter(isDaily).map((share) => settled(share, today * share.cost, at))
    current.push(...shares.filter((share) => !isDaily(share)).map((share) => ({ ...share, spent: Spent.nothing })))
  }
  return Math.ceil(at)
}

// ---------------------------------------------------------------------------------------------------------------------

const isDaily = ({ bucket }: Share): boolean => bucket.daily !== undefined

const settled = (share: Share, units: number, now: number): Share =>
  units === 0 ? share : { ...share, spent: Spent.settle(share.bucket, share.spent, units, now) }

const callsLeft = ({ bucket, spent, cost }: Share, at: number): number =>
  Math.floor(Spent.room(bucket, spent, at) / cost)

/** When the `count`-th call from `from` on begins: the first span as the counts allow, then span after span. */
const beginOf = ({ bucket, spent, cost }: Share, count: number, from: number): number => {
  const perSpan = Math.floor(bucket.requests / cost)
  const spans = Math.floor((count - 1) / perSpan)
  const place = (count - 1) % perSpan
  return Spent.freeAt(bucket, spent, cost * (place + 1), from) + spans * (bucket.perMs + 1)
}
