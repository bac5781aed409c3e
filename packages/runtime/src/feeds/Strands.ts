/** The strands nested in a feed's items, such as the replies below a message: read again whenever their fingerprint changed. */
import { type Feed, Lane, type VendorError } from "@interchannel/connector"
import { Checkpoints, Database, Inbox, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FeedItem from "./FeedItem.ts"
import type { Resting } from "./Resting.ts"
import type { Running } from "../connections/Running.ts"

export type Services = Checkpoints.Checkpoints | Database.Database | Inbox.Inbox
type Failure = VendorError.VendorError | StoreError
export type StrandedFeed = Extract<Feed.Any, { readonly shape: "window" }> & {
  readonly strand: NonNullable<Extract<Feed.Any, { readonly shape: "window" }>["strand"]>
}

/** Strands looked at for the next one to read, besides those at rest. */
const LOOK_MAX = 20

export const hasStrands = (feed: Feed.Any): feed is StrandedFeed => feed.shape === "window" && feed.strand !== undefined

/** How a strand is called among the places that may rest. */
export const placeOf = ({ partition, strand }: Pick<Checkpoints.Strand, "partition" | "strand">): string =>
  `${partition} ${strand}`

/** The most urgent strand that wants reading and is not at rest. */
export const next = (
  running: Running,
  feed: StrandedFeed,
  resting: Resting,
  now: number
): Effect.Effect<Checkpoints.Strand | undefined, StoreError, Services> =>
  Effect.gen(function* () {
    const checkpoints = yield* Checkpoints.Checkpoints
    const strands = yield* checkpoints.strandsToRead(running.installed.id, feed.name, LOOK_MAX + resting.size)
    return strands.find((strand) => !resting.isResting(placeOf(strand), now))
  })

/** Reads one page of it; answers how many items it had. */
export const read = (
  running: Running,
  feed: StrandedFeed,
  strand: Checkpoints.Strand
): Effect.Effect<number, Failure, Services> =>
  Effect.gen(function* () {
    const checkpoints = yield* Checkpoints.Checkpoints
    const database = yield* Database.Database
    const inbox = yield* Inbox.Inbox
    const lane = Lane.lanes[strand.lane]
    const { partition, token } = strand
    const request = { partition, strand: strand.strand, token }
    const answer = yield* Effect.either(
      Effect.locally(running.call<Feed.Page>(feed.strand.page(request)), Lane.current, lane)
    )
    if (Either.isLeft(answer) && answer.left.reason.recovery === "reset" && token !== undefined) {
      yield* database.write(checkpoints.strandRead(strand, { token: undefined }), { lease: running.lease })
      return 0
    }
    // The parent went, and its replies with it; its own deletion comes by its own way.
    const gone = Either.isLeft(answer) && answer.left.reason._tag === "Gone"
    if (Either.isLeft(answer) && !gone) return yield* Effect.fail(answer.left)
    const now = yield* Clock.currentTimeMillis
    const page: Feed.Page = Either.isRight(answer) ? answer.right : { items: [] }
    const origin: FeedItem.Origin = { connection: running.installed.id, feed, partition, lane, now }
    yield* database.write(
      Effect.gen(function* () {
        yield* inbox.accept(page.items.map((item) => FeedItem.of(origin, item).incoming))
        yield* checkpoints.strandRead(
          strand,
          page.next === undefined ? { fingerprint: strand.wanted } : { token: page.next }
        )
      }),
      { lease: running.lease }
    )
    return page.items.length
  })
