/**
 * The quota of one Connection: which calls may begin now, and when the next ones may. Pure: state in, state out, JSON all
 * of it, time an argument. Whoever drives it does what it says:
 *
 *   join ──► waiting ──► next(now) says: begin these, wake me then ──► the call ──► answer ──► next(now) …
 *              └► leave (given up)
 *
 * Order. The most urgent lane goes first, within a lane the first come. No lane starves: a call that could have begun and
 * was passed over by more urgent ones `PATIENCE` times is owed the next turn, so a lane keeps at least one call in
 * `PATIENCE + 1` of what it competes for. A call that needs more units than are left keeps less urgent ones from nibbling
 * at what it waits for.
 *
 * Bounds: the line, the keys counted apart, and the entries of a bucket.
 */
import { type Lane, lanes } from "./Lane.ts"
import type { Bucket, Limits, Usage } from "./Limits.ts"
import * as quotaEta from "./quotaEta.ts"
import * as quotaSaved from "./quotaSaved.ts"
import * as Spent from "./spent.ts"
import type { Reason } from "./VendorError.ts"

/** Times that a call is passed over by more urgent lanes before it is owed a turn. */
export const PATIENCE: Readonly<Record<Lane, number>> = {
  live: Number.POSITIVE_INFINITY,
  "write-back": 3,
  reconcile: 9,
  backfill: 19
}
/** Calls waiting at once; `join` refuses more. */
export const LINE_MAX = 10_000
/** Keys of one bucket counted apart at once; more share one count, which is slower and never too fast. */
export const KEYS_MAX = 1_000

export interface Call {
  readonly operation: string
  readonly key?: string | undefined
}

export interface State {
  /** By bucket, then by key; `""` where the vendor does not count per key. */
  readonly spent: Readonly<Record<string, Readonly<Record<string, Spent.Spent>>>>
  readonly line: ReadonlyArray<Waiting>
  /** By ticket. */
  readonly underWay: Readonly<Record<string, UnderWay>>
  readonly tickets: number
  /** What a call has taken of late. */
  readonly callMs: number
}

/** Calls alike: same lane, operation and, where it matters, key. Tickets ascend. */
interface Waiting extends Call {
  readonly lane: Lane
  readonly tickets: ReadonlyArray<number>
  readonly passedBy: number
}

interface UnderWay {
  readonly begunAt: number
  readonly charges: ReadonlyArray<Charge>
}

interface Charge {
  readonly bucket: string
  readonly slot: string
  readonly cost: number
}

export const empty: State = { spent: {}, line: [], underWay: {}, tickets: 0, callMs: 0 }

/** Gets in line. `ticket` is undefined when the line is full: try again later. */
export const join = (
  limits: Limits,
  state: State,
  call: Call & { readonly lane: Lane }
): { readonly state: State; readonly ticket: number | undefined } => {
  if (waitingCount(state) >= LINE_MAX) return { state, ticket: undefined }
  const ticket = state.tickets + 1
  const key = costsOf(limits, call).some(([name]) => limits.buckets[name]?.perKey === true) ? call.key : undefined
  const alike = (it: Waiting) => it.lane === call.lane && it.operation === call.operation && it.key === key
  const line = state.line.some(alike)
    ? state.line.map((it) => (alike(it) ? { ...it, tickets: [...it.tickets, ticket] } : it))
    : [...state.line, { lane: call.lane, operation: call.operation, key, tickets: [ticket], passedBy: 0 }]
  return { state: { ...state, tickets: ticket, line }, ticket }
}

/** Gives up waiting. A ticket that is not in line changes nothing. */
export const leave = (state: State, ticket: number): State => ({
  ...state,
  line: state.line
    .map((it) => (it.tickets.includes(ticket) ? { ...it, tickets: it.tickets.filter((one) => one !== ticket) } : it))
    .filter((it) => it.tickets.length > 0)
})

