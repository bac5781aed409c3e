/** Reads single items again that thin pushes or strangers asked for. */
import type { Feed, VendorError } from "@interchannel/connector"
import { Checkpoints, Database, Inbox, Quarantine, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FeedItem from "./FeedItem.ts"
import type { Running } from "../connections/Running.ts"

/** Items in one step. */
const STEP_MAX = 50

export type Services = Checkpoints.Checkpoints | Database.Database | Inbox.Inbox | Quarantine.Quarantine
type Failure = VendorError.VendorError | StoreError

/** Works off what is asked for, oldest first; answers how many. One that fails goes to the end of the line. */
export const step = (running: Running): Effect.Effect<number, Failure, Services> =>
  Effect.gen(function* () {
    const checkpoints = yield* Checkpoints.Checkpoints
    const wanted = yield* checkpoints.refetchesToDo(running.installed.id, STEP_MAX)
    for (const one of wanted) yield* refetch(running, one)
    return wanted.length
  }).pipe(Effect.withSpan("refetch", { attributes: { connection: running.installed.id } }))

// ---------------------------------------------------------------------------------------------------------------------

const refetch = (running: Running, wanted: Checkpoints.Refetch): Effect.Effect<void, Failure, Services> =>
  Effect.gen(function* () {
    const feed = running.installed.connector.feeds.find(({ name }) => name === wanted.feed)
    // The connector of today knows no such feed: nobody will ever answer.
    if (feed?.one === undefined) return yield* done(running, wanted, [], [])
    const answer = yield* Effect.either(running.call<unknown>(feed.one(wanted.id, wanted.partition)))
    const now = yield* Clock.currentTimeMillis
    const origin: FeedItem.Origin = {
      connection: running.installed.id,
      feed,
      partition: wanted.partition,
      lane: "live",
      now
    }
    if (Either.isRight(answer) && answer.right !== undefined) {
      return yield* done(running, wanted, [FeedItem.of(origin, answer.right).incoming], [])
    }
    // Only the vendor's word that it is gone makes it so: a refusal says nothing about the item.
    if (Either.isRight(answer) || answer.left.reason._tag === "Gone") {
      return yield* done(running, wanted, FeedItem.gone(origin, wanted.id, feed.gone?.(wanted.id, now) ?? []), [])
    }
    if (answer.left.reason.recovery === "quarantine") {
      return yield* done(running, wanted, [], [asideOf(wanted, feed, answer.left, now)])
    }
    const database = yield* Database.Database
    const checkpoints = yield* Checkpoints.Checkpoints
    yield* database.write(checkpoints.wantRefetches([{ ...wanted, askedAt: now }]), { lease: running.lease })
    return yield* Effect.fail(answer.left)
  })

const done = (
  running: Running,
  wanted: Checkpoints.Refetch,
  incoming: ReadonlyArray<Inbox.Incoming>,
  asides: ReadonlyArray<Quarantine.Aside>
) =>
  Effect.gen(function* () {
    const inbox = yield* Inbox.Inbox
    const database = yield* Database.Database
    const checkpoints = yield* Checkpoints.Checkpoints
    const quarantine = yield* Quarantine.Quarantine
    yield* database.write(
      Effect.gen(function* () {
        yield* inbox.accept(incoming)
        yield* checkpoints.refetched([wanted])
        if (asides.length > 0) yield* quarantine.add(asides)
        else yield* quarantine.remove([subjectOf(wanted)])
      }),
      { lease: running.lease }
    )
  })

const subjectOf = ({ connection, feed, partition, id }: Checkpoints.Refetch): string =>
  ["refetch", connection, feed, partition, id].join(" ")

const asideOf = (
  wanted: Checkpoints.Refetch,
  feed: Feed.Any,
  error: VendorError.VendorError,
  at: number
): Quarantine.Aside => ({
  connection: wanted.connection,
  kind: "page",
  subject: subjectOf(wanted),
  reason: error.reason._tag,
  detail: `${feed.name} ${wanted.id}: ${error.message}`,
  remedy: "mend what the vendor says; the item is read when it changes again or the feed meets it",
  at
})
