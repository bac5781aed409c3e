/**
 * Reads the feeds of one Connection. `FeedWalk` says what to read; each page is stored with the checkpoint that covers it in
 * one write, item by item. The steps below make one round; the loop around them is the Supervisor's.
 */
import { Feed, FeedWalk, Lane, VendorError } from "@interchannel/connector"
import { Key, type Part } from "@interchannel/domain"
import { Checkpoints, Database, Inbox, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { PARTS } from "./Decode.ts"
import { sinceInstant } from "./Installation.ts"
import type { Running } from "./Running.ts"

/** Items asked for again, or absent ones, in one go. */
const SWEEP_MAX = 500
const STRANDS_PER_STEP_MAX = 20
const REFETCHES_PER_STEP_MAX = 50
/** How often the list of partitions is read again. */
export const PARTITIONS_EVERY_MS = 10 * 60_000
/** A page with more items than this is not a page. */
const ITEMS_PER_PAGE_MAX = 10_000

export type Services = Checkpoints.Checkpoints | Database.Database | Inbox.Inbox
type Failure = VendorError.VendorError | StoreError

/** Something was read, or nothing is due before `until`. */
export type Pulled =
  | { readonly _tag: "Read"; readonly items: number }
  | { readonly _tag: "Wait"; readonly until: number }

/** One page of the most urgent partition of a feed. */
export const step = (
  running: Running,
  feed: Feed.Any,
  partitions: ReadonlyArray<Feed.Partition>
): Effect.Effect<Pulled, Failure, Services> =>
  Effect.gen(function* (): Effect.fn.Return<Pulled, Failure, Services> {
    const checkpoints = yield* Checkpoints.Checkpoints
    const now = yield* Clock.currentTimeMillis
    const saved = yield* checkpoints.load(running.installed.id, feed.name)
    const places = partitions.map(({ id }) => ({ partition: id, checkpoint: read(feed, saved.get(id)?.state) }))
    const clock = { now, since: sinceInstant(running.installed.since, running.installedAt) }
    const steps = places.map((place) => ({
      ...place,
      step: FeedWalk.next(feed, place.checkpoint, place.partition, clock)
    }))
    const ready = steps.filter(isRead).sort((a, b) => urgency(a.step) - urgency(b.step))[0]
    if (ready !== undefined) return yield* readPage(running, feed, ready)
    if (feed.shape === "window" && feed.strand !== undefined) {
      const items = yield* readStrands(running, feed, feed.strand)
      if (items !== undefined) return { _tag: "Read", items }
    }
    const waits = steps.flatMap(({ step: rest }) => (rest._tag === "Wait" ? [rest.until] : []))
    return { _tag: "Wait", until: Math.min(now + PARTITIONS_EVERY_MS, ...waits) }
  }).pipe(Effect.withSpan("pull", { attributes: { connection: running.installed.id, feed: feed.name } }))

/** Reads again what thin pushes asked for; answers how many. */
export const refetch = (running: Running): Effect.Effect<number, Failure, Services> =>
  Effect.gen(function* () {
    const checkpoints = yield* Checkpoints.Checkpoints
    const wanted = yield* checkpoints.refetchesToDo(running.installed.id, REFETCHES_PER_STEP_MAX)
    for (const one of wanted) yield* refetchOne(running, one)
    return wanted.length
  })

/** Begins feeds anew whose cursor was lost, or on a person's request. Nothing that is known is forgotten. */
export const restart = (running: Running, feeds: ReadonlyArray<string>): Effect.Effect<void, StoreError, Services> =>
  Effect.gen(function* () {
    const checkpoints = yield* Checkpoints.Checkpoints
    const database = yield* Database.Database
    const now = yield* Clock.currentTimeMillis
    for (const feed of running.installed.connector.feeds.filter(({ name }) => feeds.includes(name))) {
      const saved = yield* checkpoints.load(running.installed.id, feed.name)
      const fresh = JSON.stringify(FeedWalk.begin(feed))
      yield* database.write(
        Effect.forEach(saved.keys(), (partition) =>
          checkpoints.save({ connection: running.installed.id, feed: feed.name, partition }, fresh, now)
        ),
        { lease: running.lease }
      )
    }
  })

/** The partitions of a feed as the vendor lists them now. */
export const partitionsOf = (
  running: Running,
  feed: Feed.Any
): Effect.Effect<ReadonlyArray<Feed.Partition>, VendorError.VendorError> =>
  feed.partitions === undefined ? Effect.succeed([Feed.ALL]) : running.call(feed.partitions)

// ---------------------------------------------------------------------------------------------------------------------

interface Place {
  readonly partition: string
  readonly checkpoint: FeedWalk.Checkpoint
}
interface ReadPlace extends Place {
  readonly step: FeedWalk.Read
}

const isRead = (place: Place & { readonly step: FeedWalk.Step }): place is ReadPlace => place.step._tag !== "Wait"

const urgency = (step: FeedWalk.Read): number => Lane.lanes.indexOf(FeedWalk.laneOf(step))

const decodeCheckpoint = Schema.decodeUnknownEither(Schema.parseJson(FeedWalk.Checkpoint))

/** A checkpoint that today's feed cannot read begins anew: reading twice is harmless, skipping is not. */
const read = (feed: Feed.Any, state: string | undefined): FeedWalk.Checkpoint => {
  if (state === undefined) return FeedWalk.begin(feed)
  const decoded = decodeCheckpoint(state)
  return Either.isRight(decoded) && decoded.right.shape === feed.shape ? decoded.right : FeedWalk.begin(feed)
}

const readPage = (running: Running, feed: Feed.Any, place: ReadPlace): Effect.Effect<Pulled, Failure, Services> =>
  Effect.gen(function* () {
    const { step: walk, partition, checkpoint } = place
    const lane = FeedWalk.laneOf(walk)
    const answer = yield* Effect.either(Effect.locally(running.call(pageOf(feed, walk)), Lane.current, lane))
    const now = yield* Clock.currentTimeMillis
    if (Either.isLeft(answer)) {
      if (answer.left.reason.recovery !== "reset") return yield* Effect.fail(answer.left)
      const fresh = FeedWalk.reset(checkpoint, walk)
      // Anew from the beginning and still too old: the loop's growing waits are the answer, not another reading.
      if (JSON.stringify(fresh) === JSON.stringify(checkpoint)) return yield* Effect.fail(answer.left)
      yield* save(running, feed, partition, fresh, [], now)
      if (feed.shape === "changes") yield* restart(running, feed.resync ?? [])
      return { _tag: "Read", items: 0 }
    }
    const page = answer.right
    if (page.items.length > ITEMS_PER_PAGE_MAX) {
      const detail = `${feed.name} answered ${page.items.length} items in one page; at most ${ITEMS_PER_PAGE_MAX} are taken`
      return yield* Effect.fail(
        VendorError.make(running.installed.connector.id, feed.name, new VendorError.Malformed({ detail }))
      )
    }
    const passedSince = FeedWalk.completedPass(checkpoint, walk, page, now)
    const items = itemsOf(running, feed, partition, page.items, lane, now)
    yield* save(running, feed, partition, FeedWalk.advance(checkpoint, walk, page, now), items, now)
    if (passedSince !== undefined) yield* sweep(running, feed, partition, passedSince)
    return { _tag: "Read", items: page.items.length }
  })

type PageEffect = Effect.Effect<Feed.Page | Feed.ChangesPage, VendorError.VendorError, unknown>

const pageOf = (feed: Feed.Any, walk: FeedWalk.Read): PageEffect => {
  if (feed.shape === "snapshot" && walk._tag === "Snapshot") return feed.page(walk.request)
  if (feed.shape === "changes" && walk._tag === "Changes") return feed.page(walk.request)
  if (feed.shape === "window" && walk._tag === "Window") return feed.page(walk.request)
  return Effect.dieMessage(`a ${walk._tag} step on the ${feed.shape} feed ${feed.name}`)
}

interface Item {
  readonly incoming: Inbox.Incoming
  readonly strand?: Omit<Checkpoints.Strand, "done" | "token">
}

const decoders = new WeakMap<Feed.Any, (item: unknown) => Either.Either<unknown, unknown>>()
const decoderOf = (feed: Feed.Any) => {
  const decoder = decoders.get(feed) ?? Schema.decodeUnknownEither(feed.item)
  decoders.set(feed, decoder)
  return decoder
}

const itemsOf = (
  running: Running,
  feed: Feed.Any,
  partition: string,
  raw: ReadonlyArray<unknown>,
  lane: Lane.Lane,
  now: number
): ReadonlyArray<Item> =>
  raw.map((item) => itemOf(running, feed, partition, item, Lane.lanes.indexOf(lane) as Inbox.LaneNumber, now))

const itemOf = (
  running: Running,
  feed: Feed.Any,
  partition: string,
  raw: unknown,
  lane: Inbox.LaneNumber,
  now: number
): Item => {
  const connection = running.installed.id
  const body = Buffer.from(JSON.stringify(raw) ?? "null")
  const decoded = decoderOf(feed)(raw)
  // What cannot be decoded has no key yet; its content stands for it, and the Normalizer sets it aside with the reason.
  const key = Either.isRight(decoded) ? feed.key(decoded.right) : Key.derive("bad", body.toString("latin1"))
  const incoming: Inbox.Incoming = {
    connection,
    source: `feed:${feed.name}`,
    partition,
    receivedAt: now,
    lane,
    contentType: "application/json",
    body,
    key
  }
  const found = feed.shape === "window" && Either.isRight(decoded) ? feed.strand?.of(decoded.right) : undefined
  return found === undefined
    ? { incoming }
    : {
        incoming,
        strand: { connection, feed: feed.name, partition, strand: found.id, wanted: found.fingerprint, lane }
      }
}

/** Items and the checkpoint that covers them, both or neither. */
const save = (
  running: Running,
  feed: Feed.Any,
  partition: string,
  checkpoint: FeedWalk.Checkpoint,
  items: ReadonlyArray<Item>,
  now: number
) =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const inbox = yield* Inbox.Inbox
    const checkpoints = yield* Checkpoints.Checkpoints
    const place = { connection: running.installed.id, feed: feed.name, partition }
    const strands = items.flatMap(({ strand }) => strand ?? [])
    yield* database.write(
      Effect.gen(function* () {
        const { stored } = yield* inbox.accept(items.map(({ incoming }) => incoming))
        yield* checkpoints.wantStrands(strands)
        yield* checkpoints.save(place, JSON.stringify(checkpoint), now)
        if (stored > 0) yield* database.signal("inbox")
      }),
      { lease: running.lease }
    )
  })