/** Begins every call that may begin now. `wakeAt`: ask again then; undefined: after the next join or answer. */
export const next = (
  limits: Limits,
  state: State,
  now: number
): { readonly state: State; readonly begun: ReadonlyArray<number>; readonly wakeAt: number | undefined } => {
  const begun: Array<number> = []
  let current = state
  while (begun.length < limits.concurrency) {
    const chosen = choose(limits, current, now)
    if (chosen === undefined) break
    begun.push(chosen.tickets[0]!)
    current = passOver(limits, current, begin(limits, current, chosen, now), chosen, now)
  }
  const times = current.line.map((it) => ask(limits, current, it, now)).filter((at) => at > now && at < Infinity)
  return { state: current, begun, wakeAt: times.length === 0 ? undefined : Math.min(...times) }
}

/** How a call ended. `reason` absent: it went well. */
export interface Outcome {
  readonly reason?: Reason | undefined
  readonly usage?: ReadonlyArray<Usage> | undefined
}

/** A call has ended, in whatever way. A ticket that is not under way changes nothing. */
export const answer = (limits: Limits, state: State, ticket: number, outcome: Outcome, now: number): State => {
  const { [ticket]: call, ...underWay } = state.underWay
  if (call === undefined) return state
  const callMs = state.callMs === 0 ? now - call.begunAt : state.callMs * 0.9 + (now - call.begunAt) * 0.1
  const settled = call.charges.reduce<State>(
    (sum, { bucket, slot, cost }) =>
      touch(limits, sum, bucket, slot, (it, spent) => Spent.settle(it, spent, cost, now)),
    { ...state, underWay, callMs }
  )
  const corrected = (outcome.usage ?? []).reduce<State>((sum, { bucket, key, remaining }) => {
    const slot = key === undefined ? slotIn(call, bucket) : `=${key}`
    return touch(limits, sum, bucket, slot, (it, spent) => Spent.correct(it, spent, remaining, now))
  }, settled)
  return forget(limits, judge(limits, corrected, call, outcome.reason, now), call, now)
}

/** The earliest time at which a call could begin with nobody ahead of it; Infinity: after an answer. */
export const ask = (limits: Limits, state: State, call: Call, now: number): number =>
  chargesOf(limits, state, call, now).reduce(
    (at, { bucket, slot, cost }) =>
      Math.max(at, Spent.freeAt(limits.buckets[bucket]!, spentOf(state, bucket, slot), cost, now)),
    now
  )

/** When `count` more calls of an operation will be done, at the quota's pace and if the Connection did nothing else. */
export const eta = (limits: Limits, state: State, calls: Call & { readonly count: number }, now: number): number =>
  quotaEta.eta(
    chargesOf(limits, state, calls, now).map(({ bucket, slot, cost }) => ({
      bucket: limits.buckets[bucket]!,
      spent: spentOf(state, bucket, slot),
      cost
    })),
    { count: calls.count, callMs: state.callMs / limits.concurrency },
    now
  )

/** What is left of one bucket; where the vendor counts per key, of the key that has least. */
export interface Left {
  readonly bucket: string
  readonly left: number
  readonly of: number
  readonly perMs: number
  readonly daily: boolean
  /** When one more unit may be spent; now, where some are left. */
  readonly freeAt: number
}

export const left = (limits: Limits, state: State, now: number): ReadonlyArray<Left> =>
  Object.entries(limits.buckets).map(([name, bucket]) => {
    const counts = Object.values(state.spent[name] ?? nobody)
    const scarcest = counts.reduce(
      (least, spent) => (Spent.room(bucket, spent, now) < Spent.room(bucket, least, now) ? spent : least),
      counts[0] ?? Spent.nothing
    )
    return {
      bucket: name,
      left: Spent.room(bucket, scarcest, now),
      of: bucket.requests,
      perMs: bucket.perMs,
      daily: bucket.daily !== undefined,
      freeAt: Spent.freeAt(bucket, scarcest, 1, now)
    }
  })

/** As text, to be kept over a restart. */
export const save = (limits: Limits, state: State, now: number): string => quotaSaved.encode(resume(limits, state, now))

/** What `save` wrote; empty where it cannot be read. */
export const restore = (limits: Limits, saved: string, now: number): State =>
  setBack(limits, quotaSaved.decode(saved) ?? empty, now)

/** The state to begin with after a restart: nobody waits, and what was under way counts as answered now. */
export const resume = (limits: Limits, state: State, now: number): State =>
  Object.keys(state.underWay).reduce<State>((sum, ticket) => answer(limits, sum, Number(ticket), {}, now), {
    ...state,
    line: []
  })

