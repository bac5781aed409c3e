/**
 * What a stand-in's vendor told, or has yet to tell: kept in its state, oldest first, each marked once it was taken. Who
 * follows it, a webhook or a socket, is told of each new one.
 */
import type * as EmulatorClock from "./EmulatorClock.ts"
import * as Pushes from "./Pushes.ts"

/** Plain JSON, so that it goes with a snapshot of the state. */
export interface Told {
  delivered: boolean
}

/** How a vendor pushes to one target. Absent fields are the vendor's own ways. */
export interface Options extends Partial<Pushes.Options> {
  /** Absent: the stand-in's own clock. The receiver compares it with its own. */
  readonly now?: () => number
}

export type Pushing = Pick<Pushes.Pushes<never>, "settled" | "stop">

/** One attempt to deliver at a time, epoch milliseconds; see `Pushes.Send`. */
export type Deliver<A> = (told: A, at: number, tries: number, problem: string | undefined) => Promise<Pushes.Attempted>

export class Outbox<A extends Told> {
  readonly #told: () => Array<A>
  readonly #keptMax: number
  readonly #listeners = new Set<(told: A) => void>()

  /** `told`: where the state of the moment has them. Beyond `keptMax` the oldest go. */
  constructor(told: () => Array<A>, keptMax: number) {
    this.#told = told
    this.#keptMax = keptMax
  }

  tell(one: A): void {
    const told = this.#told()
    told.push(one)
    if (told.length > this.#keptMax) told.splice(0, told.length - this.#keptMax)
    for (const listener of this.#listeners) listener(one)
  }

  /** Listens until the returned function is called. */
  hear(listener: (told: A) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Delivers what was not taken yet, and from now on each as it is told, one after the other. */
  push(
    clock: EmulatorClock.EmulatorClock,
    deliver: Deliver<A>,
    { now = clock.now, ...options }: Options & Pick<Pushes.Options, "retryAfterMs">,
    isWanted: (told: A) => boolean = () => true
  ): Pushing {
    const pushes = Pushes.make<A>(async (told, tries, problem) => {
      const attempted = await deliver(told, now(), tries, problem)
      if (attempted === "taken") told.delivered = true
      return attempted
    }, options)
    for (const told of this.#told()) if (isWanted(told) && !told.delivered) pushes.tell(told)
    const silence = this.hear((told) => {
      if (isWanted(told)) pushes.tell(told)
    })
    return {
      settled: pushes.settled,
      stop: () => {
        silence()
        pushes.stop()
      }
    }
  }
}
