/**
 * Where a feed's partition stands and what to read next: pure steps shared by the Puller and the conformance suite.
 *
 *   next(feed, checkpoint, clock) ─► Read(request) ─► the author's `page` ─► advance ─► checkpoint, committed with the items
 *                                 └► Wait(until)
 *
 * A window feed has up to three walks under way; the live one goes first, then reconcile, then backfill from the newest
 * slice to the oldest. Every walk resumes from its token; a walk's range counts as covered when its last page is in.
 */
import * as Schema from "effect/Schema"
import type { Any, ChangesPage, ChangesRequest, Page, SnapshotRequest, WindowRequest } from "./Feed.ts"
import type { Lane } from "./Lane.ts"

const Time = Schema.Int
export const Range = Schema.Struct({ from: Time, to: Time })
export type Range = typeof Range.Type

const Walk = Schema.Struct({ from: Time, to: Time, token: Schema.optional(Schema.String) })
type Walk = typeof Walk.Type

/** The walks of a window feed, most urgent first. */
export const walkNames = ["live", "reconcile", "backfill"] as const
export type WalkName = (typeof walkNames)[number]

/** The durable record of where a partition stands; JSON in the store. */
export const Checkpoint = Schema.Union(
  Schema.Struct({
    shape: Schema.Literal("snapshot"),
    token: Schema.optional(Schema.String),
    /** When the reading under way began; what it did not meet by its end is absent. */
    startedAt: Schema.optional(Time),
    completedAt: Schema.optional(Time)
  }),
  Schema.Struct({
    shape: Schema.Literal("window"),
    /** Ranges read whole: apart from each other, ascending. */
    covered: Schema.Array(Range),
    live: Schema.optional(Walk),
    reconcile: Schema.optional(Walk),
    backfill: Schema.optional(Walk),
    lookedAt: Schema.optional(Time),
    reconciledAt: Schema.optional(Time)
  }),
  Schema.Struct({
    shape: Schema.Literal("changes"),
    cursor: Schema.optional(Schema.String),
    lookedAt: Schema.optional(Time)
  })
)
export type Checkpoint = typeof Checkpoint.Type

export interface Clock {
  readonly now: number
  /** How far back history is wanted; `now` at installation when it is not asked for. */
  readonly since: number
}

export type Step =
  | { readonly _tag: "Snapshot"; readonly request: SnapshotRequest }
  | { readonly _tag: "Window"; readonly walk: WalkName; readonly request: WindowRequest }
  | { readonly _tag: "Changes"; readonly request: ChangesRequest }
  | { readonly _tag: "Wait"; readonly until: number }
export type Read = Exclude<Step, { readonly _tag: "Wait" }>

export const begin = (feed: Any): Checkpoint => {
  switch (feed.shape) {
    case "snapshot":
      return { shape: "snapshot" }
    case "window":
      return { shape: "window", covered: [] }
    case "changes":
      return { shape: "changes" }
  }
}

/** What to read now, or when to look again. */
export const next = (feed: Any, checkpoint: Checkpoint, partition: string, clock: Clock): Step => {
  const { reads, until } = due(feed, checkpoint, partition, clock)
  return reads[0] ?? { _tag: "Wait", until }
}

/** What may be read now, most urgent first, and when to look again if nothing may. */
export interface Due {
  readonly reads: ReadonlyArray<Read>
  readonly until: number
}

export const due = (feed: Any, checkpoint: Checkpoint, partition: string, clock: Clock): Due => {
  if (feed.shape === "snapshot" && checkpoint.shape === "snapshot") {
    const until = dueAt(checkpoint.completedAt, feed.cadenceMs, clock)
    const isDue = checkpoint.startedAt !== undefined || until <= clock.now
    return { reads: isDue ? [{ _tag: "Snapshot", request: { partition, token: checkpoint.token } }] : [], until }
  }
  if (feed.shape === "changes" && checkpoint.shape === "changes") {
    const until = dueAt(checkpoint.lookedAt, feed.cadenceMs, clock)
    const request = { partition, cursor: checkpoint.cursor, since: clock.since }
    return { reads: until <= clock.now ? [{ _tag: "Changes", request }] : [], until }
  }
  if (feed.shape === "window" && checkpoint.shape === "window") return dueOfWindow(feed, checkpoint, partition, clock)
  throw new Error(`checkpoint of shape ${checkpoint.shape} on feed ${feed.name}, which is a ${feed.shape}`)
}