/** The clock was set back to `now`: nothing counts as spent in times to come. */
export const setBack = (limits: Limits, state: State, now: number): State => ({
  ...state,
  underWay: Object.fromEntries(
    Object.entries(state.underWay).map(([ticket, call]) => [ticket, { ...call, begunAt: Math.min(call.begunAt, now) }])
  ),
  spent: Object.fromEntries(
    Object.entries(state.spent).map(([name, slots]) => {
      const bucket = limits.buckets[name]
      if (bucket === undefined) return [name, slots]
      return [
        name,
        Object.fromEntries(Object.entries(slots).map(([slot, it]) => [slot, Spent.setBack(bucket, it, now)]))
      ]
    })
  )
})

// ---------------------------------------------------------------------------------------------------------------------

const nobody: Readonly<Record<string, Spent.Spent>> = {}
/** The slot of keys that came when too many were counted. */
const OTHERS = "*"

const waitingCount = (state: State): number => state.line.reduce((sum, { tickets }) => sum + tickets.length, 0)

const spentOf = (state: State, bucket: string, slot: string): Spent.Spent =>
  (state.spent[bucket] ?? nobody)[slot] ?? Spent.nothing

const costsOf = (limits: Limits, { operation }: Call): ReadonlyArray<readonly [bucket: string, cost: number]> =>
  (limits.operations[operation] ?? limits.otherwise).map((it) => {
    const [name, cost] = typeof it === "string" ? [it, 1] : [it.bucket, it.cost]
    if (limits.buckets[name] === undefined) {
      throw new Error(`limits: operation ${operation} spends from bucket ${name}, which is not among the buckets`)
    }
    return [name, Math.min(cost, limits.buckets[name].requests)]
  })

const chargesOf = (limits: Limits, state: State, call: Call, now: number): ReadonlyArray<Charge> =>
  costsOf(limits, call).map(([bucket, cost]) => ({
    bucket,
    slot: slotOf(limits.buckets[bucket]!, state.spent[bucket] ?? nobody, call.key, now),
    cost
  }))

const slotOf = (
  bucket: Bucket,
  slots: Readonly<Record<string, Spent.Spent>>,
  key: string | undefined,
  now: number
): string => {
  if (bucket.perKey !== true || key === undefined) return ""
  if (Object.hasOwn(slots, `=${key}`)) return `=${key}`
  const others = slots[OTHERS]
  // Someone counted among the others stays there until that count has run out, else it would start from zero.
  const shared = others !== undefined && !Spent.isIdle(bucket, others, now)
  return shared || Object.keys(slots).length >= KEYS_MAX ? OTHERS : `=${key}`
}

const slotIn = (call: UnderWay, bucket: string): string => call.charges.find((it) => it.bucket === bucket)?.slot ?? ""

const fits = (limits: Limits, state: State, charge: Charge, now: number, reserved: number): boolean =>
  Spent.room(limits.buckets[charge.bucket]!, spentOf(state, charge.bucket, charge.slot), now) - reserved >= charge.cost

/** Could it begin if nobody were ahead of it? */
const couldBegin = (limits: Limits, state: State, call: Call, now: number): boolean =>
  Object.keys(state.underWay).length < limits.concurrency &&
  chargesOf(limits, state, call, now).every((charge) => fits(limits, state, charge, now, 0))

const urgency = (lane: Lane): number => lanes.indexOf(lane)

const isOwed = ({ lane, passedBy }: Waiting): boolean => passedBy >= PATIENCE[lane]

const inOrder = (line: ReadonlyArray<Waiting>): ReadonlyArray<Waiting> =>
  [...line].sort(
    (a, b) =>
      Number(isOwed(b)) - Number(isOwed(a)) || urgency(a.lane) - urgency(b.lane) || a.tickets[0]! - b.tickets[0]!
  )

