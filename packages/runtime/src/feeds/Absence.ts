/** Items that a complete reading did not show are gone, where the feed says so. */
import type { Feed } from "@interchannel/connector"
import { Database, Inbox, type StoreError, Pages } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as FeedItem from "./FeedItem.ts"
import type { Running } from "../connections/Running.ts"

/** Absent items in one write. */
const SWEEP_MAX = 500

export type Services = Database.Database | Inbox.Inbox

/** `before`: when the reading began. What a crash leaves undone is done after the next complete reading. */
export const sweep = (
  running: Running,
  feed: Feed.Any,
  partition: string,
  before: number
): Effect.Effect<void, StoreError, Services> =>
  Effect.gen(function* () {
    if (feed.shape !== "snapshot" || feed.sweep === undefined) return
    const inbox = yield* Inbox.Inbox
    const database = yield* Database.Database
    const connection = running.installed.id
    const source = FeedItem.sourceOf(feed)
    const page = (after: string) => inbox.absent({ connection, source, partition, before, after, limit: SWEEP_MAX })
    yield* Pages.forEach({ limit: SWEEP_MAX, page, keyOf: identity }, (keys) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const origin: FeedItem.Origin = { connection, feed, partition, lane: "live", now }
        const incoming = keys.flatMap((key) => FeedItem.gone(origin, key, feed.sweep!(key, now)))
        const told = Effect.zipRight(inbox.accept(incoming), inbox.forget(connection, source, partition, keys))
        yield* database.write(told, { lease: running.lease })
      })
    )
  })
