/** What a batch of the Inbox brought, by source and hour. Pure. */
import type { Arrivals, Inbox, Ledger } from "@interchannel/store"

/** A push comes within seconds, or minutes when the vendor is busy; what a feed brings later than this, it missed. */
export const LATE_MS = 15 * 60_000
/** What was accepted longer ago is worked off now because of a backlog or a replay: it says nothing about subscriptions. */
const COUNTED_MS = 3_600_000
const HOUR_MS = 3_600_000
const BACKFILL = 3

/** `told`: the parts of these rows that the ledger did not know. */
export const tally = (
  rows: ReadonlyArray<Inbox.Row>,
  told: ReadonlyArray<Ledger.StoredPart>,
  now: number
): ReadonlyArray<Arrivals.Arrival> => {
  const happenedAt = new Map<string, number>()
  for (const { inboxId, part } of told) {
    if (part.subject !== "interaction") continue
    happenedAt.set(inboxId, Math.max(part.version.at, happenedAt.get(inboxId) ?? part.version.at))
  }
  const tallies = new Map<string, Arrivals.Arrival>()
  for (const row of rows) {
    if (now - row.receivedAt > COUNTED_MS) continue
    const hour = Math.floor(row.receivedAt / HOUR_MS) * HOUR_MS
    const at = happenedAt.get(row.id)
    const isFeed = row.source.startsWith("feed:")
    const isLate = at !== undefined && isFeed && row.lane !== BACKFILL && row.receivedAt - at > LATE_MS
    const place = `${row.connection} ${row.source} ${hour}`
    const known = tallies.get(place)
    tallies.set(place, {
      connection: row.connection,
      source: row.source,
      hour,
      items: (known?.items ?? 0) + 1,
      news: (known?.news ?? 0) + (at === undefined ? 0 : 1),
      late: (known?.late ?? 0) + (isLate ? 1 : 0),
      lastAt: Math.max(known?.lastAt ?? 0, row.receivedAt)
    })
  }
  return [...tallies.values()]
}