/** The first in order that fits into what those before it leave. */
const choose = (limits: Limits, state: State, now: number): Waiting | undefined => {
  if (Object.keys(state.underWay).length >= limits.concurrency) return undefined
  const reserved = new Map<string, number>()
  for (const waiting of inOrder(state.line)) {
    const charges = chargesOf(limits, state, waiting, now).map((charge) => {
      const place = JSON.stringify([charge.bucket, charge.slot])
      return { charge, place, fit: fits(limits, state, charge, now, reserved.get(place) ?? 0) }
    })
    if (charges.every(({ fit }) => fit)) return waiting
    // It keeps what is there for it, and closes what is short, so that the next ones cannot eat it up call by call.
    for (const { charge, place, fit } of charges) {
      reserved.set(place, fit ? (reserved.get(place) ?? 0) + charge.cost : Number.POSITIVE_INFINITY)
    }
  }
  return undefined
}

const begin = (limits: Limits, state: State, waiting: Waiting, now: number): State => {
  const [ticket, ...tickets] = waiting.tickets
  const charges = chargesOf(limits, state, waiting, now)
  return charges.reduce<State>(
    (sum, { bucket, slot, cost }) => touch(limits, sum, bucket, slot, (_, spent) => Spent.begin(spent, cost)),
    {
      ...state,
      line: state.line
        .map((it) => (it === waiting ? { ...it, tickets, passedBy: 0 } : it))
        .filter((it) => it.tickets.length > 0),
      underWay: { ...state.underWay, [ticket!]: { begunAt: now, charges } }
    }
  )
}

/** In each less urgent lane, the oldest call that could have begun instead of `chosen` is one turn nearer to its own. */
const passOver = (limits: Limits, before: State, after: State, chosen: Waiting, now: number): State => {
  const line = inOrder(after.line)
  const passed = lanes
    .filter((lane) => urgency(lane) > urgency(chosen.lane))
    .flatMap((lane) => line.find((it) => it.lane === lane && couldBegin(limits, before, it, now)) ?? [])
  if (passed.length === 0) return after
  return { ...after, line: after.line.map((it) => (passed.includes(it) ? { ...it, passedBy: it.passedBy + 1 } : it)) }
}

/** What the reason says about the quota. Without a bucket it concerns the first that the operation spends from. */
const judge = (limits: Limits, state: State, call: UnderWay, reason: Reason | undefined, now: number): State => {
  const waits = reason?._tag === "RateLimited" || (reason?._tag === "Unavailable" && reason.retryAfterMs !== undefined)
  if (!waits) {
    return call.charges.reduce<State>(
      (sum, { bucket, slot }) => touch(limits, sum, bucket, slot, (_, spent) => Spent.relent(spent, call.begunAt)),
      state
    )
  }
  const named = reason._tag === "RateLimited" ? reason.bucket : undefined
  const bucket = named !== undefined && limits.buckets[named] !== undefined ? named : call.charges[0]?.bucket
  if (bucket === undefined) return state
  const refusal = { begunAt: call.begunAt, retryAfterMs: reason.retryAfterMs }
  return touch(limits, state, bucket, slotIn(call, bucket), (it, spent) => Spent.refuse(it, spent, refusal, now))
}

/** Drops the counts of keys that do not matter any more, before there are too many. */
const forget = (limits: Limits, state: State, call: UnderWay, now: number): State =>
  call.charges.reduce<State>((sum, { bucket: name }) => {
    const slots = Object.entries(sum.spent[name] ?? nobody)
    const bucket = limits.buckets[name]
    if (bucket === undefined || slots.length <= KEYS_MAX / 2) return sum
    const kept = slots.filter(([, spent]) => !Spent.isIdle(bucket, spent, now))
    return kept.length === slots.length ? sum : { ...sum, spent: { ...sum.spent, [name]: Object.fromEntries(kept) } }
  }, state)

/** Changes one count. A bucket that the limits do not have any more is left alone. */
const touch = (
  limits: Limits,
  state: State,
  name: string,
  slot: string,
  change: (bucket: Bucket, spent: Spent.Spent) => Spent.Spent
): State => {
  const bucket = limits.buckets[name]
  if (bucket === undefined) return state
  const spent = spentOf(state, name, slot)
  const changed = change(bucket, spent)
  if (changed === spent) return state
  return { ...state, spent: { ...state.spent, [name]: { ...state.spent[name], [slot]: changed } } }
}
