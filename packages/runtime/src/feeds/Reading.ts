/** How far the feeds of a Connection are read, from their checkpoints. Pure. */
import { type Feed, FeedWalk } from "@interchannel/connector"
import type { Checkpoints } from "@interchannel/store"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { Installed } from "../configuration/Installation.ts"
import type * as Report from "../health/Report.ts"
import * as Since from "../configuration/Since.ts"

/** Gaps that are shown of one feed. */
const GAPS_MAX = 5
/** A partition that was not read for this long while others were is there no more, such as an archived channel. */
const GONE_MS = 24 * 3_600_000

export type Place = Checkpoints.FeedPlace & { readonly state: string; readonly savedAt: number }

/** The place that says of a feed: its partitions were listed, and there are none. No partition is named so. */
export const NONE = ""

/** `installedAt`: when the Connection was first seen. */
export const status = (
  installed: Installed,
  installedAt: number,
  places: ReadonlyArray<Place>,
  now: number
): ReadonlyArray<Report.FeedStatus> =>
  installed.connector.feeds.map((feed) => {
    const known = placesOf(installed, feed, places)
    const mine = known.filter(({ partition }) => partition !== NONE)
    const since = Since.instant(installed.since, installedAt)
    const shares = mine.map(({ checkpoint, savedAt }) => {
      // What happened since the last look is not history that is missing: it is read at the next one.
      const wantedUntil = Math.max(since, savedAt - feed.cadenceMs)
      return checkpoint === undefined ? 0 : FeedWalk.coverage(checkpoint, { now: wantedUntil, since })
    })
    // Nothing to read is read whole; a place that was never looked at is not.
    const progress =
      shares.length === 0 ? Math.min(1, known.length) : shares.reduce((sum, share) => sum + share, 0) / shares.length
    const lastReadAt = known.length === 0 ? undefined : Math.max(...known.map(({ savedAt }) => savedAt))
    return {
      feed: feed.name,
      partitions: mine.length,
      progress,
      ...(lastReadAt === undefined ? {} : { lastReadAt }),
      ...doneAt(progress, installedAt, now)
    }
  })

/** The same with what is behind and what is missing. */
export const diagnosis = (
  installed: Installed,
  installedAt: number,
  places: ReadonlyArray<Place>,
  now: number
): ReadonlyArray<Report.FeedDiagnosis> => {
  const since = Since.instant(installed.since, installedAt)
  const feeds = status(installed, installedAt, places, now)
  return installed.connector.feeds.flatMap((feed, index) => {
    const mine = placesOf(installed, feed, places).filter(({ partition }) => partition !== NONE)
    const latest = Math.max(...mine.map(({ savedAt }) => savedAt))
    const read = mine.flatMap(({ partition, checkpoint, savedAt }) =>
      checkpoint === undefined || savedAt < latest - Math.max(GONE_MS, feed.cadenceMs)
        ? []
        : [{ partition, checkpoint }]
    )
    const untils = read.flatMap(({ checkpoint }) => FeedWalk.readUntil(checkpoint) ?? [])
    const gaps = read.flatMap(({ partition, checkpoint }) =>
      FeedWalk.gaps(checkpoint, since).map((range) => ({ partition, ...range }))
    )
    const known = feeds[index]
    if (known === undefined) return []
    return {
      ...known,
      ...(untils.length === 0 ? {} : { readUntil: Math.min(...untils) }),
      gaps: gaps.sort((a, b) => a.from - b.from).slice(0, GAPS_MAX)
    }
  })
}

// ---------------------------------------------------------------------------------------------------------------------

const decodeCheckpoint = Schema.decodeUnknownEither(Schema.parseJson(FeedWalk.Checkpoint))

const placesOf = (installed: Installed, feed: Feed.Any, places: ReadonlyArray<Place>) =>
  places
    .filter((place) => place.connection === installed.id && place.feed === feed.name)
    .map(({ partition, state, savedAt }) => {
      const checkpoint = decodeCheckpoint(state)
      return { partition, savedAt, checkpoint: Either.isRight(checkpoint) ? checkpoint.right : undefined }
    })

/** At the average pace since installation; nothing to say about the first percent. */
const doneAt = (progress: number, since: number, now: number): { readonly doneAt?: number } =>
  progress >= 0.999 || progress < 0.01 ? {} : { doneAt: Math.round(now + ((now - since) / progress) * (1 - progress)) }
