/** Plays calls through a ledger as a driver would, on a clock of its own, and notes when each began and was answered. */
import { type Lane, Limits, QuotaLedger } from "../src/index.ts"

export interface Planned extends QuotaLedger.Call {
  readonly lane: Lane.Lane
  readonly joinsAt: number
  readonly takesMs: number
  readonly outcome?: QuotaLedger.Outcome
}

export interface Played extends Planned {
  readonly beganAt: number
  readonly answeredAt: number
}

export const limited = (requests: number, perMs: number, concurrency = 1_000): Limits.Limits =>
  Limits.make({ concurrency, buckets: { all: { requests, perMs } }, operations: {}, otherwise: ["all"] })

export const many = (count: number, call: Partial<Planned> = {}): ReadonlyArray<Planned> =>
  Array.from({ length: count }, () => ({ operation: "get", lane: "live", joinsAt: 0, takesMs: 0, ...call }))

export const begins = (played: ReadonlyArray<Played>): ReadonlyArray<number> =>
  played.map(({ beganAt }) => beganAt).sort((a, b) => a - b)

/** The most units that fall into any stretch of `perMs`, both ends counted. */
export const busiest = (
  spends: ReadonlyArray<{ readonly at: number; readonly units: number }>,
  perMs: number
): number =>
  Math.max(
    0,
    ...spends.map(({ at }) =>
      spends.reduce((sum, other) => (other.at >= at && other.at <= at + perMs ? sum + other.units : sum), 0)
    )
  )

/** More steps than any play needs: reaching it means that the ledger lets someone wait for ever. */
const STEPS_MAX = 20_000

export const play = (
  limits: Limits.Limits,
  planned: ReadonlyArray<Planned>,
  start = 0,
  from: QuotaLedger.State = QuotaLedger.empty
): { readonly played: ReadonlyArray<Played>; readonly state: QuotaLedger.State } => {
  const arrivals = [...planned].sort((a, b) => a.joinsAt - b.joinsAt)
  const inLine = new Map<number, Planned>()
  const underWay = new Map<number, Planned & { readonly beganAt: number }>()
  const played: Array<Played> = []
  let state = from
  let now = start
  for (let step = 0; played.length < planned.length; step++) {
    if (step === STEPS_MAX)
      throw new Error(`after ${STEPS_MAX} steps ${planned.length - played.length} calls still wait`)
    for (const [ticket, call] of underWay) {
      if (call.beganAt + call.takesMs > now) continue
      state = QuotaLedger.answer(limits, state, ticket, call.outcome ?? {}, now)
      underWay.delete(ticket)
      played.push({ ...call, answeredAt: now })
    }
    while (arrivals[0] !== undefined && arrivals[0].joinsAt <= now) {
      const call = arrivals.shift()!
      const joined = QuotaLedger.join(limits, state, call)
      if (joined.ticket === undefined) throw new Error("the line is full")
      state = joined.state
      inLine.set(joined.ticket, call)
    }
    const next = QuotaLedger.next(limits, state, now)
    state = next.state
    for (const ticket of next.begun) {
      underWay.set(ticket, { ...inLine.get(ticket)!, beganAt: now })
      inLine.delete(ticket)
    }
    if (next.wakeAt !== undefined && next.wakeAt <= now)
      throw new Error(`told at ${now} to come again at ${next.wakeAt}`)
    const times = [
      ...[...underWay.values()].map(({ beganAt, takesMs }) => beganAt + takesMs),
      ...(arrivals[0] === undefined ? [] : [arrivals[0].joinsAt]),
      ...(next.wakeAt === undefined ? [] : [next.wakeAt])
    ]
    if (times.length === 0 && played.length < planned.length) throw new Error("calls wait and nothing will wake them")
    now = Math.max(now, Math.min(...times))
  }
  return { played, state }
}