/** The checkpoint after the page that answered `step`. `now`: when its items were accepted, or a little before. */
export const advance = (checkpoint: Checkpoint, step: Read, page: Page | ChangesPage, now: number): Checkpoint => {
  if (step._tag === "Snapshot" && checkpoint.shape === "snapshot") {
    const token = (page as Page).next
    const startedAt = checkpoint.startedAt ?? now
    return token === undefined
      ? { shape: "snapshot", completedAt: startedAt }
      : { ...checkpoint, shape: "snapshot", token, startedAt }
  }
  if (step._tag === "Changes" && checkpoint.shape === "changes") {
    const { next: cursor, more } = page as ChangesPage
    const { lookedAt: _, ...rest } = checkpoint
    return more ? { ...rest, cursor } : { ...rest, cursor, lookedAt: now }
  }
  if (step._tag === "Window" && checkpoint.shape === "window") return advanceWindow(checkpoint, step, page as Page, now)
  throw new Error(`a ${step._tag} step on a checkpoint of shape ${checkpoint.shape}`)
}

/** When the snapshot pass that ends with `page` began: what was not accepted since then is absent. Else undefined. */
export const completedPass = (
  checkpoint: Checkpoint,
  step: Read,
  page: Page | ChangesPage,
  now: number
): number | undefined =>
  step._tag === "Snapshot" && checkpoint.shape === "snapshot" && (page as Page).next === undefined
    ? (checkpoint.startedAt ?? now)
    : undefined

/** After `CursorExpired`: a change cursor is forgotten, the token of a walk is, and the walk's range is read anew. */
export const reset = (checkpoint: Checkpoint, step: Read): Checkpoint => {
  if (checkpoint.shape === "snapshot") {
    const { token: _, ...rest } = checkpoint
    return rest
  }
  if (checkpoint.shape === "changes") return { shape: "changes" }
  if (step._tag !== "Window") return checkpoint
  const { from, to } = step.request
  return { ...checkpoint, [step.walk]: { from, to } }
}

/** How much of [since, now] is covered, 0 … 1, for progress and the time that is left. */
export const coverage = (checkpoint: Checkpoint, clock: Clock): number => {
  if (checkpoint.shape !== "window")
    return checkpoint.shape === "snapshot" && checkpoint.completedAt === undefined ? 0 : 1
  const whole = clock.now - clock.since
  if (whole <= 0) return 1
  const done = checkpoint.covered
    .map((range) => Math.min(range.to, clock.now) - Math.max(range.from, clock.since))
    .filter((length) => length > 0)
    .reduce((sum, length) => sum + length, 0)
  return Math.min(1, done / whole)
}

/** Up to when it was read; later news has not been looked for. `undefined`: it was not read yet. */
export const readUntil = (checkpoint: Checkpoint): number | undefined => {
  switch (checkpoint.shape) {
    case "snapshot":
      return checkpoint.completedAt
    case "window":
      return checkpoint.covered.at(-1)?.to
    case "changes":
      return checkpoint.lookedAt
  }
}

/** The stretches after `since` that were not read though later ones were, oldest first. */
export const gaps = (checkpoint: Checkpoint, since: number): ReadonlyArray<Range> =>
  checkpoint.shape !== "window"
    ? []
    : checkpoint.covered.flatMap(({ from: to }, index) => {
        const from = Math.max(since, checkpoint.covered[index - 1]?.to ?? since)
        return from < to ? [{ from, to }] : []
      })

export const laneOf = (step: Read): Lane => {
  if (step._tag === "Window") return step.walk
  return step._tag === "Snapshot" ? "backfill" : "live"
}

// ---------------------------------------------------------------------------------------------------------------------

type WindowCheckpoint = Extract<Checkpoint, { readonly shape: "window" }>
type WindowFeedAny = Extract<Any, { readonly shape: "window" }>
type WindowStep = Extract<Step, { readonly _tag: "Window" }>

/** A time that lies ahead was taken from a clock that has been set back since: it says nothing. */
const dueAt = (last: number | undefined, everyMs: number, { now }: Clock): number =>
  last === undefined || last > now ? Number.NEGATIVE_INFINITY : last + everyMs