type WindowFeed = Extract<Feed.Any, { readonly shape: "window" }>

/** One page of each of the most urgent strands; `undefined` when none is to be read. */
const readStrands = (running: Running, feed: WindowFeed, strandOf: NonNullable<WindowFeed["strand"]>) =>
  Effect.gen(function* () {
    const checkpoints = yield* Checkpoints.Checkpoints
    const strands = yield* checkpoints.strandsToRead(running.installed.id, feed.name, STRANDS_PER_STEP_MAX)
    if (strands.length === 0) return undefined
    let items = 0
    for (const strand of strands) items += yield* readStrand(running, feed, strandOf, strand)
    return items
  })

const readStrand = (
  running: Running,
  feed: WindowFeed,
  { page }: NonNullable<WindowFeed["strand"]>,
  strand: Checkpoints.Strand
): Effect.Effect<number, Failure, Services> =>
  Effect.gen(function* () {
    const checkpoints = yield* Checkpoints.Checkpoints
    const database = yield* Database.Database
    const inbox = yield* Inbox.Inbox
    const lane = Lane.lanes[strand.lane]
    const request = { partition: strand.partition, strand: strand.strand, token: strand.token }
    const answer = yield* Effect.either(Effect.locally(running.call<Feed.Page>(page(request)), Lane.current, lane))
    // The parent went, and its replies with it; its own deletion comes by its own way.
    const gone = Either.isLeft(answer) && answer.left.reason._tag === "Gone"
    if (Either.isLeft(answer) && !gone) return yield* Effect.fail(answer.left)
    const now = yield* Clock.currentTimeMillis
    const got: Feed.Page = Either.isRight(answer) ? answer.right : { items: [] }
    const items = itemsOf(running, feed, strand.partition, got.items, lane, now)
    const progress = got.next === undefined ? { fingerprint: strand.wanted } : { token: got.next }
    yield* database.write(
      Effect.gen(function* () {
        const { stored } = yield* inbox.accept(items.map(({ incoming }) => incoming))
        yield* checkpoints.strandRead(strand, progress)
        if (stored > 0) yield* database.signal("inbox")
      }),
      { lease: running.lease }
    )
    return got.items.length
  })

