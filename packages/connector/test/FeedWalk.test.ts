import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { FeedWalk } from "../src/index.ts"
import {
  begin,
  changesFeed,
  drain,
  type Engine,
  type Fate,
  snapshotFeed,
  step,
  type Thing,
  windowFeed
} from "./feedPlay.ts"

const between = (min: number, max: number) => FastCheck.integer({ min, max })
const size = between(1, 4)
const fate = FastCheck.constantFrom<Fate>("commit", "commit", "last", "crash", "expire")
const fates = FastCheck.infiniteStream(fate)
/** Times at which the engine looks; between two of them the process may be down for long. */
const looks = FastCheck.array(between(0, 2_000), { minLength: 1, maxLength: 12 }).map((times) =>
  times.toSorted((a, b) => a - b)
)
const feeds = FastCheck.record({
  cadenceMs: between(1, 200),
  overlapMs: between(0, 150),
  sliceMs: between(20, 900),
  reconcile: FastCheck.record({ everyMs: between(1, 400), windowMs: between(1, 500) })
})

const things = (lateMs: number) =>
  FastCheck.array(FastCheck.record({ at: between(-1_000, 2_000), late: between(0, lateMs) }), { maxLength: 40 }).map(
    (all) => all.map(({ at, late }, index): Thing => ({ id: `t${index}`, at, shownAt: at + late }))
  )

const coveredWhole = ({ checkpoint }: Engine, since: number, now: number): boolean =>
  checkpoint.shape === "window" && checkpoint.covered.some(({ from, to }) => from <= since && to > now)

