/** Do the pushes of a Connection tell what there is to tell? Judged by what its feeds found beside them. Pure. */
import type { Arrivals } from "@interchannel/store"
import type { Installed } from "../configuration/Installation.ts"
import type * as Report from "../health/Report.ts"

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** How far back arrivals are looked at. */
export const LOOK_BACK_MS = 30 * DAY_MS

/** `undefined`: the connector knows no pushes. */
export const of = (
  { id, connector }: Installed,
  arrivals: ReadonlyArray<Arrivals.Arrival>,
  now: number
): Report.PushDiagnosis | undefined => {
  if (connector.webhooks.length + connector.listeners.length === 0) return undefined
  const mine = arrivals.filter(({ connection }) => connection === id)
  const pushes = mine.filter(({ source }) => !isFeed(source))
  const feeds = mine.filter(({ source }) => isFeed(source))
  const last = pushes.reduce((latest, { lastAt }) => Math.max(latest, lastAt), 0)
  // Before the first push nobody had subscribed yet: a push of that time was not missed.
  const firstHour = Math.min(...pushes.map(({ hour }) => hour))
  const missed = feeds.filter(({ hour }) => hour > firstHour && hour >= now - DAY_MS)
  const unheard = feeds.filter(({ hour }) => hour > last)
  return {
    ...(last === 0 ? {} : { lastAt: last }),
    missedLastDay: missed.reduce((sum, { late }) => sum + late, 0),
    newsSince: unheard.reduce((sum, { news }) => sum + news, 0)
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const isFeed = (source: Arrivals.Arrival["source"]): boolean => source.startsWith("feed:")