const refetchOne = (running: Running, wanted: Checkpoints.Refetch): Effect.Effect<void, Failure, Services> =>
  Effect.gen(function* () {
    const inbox = yield* Inbox.Inbox
    const database = yield* Database.Database
    const checkpoints = yield* Checkpoints.Checkpoints
    const feed = running.installed.connector.feeds.find(({ name }) => name === wanted.feed)
    const answer =
      feed?.one === undefined
        ? Either.right(undefined)
        : yield* Effect.either(running.call(feed.one(wanted.id, wanted.partition)))
    if (Either.isLeft(answer) && answer.left.reason.recovery !== "quarantine") return yield* Effect.fail(answer.left)
    const now = yield* Clock.currentTimeMillis
    const found = Either.isRight(answer) ? answer.right : undefined
    const incoming =
      feed === undefined
        ? []
        : found === undefined
          ? goneOf(running, feed, wanted.partition, wanted.id, feed.gone?.(wanted.id, now) ?? [], now)
          : [itemOf(running, feed, wanted.partition, found, 0, now).incoming]
    yield* database.write(
      Effect.gen(function* () {
        const { stored } = yield* inbox.accept(incoming)
        yield* checkpoints.refetched([wanted])
        if (stored > 0) yield* database.signal("inbox")
      }),
      { lease: running.lease }
    )
  })