describe("FeedWalk of a window feed", () => {
  const scene = feeds.chain((options) =>
    FastCheck.record({
      options: FastCheck.constant(options),
      things: things(options.overlapMs),
      since: between(-900, 0),
      looks,
      size,
      fates
    })
  )

  it.prop(
    "covers every instant since the beginning and misses nothing, whichever walk goes first, with crashes, lost cursors and late things",
    [scene],
    ([{ options, things, since, looks, size, fates }]) => {
      const feed = windowFeed(options)
      let engine = begin(feed)
      for (const now of looks) {
        engine = drain(feed, engine, things, { now, since }, size, () => fates.next().value ?? "commit").at(-1)!
        expect(coveredWhole(engine, since, now) || notDue(engine, now, options.cadenceMs)).toBe(true)
      }
      const now = 2_000 + options.overlapMs + options.cadenceMs
      engine = drain(feed, engine, things, { now, since }, size).at(-1)!
      expect(coveredWhole(engine, since, now)).toBe(true)
      const missed = things.filter(({ id, at }) => at >= since && !engine.accepted.has(id))
      expect(missed).toEqual([])
    },
    { fastCheck: { numRuns: 300 } }
  )

  /** The last look is younger than the cadence: nothing new was asked for since. */
  const notDue = ({ checkpoint }: Engine, now: number, cadenceMs: number): boolean =>
    checkpoint.shape === "window" && checkpoint.lookedAt !== undefined && checkpoint.lookedAt + cadenceMs > now

  it("a clock that is set back does not stop the looking, and what it had claimed to see is looked at again", () => {
    const feed = windowFeed({ cadenceMs: 100, overlapMs: 50, sliceMs: 1_000 })
    const ahead = drain(feed, begin(feed), [], { now: 9_000, since: 0 }, 5).at(-1)!
    const thing: Thing = { id: "t", at: 5_000, shownAt: 5_000 }
    const back = drain(feed, ahead, [thing], { now: 5_010, since: 0 }, 5).at(-1)!
    expect([...back.accepted.keys()]).toEqual(["t"])
    const later: Thing = { id: "u", at: 5_100, shownAt: 5_100 }
    const after = drain(feed, back, [thing, later], { now: 5_200, since: 0 }, 5).at(-1)!
    expect([...after.accepted.keys()]).toEqual(["t", "u"])
    expect(after.checkpoint).toMatchObject({ covered: [{ to: 5_201 }] })
  })

  it.prop("goes on from every checkpoint on the way and reads the same", [scene], ([scene]) => {
    const { options, things, since, size, fates } = scene
    const feed = windowFeed(options)
    const clock = { now: 2_000 + options.overlapMs, since }
    const engines = drain(feed, begin(feed), things, clock, size, () => fates.next().value ?? "commit")
    const wanted = things.filter(({ at }) => at >= since).map(({ id }) => id)
    for (const engine of engines) {
      const end = drain(feed, engine, things, clock, size).at(-1)!
      expect(wanted.filter((id) => !end.accepted.has(id))).toEqual([])
      expect(coveredWhole(end, since, clock.now)).toBe(true)
    }
  })

  it.prop(
    "makes up for history that is asked for later",
    [scene, between(-1_000, -901)],
    ([{ options, things, since, size }, earlier]) => {
      const feed = windowFeed(options)
      const now = 2_000 + options.overlapMs
      const engine = drain(feed, begin(feed), things, { now, since }, size).at(-1)!
      const end = drain(feed, engine, things, { now, since: earlier }, size).at(-1)!
      expect(coveredWhole(end, earlier, now)).toBe(true)
      expect(things.filter(({ id, at }) => at >= earlier && !end.accepted.has(id))).toEqual([])
    }
  )

  it.prop("reads news before old times, and history from the newest to the oldest", [scene], ([scene]) => {
    const feed = windowFeed(scene.options)
    const clock = { now: 1_000, since: -800 }
    let engine = begin(feed)
    const walks: Array<{ readonly walk: string; readonly to: number }> = []
    for (;;) {
      const next = FeedWalk.next(feed, engine.checkpoint, "p", clock)
      const after = step(feed, engine, scene.things, clock, scene.size)
      if (next._tag !== "Window" || after === undefined) break
      expect(FeedWalk.laneOf(next)).toBe(next.walk)
      walks.push({ walk: next.walk, to: next.request.to })
      engine = after
    }
    const order = walks.map(({ walk }) => FeedWalk.walkNames.indexOf(walk as FeedWalk.WalkName))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    const ends = walks.filter(({ walk }) => walk === "backfill").map(({ to }) => to)
    expect(ends).toEqual(ends.toSorted((a, b) => b - a))
  })

  it("an interrupted look goes first, then what happened since, each from where it stood", () => {
    const feed = windowFeed({ cadenceMs: 100, overlapMs: 10, sliceMs: 500 })
    const all = [10, 20, 30, 1_050].map((at): Thing => ({ id: `${at}`, at, shownAt: at }))
    const first = step(feed, begin(feed), all, { now: 400, since: 0 }, 2)!
    expect(first.checkpoint).toMatchObject({ covered: [] })
    const resumed = FeedWalk.next(feed, first.checkpoint, "p", { now: 1_100, since: 0 })
    expect(resumed).toMatchObject({ walk: "live", request: { from: 0, to: 401, token: "2" } })
    const second = step(feed, first, all, { now: 1_100, since: 0 }, 2)!
    expect(FeedWalk.next(feed, second.checkpoint, "p", { now: 1_200, since: 0 })).toMatchObject({
      walk: "live",
      request: { from: 391, to: 1_201, token: undefined }
    })
  })

  it("reads between what is covered, and nothing of that again", () => {
    const feed = windowFeed({ cadenceMs: 1_000, overlapMs: 10, sliceMs: 60 })
    const covered = [
      { from: 0, to: 100 },
      { from: 200, to: 301 }
    ]
    const checkpoint: FeedWalk.Checkpoint = { shape: "window", covered, lookedAt: 300 }
    const next = FeedWalk.next(feed, checkpoint, "p", { now: 300, since: 0 })
    expect(next).toMatchObject({ walk: "backfill", request: { from: 140, to: 200 } })
    if (next._tag !== "Window") throw new Error("no range to read")
    const after = FeedWalk.advance(checkpoint, next, { items: [] }, 300)
    expect(FeedWalk.next(feed, after, "p", { now: 300, since: 0 })).toMatchObject({ request: { from: 100, to: 140 } })
  })

  it.prop("coverage grows from 0 to 1 and never shrinks while the time stands still", [scene], ([scene]) => {
    const feed = windowFeed(scene.options)
    const clock = { now: 1_000, since: scene.since }
    const shares = drain(feed, begin(feed), scene.things, clock, scene.size).map(({ checkpoint }) =>
      FeedWalk.coverage(checkpoint, clock)
    )
    expect(shares[0]).toBe(0)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
  })
})

describe("FeedWalk of a snapshot feed", () => {
  const scene = FastCheck.record({ things: things(0), size, fates, cadenceMs: between(1, 300) })

  it.prop("reads everything on each pass, from every checkpoint, with crashes and lost cursors", [scene], ([scene]) => {
    const { things, size, fates, cadenceMs } = scene
    const feed = snapshotFeed(cadenceMs)
    const clock = { now: 3_000, since: 0 }
    const engines = drain(feed, begin(feed), things, clock, size, () => fates.next().value ?? "commit")
    for (const engine of engines) {
      const end = drain(feed, engine, things, clock, size).at(-1)!
      expect(things.filter(({ id }) => !end.accepted.has(id))).toEqual([])
      expect(end.swept).toEqual([])
    }
  })

  it.prop("finds absent what is gone, and only that, also when one page holds all", [scene], ([scene]) => {
    const { things, size, fates } = scene
    const feed = snapshotFeed(10_000)
    const pass = (from: Engine, held: ReadonlyArray<Thing>, now: number) =>
      drain(feed, from, held, { now, since: 0 }, size, () => fates.next().value ?? "commit", 1).at(-1)!
    const engine = pass(begin(feed), things, 3_000)
    const left = things.filter((_, index) => index % 3 !== 0)
    const end = pass(engine, left, 20_000)
    const gone = things.filter((thing) => !left.includes(thing)).map(({ id }) => id)
    expect(end.swept.toSorted()).toEqual(gone.toSorted())
    expect([...end.accepted.keys()].toSorted()).toEqual(left.map(({ id }) => id).toSorted())
  })

  it("looks again after its cadence, counted from the start of the last pass", () => {
    const feed = snapshotFeed(100)
    const engine = drain(feed, begin(feed), [], { now: 1_000, since: 0 }, 1).at(-1)!
    expect(FeedWalk.next(feed, engine.checkpoint, "p", { now: 1_099, since: 0 })).toEqual({
      _tag: "Wait",
      until: 1_100
    })
    expect(FeedWalk.next(feed, engine.checkpoint, "p", { now: 1_100, since: 0 })._tag).toBe("Snapshot")
    expect(FeedWalk.coverage(engine.checkpoint, { now: 1_000, since: 0 })).toBe(1)
    expect(FeedWalk.coverage(FeedWalk.begin(feed), { now: 1_000, since: 0 })).toBe(0)
  })
})

