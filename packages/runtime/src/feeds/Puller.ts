/**
 * Reads one feed of a Connection. `FeedWalk` says what could be read, `Turn` what goes next; each page is stored with the
 * checkpoint that covers it in one write, item by item. One step reads one page; the loop around it is the Supervisor's.
 */
import { Feed, FeedWalk, Lane, VendorError } from "@interchannel/connector"
import { Checkpoints, Database, Inbox, Quarantine, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Absence from "./Absence.ts"
import * as Attempt from "../writing/Attempt.ts"
import * as FeedItem from "./FeedItem.ts"
import * as Reading from "./Reading.ts"
import { Resting } from "./Resting.ts"
import type { Running } from "../connections/Running.ts"
import * as Strands from "./Strands.ts"
import * as Turn from "./Turn.ts"
import * as Since from "../configuration/Since.ts"

/** How often the list of partitions is read again. */
const PARTITIONS_EVERY_MS = 10 * 60_000
/** A page with more items than this is not a page. */
const ITEMS_PER_PAGE_MAX = 10_000

export type Services = Checkpoints.Checkpoints | Database.Database | Inbox.Inbox | Quarantine.Quarantine
type Failure = VendorError.VendorError | StoreError

/** Something was read, or nothing is due before `until`. */
export type Pulled =
  | { readonly _tag: "Read"; readonly items: number }
  | { readonly _tag: "Wait"; readonly until: number }

/** Each run of the effect reads one page. It remembers whose turn it is, so one feed has one reader. */
export const reader = (running: Running, feed: Feed.Any): Effect.Effect<Pulled, Failure, Services> => {
  const memory: Memory = { turn: 0, readIn: new Map(), resting: new Resting(), partitions: [], listedAt: undefined }
  return Effect.suspend(() => step({ running, feed, memory })).pipe(
    Effect.withSpan("pull", { attributes: { connection: running.installed.id, feed: feed.name } })
  )
}

// ---------------------------------------------------------------------------------------------------------------------

interface Memory {
  turn: number
  readonly readIn: Map<string, number>
  readonly resting: Resting
  partitions: ReadonlyArray<Feed.Partition>
  listedAt: number | undefined
}
interface Reader {
  readonly running: Running
  readonly feed: Feed.Any
  readonly memory: Memory
}
interface Candidate extends Turn.Candidate {
  readonly name: string
  readonly partition: string
  /** As it is stored; absent: nothing was read yet. */
  readonly state: string | undefined
  readonly checkpoint: FeedWalk.Checkpoint
  readonly walk: FeedWalk.Read
}

const step = (reader: Reader): Effect.Effect<Pulled, Failure, Services> =>
  Effect.gen(function* (): Effect.fn.Return<Pulled, Failure, Services> {
    const { running, feed, memory } = reader
    const now = yield* Clock.currentTimeMillis
    yield* listPartitions(reader, now)
    const { reads, until } = yield* due(reader, now)
    const page = Turn.choose(reads, memory.turn)
    const strand = Strands.hasStrands(feed) ? yield* Strands.next(running, feed, memory.resting, now) : undefined
    if (Strands.hasStrands(feed) && strand !== undefined && strand.lane <= (page?.lane ?? strand.lane)) {
      return yield* attempt(reader, Strands.placeOf(strand), Strands.read(running, feed, strand))
    }
    if (page === undefined) return { _tag: "Wait", until: Math.min(until, memory.resting.nextAt(now)) }
    memory.readIn.set(page.name, memory.turn)
    memory.turn += 1
    return yield* attempt(reader, page.partition, readPage(reader, page))
  })

/** What could be read now and is not at rest. */
const due = ({ running, feed, memory }: Reader, now: number) =>
  Effect.gen(function* () {
    const checkpoints = yield* Checkpoints.Checkpoints
    const saved = yield* checkpoints.load(running.installed.id, feed.name)
    const clock = { now, since: Since.instant(running.installed.since, running.installedAt) }
    const places = memory.partitions.map(({ id: partition }) => {
      const state = saved.get(partition)?.state
      const checkpoint = read(feed, state)
      return { partition, state, checkpoint, ...FeedWalk.due(feed, checkpoint, partition, clock) }
    })
    const reads = places
      .filter(({ partition }) => !memory.resting.isResting(partition, now))
      .flatMap(({ reads: walks, until: _, ...place }) =>
        walks.map((walk): Candidate => {
          const name = `${FeedWalk.laneOf(walk)} ${place.partition}`
          const lane = Lane.lanes.indexOf(FeedWalk.laneOf(walk))
          return { ...place, walk, name, lane, readIn: memory.readIn.get(name) }
        })
      )
    const until = places.flatMap((place) => (place.reads.length === 0 ? [place.until] : []))
    return { reads, until: Math.min(now + PARTITIONS_EVERY_MS, ...until) }
  })

/** The partitions as the vendor lists them now; when it cannot say, those it named before go on. */
const listPartitions = ({ running, feed, memory }: Reader, now: number) =>
  Effect.gen(function* () {
    const { listedAt } = memory
    if (listedAt !== undefined && now >= listedAt && now - listedAt < PARTITIONS_EVERY_MS) return
    const answer = yield* Effect.either(
      feed.partitions === undefined
        ? Effect.succeed([Feed.ALL])
        : running.call<ReadonlyArray<Feed.Partition>>(feed.partitions)
    )
    if (Either.isLeft(answer) && (listedAt === undefined || Attempt.parks(answer.left))) {
      return yield* Effect.fail(answer.left)
    }
    memory.listedAt = now
    if (Either.isLeft(answer)) return yield* Effect.logWarning(answer.left.message)
    memory.partitions = answer.right
    if (answer.right.length === 0) yield* noteNone(running, feed, now)
  })

/** So that a feed without partitions is told from one that was never read. */
const noteNone = ({ installed, lease }: Running, feed: Feed.Any, now: number) =>
  Effect.gen(function* () {
    const checkpoints = yield* Checkpoints.Checkpoints
    const database = yield* Database.Database
    const place = { connection: installed.id, feed: feed.name, partition: Reading.NONE }
    yield* database.write(checkpoints.save(place, JSON.stringify(FeedWalk.begin(feed)), now), { lease })
  })

/** A place that fails rests for itself. What no waiting mends is set aside for a person, and the others go on. */
const attempt = (
  { running, feed, memory }: Reader,
  place: string,
  work: Effect.Effect<number, Failure, Services>
): Effect.Effect<Pulled, Failure, Services> =>
  Effect.gen(function* () {
    const quarantine = yield* Quarantine.Quarantine
    const database = yield* Database.Database
    const subject = `feed ${running.installed.id} ${feed.name} ${place}`
    const answer = yield* Effect.either(work)
    if (Either.isRight(answer)) {
      if (memory.resting.succeeded(place)) yield* database.write(quarantine.remove([subject]), { lease: running.lease })
      return { _tag: "Read", items: answer.right }
    }
    const error = answer.left
    if (error._tag === "StoreError" || Attempt.parks(error)) return yield* Effect.fail(error)
    const at = yield* Clock.currentTimeMillis
    memory.resting.failed(place, at, error.reason)
    if (error.reason.recovery !== "quarantine") return yield* Effect.fail(error)
    yield* Effect.logWarning(`${feed.name} ${place} is set aside: ${error.message}`)
    const aside: Quarantine.Aside = {
      connection: running.installed.id,
      kind: "page",
      subject,
      reason: error.reason._tag,
      detail: `${feed.name} ${place}: ${error.message}`,
      remedy: "mend what the vendor says, or leave it out of the connection's settings; it is tried again by itself",
      at
    }
    yield* database.write(quarantine.add([aside]), { lease: running.lease })
    return { _tag: "Read", items: 0 }
  })

const decodeCheckpoint = Schema.decodeUnknownEither(Schema.parseJson(FeedWalk.Checkpoint))

/** A checkpoint that today's feed cannot read begins anew: reading twice is harmless, skipping is not. */
const read = (feed: Feed.Any, state: string | undefined): FeedWalk.Checkpoint => {
  if (state === undefined) return FeedWalk.begin(feed)
  const decoded = decodeCheckpoint(state)
  return Either.isRight(decoded) && decoded.right.shape === feed.shape ? decoded.right : FeedWalk.begin(feed)
}

const readPage = ({ running, feed }: Reader, candidate: Candidate): Effect.Effect<number, Failure, Services> =>
  Effect.gen(function* () {
    const { walk, partition, checkpoint } = candidate
    const lane = FeedWalk.laneOf(walk)
    const answer = yield* Effect.either(Effect.locally(running.call(pageOf(feed, walk)), Lane.current, lane))
    if (Either.isLeft(answer)) {
      if (answer.left.reason.recovery !== "reset") return yield* Effect.fail(answer.left)
      const fresh = FeedWalk.reset(checkpoint, walk)
      // Anew from the beginning and still too old: growing waits are the answer, not another reading.
      if (JSON.stringify(fresh) === JSON.stringify(checkpoint)) return yield* Effect.fail(answer.left)
      yield* beginAnew(running, feed, candidate, fresh)
      return 0
    }
    const page = answer.right
    if (page.items.length > ITEMS_PER_PAGE_MAX) {
      const detail = `${feed.name} answered ${page.items.length} items in one page; at most ${ITEMS_PER_PAGE_MAX} are taken`
      return yield* Effect.fail(
        VendorError.make(running.installed.connector.id, feed.name, new VendorError.Malformed({ detail }))
      )
    }
    const now = notBefore(checkpoint, yield* Clock.currentTimeMillis)
    const origin: FeedItem.Origin = { connection: running.installed.id, feed, partition, lane, now }
    const items = page.items.map((item) => FeedItem.of(origin, item))
    const saved = yield* save(running, feed, candidate, FeedWalk.advance(checkpoint, walk, page, now), items, now)
    const passedSince = FeedWalk.completedPass(checkpoint, walk, page, now)
    if (saved && passedSince !== undefined) yield* Absence.sweep(running, feed, partition, passedSince)
    return page.items.length
  })

/** What a pass has met must not look older than its beginning, also when the clock is set back on the way. */
const notBefore = (checkpoint: FeedWalk.Checkpoint, now: number): number =>
  checkpoint.shape === "snapshot" ? Math.max(checkpoint.startedAt ?? now, now) : now

type PageEffect = Effect.Effect<Feed.Page | Feed.ChangesPage, VendorError.VendorError, unknown>

const pageOf = (feed: Feed.Any, walk: FeedWalk.Read): PageEffect => {
  if (feed.shape === "snapshot" && walk._tag === "Snapshot") return feed.page(walk.request)
  if (feed.shape === "changes" && walk._tag === "Changes") return feed.page(walk.request)
  if (feed.shape === "window" && walk._tag === "Window") return feed.page(walk.request)
  return Effect.dieMessage(`a ${walk._tag} step on the ${feed.shape} feed ${feed.name}`)
}

/** Items and the checkpoint that covers them, both or neither. A checkpoint that was begun anew meanwhile stays as it is. */
const save = (
  running: Running,
  feed: Feed.Any,
  { partition, state }: Candidate,
  checkpoint: FeedWalk.Checkpoint,
  items: ReadonlyArray<FeedItem.Item>,
  now: number
) =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const inbox = yield* Inbox.Inbox
    const checkpoints = yield* Checkpoints.Checkpoints
    const place = { connection: running.installed.id, feed: feed.name, partition }
    return yield* database.write(
      Effect.gen(function* () {
        yield* inbox.accept(items.map(({ incoming }) => incoming))
        yield* checkpoints.wantStrands(items.flatMap(({ strand }) => strand ?? []))
        return yield* checkpoints.advance(place, { from: state, to: JSON.stringify(checkpoint) }, now)
      }),
      { lease: running.lease }
    )
  })

/** The cursor is forgotten and, in the same write, the feeds that make up for it begin anew. Nothing that is known is lost. */
const beginAnew = (running: Running, feed: Feed.Any, { partition }: Candidate, fresh: FeedWalk.Checkpoint) =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const checkpoints = yield* Checkpoints.Checkpoints
    const now = yield* Clock.currentTimeMillis
    const connection = running.installed.id
    const resync = feed.shape === "changes" ? (feed.resync ?? []) : []
    const others = running.installed.connector.feeds.filter(({ name }) => resync.includes(name))
    yield* database.write(
      Effect.gen(function* () {
        yield* checkpoints.save({ connection, feed: feed.name, partition }, JSON.stringify(fresh), now)
        for (const other of others) {
          const begin = JSON.stringify(FeedWalk.begin(other))
          for (const known of (yield* checkpoints.load(connection, other.name)).keys()) {
            yield* checkpoints.save({ connection, feed: other.name, partition: known }, begin, now)
          }
        }
      }),
      { lease: running.lease }
    )
  })
