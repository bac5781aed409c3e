/**
 * Virtual time: everything that is going to happen, in order of time, and of asking where times are equal. Nothing takes real
 * time: what happens next happens now.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

export interface Time {
  readonly now: () => number
  /** Answers how to call it off. */
  readonly after: (ms: number, happen: () => void) => () => void
  /** Makes the next thing happen; `false` when nothing is to come. */
  readonly step: () => boolean
  /** When the next thing happens. */
  readonly nextAt: () => number
}

interface Event {
  readonly at: number
  readonly order: number
  readonly happen: () => void
  off: boolean
}

export const make = (start: number): Time => {
  const heap: Array<Event> = []
  let now = start
  let order = 0
  const skipOff = (): Event | undefined => {
    while (heap[0]?.off === true) take(heap)
    return heap[0]
  }
  return {
    now: () => now,
    after: (ms, happen) => {
      const event: Event = { at: now + Math.max(0, ms), order: order++, happen, off: false }
      put(heap, event)
      return () => {
        event.off = true
      }
    },
    step: () => {
      if (skipOff() === undefined) return false
      const event = take(heap)
      now = event.at
      event.happen()
      return true
    },
    nextAt: () => skipOff()?.at ?? Number.POSITIVE_INFINITY
  }
}

/** The clock of one machine: `ahead` of true time by so much, and waking up only while `isAwake`. */
export const clock = (time: Time, ahead: () => number, whenAwake: (wake: () => void) => void): Clock.Clock => {
  const now = () => time.now() + ahead()
  return {
    ...Clock.make(),
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: now,
    unsafeCurrentTimeNanos: () => BigInt(now()) * 1_000_000n,
    currentTimeMillis: Effect.sync(now),
    currentTimeNanos: Effect.sync(() => BigInt(now()) * 1_000_000n),
    sleep: (duration) =>
      Effect.async<void>((resume) =>
        Effect.sync(time.after(Duration.toMillis(duration), () => whenAwake(() => resume(Effect.void))))
      )
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

const put = (heap: Array<Event>, event: Event): void => {
  let index = heap.push(event) - 1
  while (index > 0) {
    const parent = (index - 1) >> 1
    if (!isBefore(event, heap[parent]!)) break
    heap[index] = heap[parent]!
    index = parent
  }
  heap[index] = event
}

const take = (heap: Array<Event>): Event => {
  const first = heap[0]!
  const last = heap.pop()!
  if (heap.length === 0) return first
  let index = 0
  for (;;) {
    let child = 2 * index + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1
    if (!isBefore(heap[child]!, last)) break
    heap[index] = heap[child]!
    index = child
  }
  heap[index] = last
  return first
}