describe("FeedWalk of a changes feed", () => {
  const scene = FastCheck.record({ things: things(0), size, fates, looks })

  it.prop(
    "reads every change from every checkpoint, with crashes, and all anew when the cursor was lost",
    [scene],
    ([scene]) => {
      const { things, size, fates, looks } = scene
      const feed = changesFeed(1)
      const history = things.toSorted((a, b) => a.shownAt - b.shownAt)
      let engine = begin(feed)
      for (const now of [...looks, 5_000]) {
        const engines = drain(feed, engine, history, { now, since: 0 }, size, () => fates.next().value ?? "commit")
        for (const middle of engines) {
          const end = drain(feed, middle, history, { now: 5_000, since: 0 }, size).at(-1)!
          expect(history.filter(({ id }) => !end.accepted.has(id))).toEqual([])
        }
        engine = engines.at(-1)!
      }
    }
  )

  it("goes on at once while the vendor has more, then waits for its cadence", () => {
    const feed = changesFeed(100)
    const all = [1, 2, 3].map((at): Thing => ({ id: `${at}`, at, shownAt: at }))
    const clock = { now: 10, since: 0 }
    const engines = drain(feed, begin(feed), all, clock, 2)
    expect(engines.map(({ accepted }) => accepted.size)).toEqual([0, 2, 3])
    expect(FeedWalk.next(feed, engines.at(-1)!.checkpoint, "p", clock)).toEqual({ _tag: "Wait", until: 110 })
  })
})

describe("FeedWalk", () => {
  const wide = windowFeed({ cadenceMs: 1, overlapMs: 0, sliceMs: 5_000 })
  it.each([snapshotFeed(1), changesFeed(1), wide])(
    "a lost cursor is not used again, the range it was in is: $shape",
    (feed) => {
      const all = [1, 2, 3].map((at): Thing => ({ id: `${at}`, at, shownAt: at }))
      const clock = { now: 10, since: 0 }
      const first = step(feed, begin(feed), all, clock, 1)!
      const next = FeedWalk.next(feed, first.checkpoint, "p", clock)
      if (next._tag === "Wait") throw new Error("nothing to read")
      expect(Object.values(next.request)).toContain("1")
      const anew = FeedWalk.next(feed, FeedWalk.reset(first.checkpoint, next), "p", clock)
      expect(anew).toEqual(FeedWalk.next(feed, FeedWalk.begin(feed), "p", clock))
    }
  )

  it("does not take the checkpoint of another shape for its own", () => {
    expect(() => FeedWalk.next(changesFeed(1), { shape: "snapshot" }, "p", { now: 0, since: 0 })).toThrow(
      "checkpoint of shape snapshot on feed things, which is a changes"
    )
  })

  it("what was read up to when, and what is missing in between, can be told of each shape", () => {
    const covered = [
      { from: 300, to: 400 },
      { from: 600, to: 900 }
    ]
    const window = { shape: "window", covered } as const
    expect(FeedWalk.readUntil(window)).toBe(900)
    expect(FeedWalk.gaps(window, 100)).toEqual([
      { from: 100, to: 300 },
      { from: 400, to: 600 }
    ])
    expect(FeedWalk.gaps(window, 500)).toEqual([{ from: 500, to: 600 }])
    expect(FeedWalk.gaps(window, 650)).toEqual([])
    expect(FeedWalk.readUntil({ shape: "window", covered: [] })).toBeUndefined()
    expect(FeedWalk.readUntil({ shape: "snapshot", startedAt: 9, completedAt: 5 })).toBe(5)
    expect(FeedWalk.readUntil({ shape: "changes", lookedAt: 7 })).toBe(7)
    expect(FeedWalk.gaps({ shape: "changes" }, 0)).toEqual([])
  })
})