const dueOfWindow = (feed: WindowFeedAny, checkpoint: WindowCheckpoint, partition: string, clock: Clock): Due => {
  const read = (walk: WalkName, range: Walk | undefined): ReadonlyArray<WindowStep> =>
    range === undefined
      ? []
      : [{ _tag: "Window", walk, request: { partition, from: range.from, to: range.to, token: range.token } }]
  const lookAt = dueAt(checkpoint.lookedAt, feed.cadenceMs, clock)
  const reconcileAt =
    feed.reconcile === undefined
      ? Number.POSITIVE_INFINITY
      : dueAt(checkpoint.reconciledAt ?? clock.now, feed.reconcile.everyMs, clock)
  return {
    reads: [
      ...read("live", checkpoint.live ?? (lookAt <= clock.now ? liveRange(feed, checkpoint, clock) : undefined)),
      ...read(
        "reconcile",
        checkpoint.reconcile ?? (reconcileAt <= clock.now ? reconcileRange(feed, checkpoint, clock) : undefined)
      ),
      ...read("backfill", checkpoint.backfill ?? backfillRange(feed, checkpoint, clock))
    ],
    until: Math.min(lookAt, reconcileAt)
  }
}

/** From what was seen last, or the youngest slice; that again when the clock was set back, since it was wrong before. */
const liveRange = (feed: WindowFeedAny, { covered }: WindowCheckpoint, { now, since }: Clock): Range => {
  const newest = covered.at(-1)
  const from =
    newest === undefined || newest.to > now + 1 ? Math.max(since, now - feed.sliceMs) : newest.to - feed.overlapMs
  return { from: Math.min(from, now), to: now + 1 }
}

/** Up to what live walks have seen and no further: they count on the overlap behind their own end. */
const reconcileRange = (feed: WindowFeedAny, { covered }: WindowCheckpoint, { since }: Clock): Range | undefined => {
  const newest = covered.at(-1)
  return feed.reconcile === undefined || newest === undefined
    ? undefined
    : { from: Math.max(since, newest.to - feed.reconcile.windowMs), to: newest.to }
}

const backfillRange = (feed: WindowFeedAny, { covered }: WindowCheckpoint, { since }: Clock): Range | undefined => {
  const gap = newestGap(covered, since)
  return gap && { from: Math.max(gap.from, gap.to - feed.sliceMs), to: gap.to }
}

const advanceWindow = (checkpoint: WindowCheckpoint, step: WindowStep, page: Page, now: number): Checkpoint => {
  const { from, to } = step.request
  if (page.next !== undefined) return { ...checkpoint, [step.walk]: { from, to, token: page.next } }
  const { [step.walk]: _, ...rest } = checkpoint
  return {
    ...rest,
    covered: cover(step.walk === "live" ? until(checkpoint.covered, to) : checkpoint.covered, { from, to }),
    ...(step.walk === "live" ? { lookedAt: now } : {}),
    // The first look counts as reconciled: what it covered need not be read again at once.
    reconciledAt: step.walk === "reconcile" ? now : (checkpoint.reconciledAt ?? now)
  }
}

/** The youngest stretch after `since` that is not covered and has something covered after it. */
const newestGap = (covered: ReadonlyArray<Range>, since: number): Range | undefined => {
  for (let index = covered.length - 1; index >= 0; index--) {
    const to = covered[index]!.from
    const from = Math.max(since, covered[index - 1]?.to ?? since)
    if (from < to) return { from, to }
  }
  return undefined
}

/** What a live walk has not reached, nobody has seen: only a clock that was ahead says so. */
const until = (covered: ReadonlyArray<Range>, to: number): ReadonlyArray<Range> =>
  covered.filter((range) => range.from < to).map((range) => (range.to > to ? { from: range.from, to } : range))

/** Adds a range; touching and overlapping ranges become one. */
const cover = (covered: ReadonlyArray<Range>, added: Range): ReadonlyArray<Range> => {
  const apart = covered.filter((range) => range.to < added.from || range.from > added.to)
  const joined = covered.filter((range) => !apart.includes(range))
  const range = {
    from: Math.min(added.from, ...joined.map((other) => other.from)),
    to: Math.max(added.to, ...joined.map((other) => other.to))
  }
  return [...apart, range].sort((a, b) => a.from - b.from)
}