/** Finished parts for an item that the vendor has no more; they take the item's place, so that its return is news. */
const goneOf = (
  running: Running,
  feed: Feed.Any,
  partition: string,
  key: string,
  parts: ReadonlyArray<Part.Part>,
  now: number
): ReadonlyArray<Inbox.Incoming> =>
  parts.length === 0
    ? []
    : [
        {
          connection: running.installed.id,
          source: `feed:${feed.name}`,
          partition,
          receivedAt: now,
          lane: 0,
          contentType: PARTS,
          body: Buffer.from(JSON.stringify(parts)),
          key
        }
      ]

/** Items that a complete reading did not show are gone, where the feed says so. */
const sweep = (
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
    const source = `feed:${feed.name}` as const
    let after = ""
    for (;;) {
      const keys = yield* inbox.absent({ connection, source, partition, before, after, limit: SWEEP_MAX })
      const last = keys.at(-1)
      if (last === undefined) return
      const now = yield* Clock.currentTimeMillis
      const incoming = keys.flatMap((key) => goneOf(running, feed, partition, key, feed.sweep!(key, now), now))
      yield* database.write(
        Effect.gen(function* () {
          yield* inbox.accept(incoming)
          yield* inbox.forget(connection, source, partition, keys)
          yield* database.signal("inbox")
        }),
        { lease: running.lease }
      )
      if (keys.length < SWEEP_MAX) return
      after = last
    }
  })
