/** A vendor and an engine in little: what the vendor holds, what was read, and crashes before any commit. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Feed, FeedWalk } from "../src/index.ts"

export interface Thing {
  readonly id: string
  readonly at: number
  /** When the vendor's index first shows it. */
  readonly shownAt: number
}

export interface Engine {
  readonly checkpoint: FeedWalk.Checkpoint
  /** Ids by when they were last accepted. Committed together with the checkpoint. */
  readonly accepted: ReadonlyMap<string, number>
  /** What snapshot passes found absent. */
  readonly swept: ReadonlyArray<string>
}

/** What may happen to a step: it is committed, the process dies before the commit, or the vendor has forgotten the cursor; `last`: the least urgent read is done. */
export type Fate = "commit" | "crash" | "expire" | "last"

const Item = Schema.Struct({ id: Schema.String, at: Schema.Int, shownAt: Schema.Int })
const common = { yields: "interactions", item: Item, key: (item: Thing) => item.id, normalize: () => [] } as const

export const windowFeed = (options: {
  readonly cadenceMs: number
  readonly overlapMs: number
  readonly sliceMs: number
  readonly reconcile?: { readonly everyMs: number; readonly windowMs: number }
}) => Feed.window("things", { ...common, ...options, page: () => Effect.succeed(Feed.page([])) })

export const snapshotFeed = (cadenceMs: number) =>
  Feed.snapshot("things", { ...common, cadenceMs, page: () => Effect.succeed(Feed.page([])) })

export const changesFeed = (cadenceMs: number) =>
  Feed.changes("things", {
    ...common,
    cadenceMs,
    page: () => Effect.succeed({ items: [], next: "0", more: false })
  })

export const begin = (feed: Feed.Any): Engine => ({
  checkpoint: FeedWalk.begin(feed),
  accepted: new Map(),
  swept: []
})

/** The vendor's answer at `now`: pages of `size`, found again by an offset, newest things last. */
const pageOf = (things: ReadonlyArray<Thing>, step: FeedWalk.Read, size: number, now: number) => {
  const shown = things.filter(({ shownAt }) => shownAt <= now)
  if (step._tag === "Changes") {
    const from = Number(step.request.cursor ?? 0)
    const items = shown.slice(from, from + size)
    return { items, next: `${from + items.length}`, more: from + items.length < shown.length }
  }
  const hits =
    step._tag === "Snapshot" ? shown : shown.filter(({ at }) => at >= step.request.from && at < step.request.to)
  const sorted = hits.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const from = Number(step.request.token ?? 0)
  return Feed.page(sorted.slice(from, from + size), from + size < sorted.length ? `${from + size}` : undefined)
}

/** One step, or `undefined` when there is nothing to do. The checkpoint goes through its durable form each time. */
export const step = (
  feed: Feed.Any,
  engine: Engine,
  things: ReadonlyArray<Thing>,
  clock: FeedWalk.Clock,
  size: number,
  fate: Fate = "commit"
): Engine | undefined => {
  const { reads } = FeedWalk.due(feed, durable(engine.checkpoint), "p", clock)
  const first = FeedWalk.next(feed, durable(engine.checkpoint), "p", clock)
  const next = fate === "last" ? (reads.at(-1) ?? first) : first
  if (next._tag === "Wait") {
    if (next.until <= clock.now) throw new Error(`told at ${clock.now} to wait until ${next.until}`)
    return undefined
  }
  if (fate === "crash") return engine
  if (fate === "expire") return { ...engine, checkpoint: FeedWalk.reset(engine.checkpoint, next) }
  const page = pageOf(things, next, size, clock.now)
  const accepted = new Map(engine.accepted)
  for (const item of page.items) accepted.set((item as Thing).id, clock.now)
  const passBeganAt = FeedWalk.completedPass(engine.checkpoint, next, page, clock.now)
  const absent = passBeganAt === undefined ? [] : [...accepted].filter(([, at]) => at < passBeganAt).map(([id]) => id)
  for (const id of absent) accepted.delete(id)
  return {
    checkpoint: FeedWalk.advance(engine.checkpoint, next, page, clock.now),
    accepted,
    swept: [...engine.swept, ...absent]
  }
}

/** More steps than any reading here needs. */
const STEPS_MAX = 2_000

/** Steps until there is nothing to do, with every engine on the way. The time stands still but for `tickMs` a step. */
export const drain = (
  feed: Feed.Any,
  engine: Engine,
  things: ReadonlyArray<Thing>,
  clock: FeedWalk.Clock,
  size: number,
  fateOf: () => Fate = () => "commit",
  tickMs = 0
): ReadonlyArray<Engine> => {
  const engines = [engine]
  for (let count = 0; count < STEPS_MAX; count++) {
    // Misfortunes end at some point, or nothing could ever be done.
    const at = { ...clock, now: clock.now + count * tickMs }
    const after = step(feed, engines.at(-1)!, things, at, size, count < STEPS_MAX / 4 ? fateOf() : "commit")
    if (after === undefined) return engines
    engines.push(after)
  }
  throw new Error(`still something to do after ${STEPS_MAX} steps`)
}

const decode = Schema.decodeUnknownSync(Schema.parseJson(FeedWalk.Checkpoint))
const encode = Schema.encodeSync(Schema.parseJson(FeedWalk.Checkpoint))
const durable = (checkpoint: FeedWalk.Checkpoint): FeedWalk.Checkpoint => decode(encode(checkpoint))
