/**
 * A vendor's webhook pushes: one after the other in the order they were told, tried again when they were not taken, and on
 * demand sent twice, never, or after the next one.
 *
 *   told ─► sent ─► taken
 *            └► problem ─► sent again after each of `retryAfterMs` ─► given up
 */
import type { Delivery } from "../Delivery.ts"

/** Pushes that wait; more mean that nobody takes them. */
export const WAITING_MAX = 100_000

export interface Options {
  /** When to try again, counted from the attempt before; 0: at once, before the next push. */
  readonly retryAfterMs: ReadonlyArray<number>
  /** Sends every `n`th push twice. */
  readonly duplicateEvery?: number
  /** Never sends every `n`th push: it got lost. */
  readonly loseEvery?: number
  /** Sends every `n`th push after the one that was told next, or last when there is none. */
  readonly overtakeEvery?: number
}

/** How an attempt ended; `refused`: the receiver wants no other. */
export type Attempted = "taken" | "refused" | { readonly problem: string }

/** `tries`: attempts made before this one, the last of which ended with `problem`. */
export type Send<A> = (push: A, tries: number, problem: string | undefined) => Promise<Attempted>

export interface Pushes<A> {
  readonly tell: (push: A) => void
  /** Waits until all that was told so far was sent once; late attempts may still come. */
  readonly settled: () => Promise<void>
  /** Nothing is sent any more. */
  readonly stop: () => void
}

export const make = <A>(send: Send<A>, options: Options): Pushes<A> => {
  const waiting: Array<A> = []
  const late = new Set<NodeJS.Timeout>()
  let stopped = false
  let sent = 0
  let running: Promise<void> | undefined

  const attempt = async (push: A, tries: number, before?: string): Promise<void> => {
    const attempted = await send(push, tries, before)
    const waitMs = options.retryAfterMs[tries]
    if (typeof attempted === "string" || waitMs === undefined || stopped) return
    if (waitMs === 0) return attempt(push, tries + 1, attempted.problem)
    const timer = setTimeout(() => {
      late.delete(timer)
      void attempt(push, tries + 1, attempted.problem)
    }, waitMs)
    late.add(timer)
  }
  const isEach = (every: number | undefined): boolean => every !== undefined && sent % every === 0
  const run = async (): Promise<void> => {
    for (let push = waiting.shift(); push !== undefined && !stopped; push = waiting.shift()) {
      sent += 1
      if (isEach(options.loseEvery)) continue
      const overtaking = isEach(options.overtakeEvery) ? waiting.shift() : undefined
      if (overtaking !== undefined) await attempt(overtaking, 0)
      await attempt(push, 0)
      if (isEach(options.duplicateEvery)) await attempt(push, 0)
    }
    running = undefined
  }
  return {
    tell: (push) => {
      if (stopped) return
      if (waiting.length >= WAITING_MAX) throw new Error(`more than ${WAITING_MAX} pushes wait to be sent`)
      waiting.push(push)
      running ??= run()
    },
    settled: async () => {
      while (running !== undefined) await running
    },
    stop: () => {
      stopped = true
      for (const timer of late) clearTimeout(timer)
    }
  }
}

export type Answered =
  | { readonly _tag: "Answered"; readonly status: number; readonly headers: Headers }
  | { readonly _tag: "Late" }
  | { readonly _tag: "Unreachable" }

/** Sends a delivery to where it belongs; a receiver that takes longer than `withinMs` is too late. */
export const post = async (
  { method, url, headers, body }: Delivery,
  options: { readonly withinMs: number }
): Promise<Answered> => {
  try {
    const signal = AbortSignal.timeout(options.withinMs)
    const answer = await fetch(url, { method, headers, body: Buffer.from(body), signal })
    await answer.arrayBuffer()
    return { _tag: "Answered", status: answer.status, headers: answer.headers }
  } catch (error) {
    return { _tag: error instanceof Error && error.name === "TimeoutError" ? "Late" : "Unreachable" }
  }
}
