/** Reads feeds page by page from their checkpoints, as the Puller does. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Feed from "../Feed.ts"
import * as FeedWalk from "../FeedWalk.ts"
import type { VendorError } from "../VendorError.ts"
import { CheckFailed } from "./Check.ts"
import * as intake from "./intake.ts"
import { feedOf, type Running, slotOf } from "./running.ts"

/** More pages than this in one pull mean that a walk does not end. */
export const PAGES_MAX = 2_000
/** Cursors lost in one pull. */
const RESETS_MAX = 5

/** What became of one step of a feed: a page was taken, the cursor was lost, or there is nothing to do now. */
export type Stepped = "read" | "reset" | "waiting"

type Reading<A> = Effect.Effect<A, VendorError | CheckFailed>

/** Until every feed waits. */
export const pull = (running: Running, names: ReadonlyArray<string>): Reading<void> =>
  Effect.gen(function* () {
    for (let round = 0; round <= RESETS_MAX; round++) {
      let resets = 0
      for (const name of names) {
        for (const partition of yield* partitions(running, name)) resets += yield* drain(running, name, partition)
      }
      // A lost cursor has other feeds read whole, some of which had their turn.
      if (resets === 0) return
    }
    yield* new CheckFailed({ detail: `${names.join(", ")}: a cursor is lost again at every reading` })
  })

export const partitions = (running: Running, name: string): Reading<ReadonlyArray<string>> => {
  const feed = feedOf(running.connector, name)
  if (feed.partitions === undefined) return Effect.succeed([Feed.ALL.id])
  const listed: Effect.Effect<ReadonlyArray<Feed.Partition>, VendorError, unknown> = feed.partitions
  return Effect.map(running.use(listed), (all) => all.map(({ id }) => id))
}

/** One page. */
export const step = (running: Running, name: string, partition: string): Reading<Stepped> =>
  Effect.gen(function* () {
    const { state, clock } = running
    const feed = feedOf(running.connector, name)
    const slot = slotOf(name, partition)
    const checkpoint = state.checkpoints[slot] ?? FeedWalk.begin(feed)
    const next = FeedWalk.next(feed, checkpoint, partition, clockOf(running, feed))
    if (next._tag === "Wait") return "waiting"
    const token = next._tag === "Changes" ? next.request.cursor : next.request.token
    if (token !== undefined) running.continued.set(name, (running.continued.get(name) ?? 0) + 1)
    const beganAt = clock.now()
    const page = yield* ask(running, feed, next)
    if (page === undefined) {
      state.checkpoints[slot] = FeedWalk.reset(checkpoint, next)
      if (feed.shape === "changes") for (const other of feed.resync ?? []) forget(running, other)
      return "reset"
    }
    for (const raw of running.disturb(page.items)) {
      yield* intake.item(running, feed, partition, raw)
      yield* strand(running, feed, partition, raw)
    }
    state.checkpoints[slot] = FeedWalk.advance(checkpoint, next, page, beganAt)
    const passBeganAt = FeedWalk.completedPass(checkpoint, next, page, beganAt)
    if (passBeganAt !== undefined) yield* sweep(running, feed, partition, passBeganAt)
    return "read"
  })

// ---------------------------------------------------------------------------------------------------------------------

const drain = (running: Running, name: string, partition: string): Reading<number> =>
  Effect.gen(function* () {
    let resets = 0
    for (let pages = 0; pages < PAGES_MAX && resets <= RESETS_MAX; pages++) {
      const stepped = yield* step(running, name, partition)
      if (stepped === "waiting") return resets
      if (stepped === "reset") resets += 1
    }
    return yield* new CheckFailed({
      detail: `${name} of partition ${partition} does not end: ${PAGES_MAX} pages or ${RESETS_MAX} lost cursors in one reading`
    })
  })

/** `undefined`: the cursor was lost. */
const ask = (
  running: Running,
  feed: Feed.Any,
  { request }: FeedWalk.Read
): Effect.Effect<Feed.Page | Feed.ChangesPage | undefined, VendorError> => {
  const page = feed.page as (of: typeof request) => Effect.Effect<Feed.Page | Feed.ChangesPage, VendorError, unknown>
  const once = Effect.catchIf(
    running.use(Effect.suspend(() => page(request))),
    (error) => error.reason.recovery === "reset",
    () => Effect.succeed(undefined)
  )
  return running.hesitant ? Effect.zipRight(once, once) : once
}

/** Reads what hangs below an item when it changed. */
const strand = (running: Running, feed: Feed.Any, partition: string, raw: unknown): Reading<void> =>
  Effect.gen(function* () {
    if (feed.shape !== "window" || feed.strand === undefined) return
    const decoded = Schema.decodeUnknownEither(feed.item as Schema.Schema<unknown>)(raw)
    const found = Either.isRight(decoded) ? feed.strand.of(decoded.right) : undefined
    if (found === undefined) return
    const { fingerprints } = running.state
    const slot = slotOf(feed.name, partition, found.id)
    if (fingerprints[slot] === found.fingerprint) return
    let token: string | undefined
    for (let pages = 0; pages < PAGES_MAX; pages++) {
      const page: Feed.Page = yield* running.use(feed.strand.page({ partition, strand: found.id, token }))
      for (const reply of running.disturb(page.items)) yield* intake.item(running, feed, partition, reply)
      token = page.next
      if (token === undefined) {
        fingerprints[slot] = found.fingerprint
        return
      }
    }
    yield* new CheckFailed({ detail: `strand ${found.id} of ${feed.name} does not end after ${PAGES_MAX} pages` })
  })

/** Absence from a complete reading means deletion where the feed says so. */
const sweep = (running: Running, feed: Feed.Any, partition: string, passBeganAt: number): Reading<void> =>
  Effect.gen(function* () {
    if (feed.shape !== "snapshot" || feed.sweep === undefined) return
    for (const [slot, item] of Object.entries(running.state.items)) {
      if (item.feed !== feed.name || item.partition !== partition || item.seenAt >= passBeganAt) continue
      yield* intake.record(running, feed.sweep(item.key, running.clock.now()), 0)
      delete running.state.items[slot]
    }
  })

const forget = ({ state }: Running, feed: string): void => {
  for (const slot of Object.keys(state.checkpoints)) {
    if (slot.startsWith(slotOf(feed, ""))) delete state.checkpoints[slot]
  }
}

const clockOf = ({ clock, installedAt }: Running, feed: Feed.Any): FeedWalk.Clock => ({
  now: clock.now(),
  since: feed.shape === "window" ? installedAt - 2 * feed.sliceMs : installedAt
})
