/**
 * Wakes who waits for rows. Each topic has a version that grows with each signal, and each fiber remembers the version it
 * last woke up with: a signal raised while it was at work makes its next wait complete at once, so none is lost.
 */
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import type { Topic } from "./Database.ts"

export const topics: ReadonlyArray<Topic> = ["inbox", "contact", "dirty", "projection", "refetch", "control"]

type Versions = Readonly<Record<Topic, number>>

export interface Signals {
  readonly raise: (topics: Iterable<Topic>) => void
  readonly wait: (topic: Topic) => Effect.Effect<void>
}

export const make = (): Signals => {
  const versions: Record<Topic, number> = { inbox: 0, contact: 0, dirty: 0, projection: 0, refetch: 0, control: 0 }
  const waiting = new Map<Topic, Set<() => void>>(topics.map((topic) => [topic, new Set()]))
  // A race or a time-out waits in a child fiber; what the winner saw comes back to its parent.
  const seen = FiberRef.unsafeMake<Versions>({ ...versions })

  const raise = (raised: Iterable<Topic>): void => {
    for (const topic of raised) {
      versions[topic] += 1
      const wake = waiting.get(topic)
      waiting.set(topic, new Set())
      wake?.forEach((resume) => resume())
    }
  }

  const raised = (topic: Topic) =>
    Effect.async<void>((resume) => {
      const wake = () => resume(Effect.void)
      waiting.get(topic)?.add(wake)
      return Effect.sync(() => waiting.get(topic)?.delete(wake))
    })

  const wait = (topic: Topic): Effect.Effect<void> =>
    Effect.flatMap(FiberRef.get(seen), (last) =>
      Effect.zipRight(
        Effect.suspend(() => (versions[topic] > last[topic] ? Effect.void : raised(topic))),
        Effect.suspend(() => FiberRef.set(seen, { ...last, [topic]: versions[topic] }))
      )
    )

  return { raise, wait }
}
