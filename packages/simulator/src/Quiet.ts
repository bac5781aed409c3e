/** When all is quiet: until then nothing can be said to be missing, or to be too much. */
import { Dirty, Inbox, Leases, Projections, type Store } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { Time } from "./Time.ts"
import { type World, writesOf } from "./World.ts"

export interface Seen {
  readonly look: <A>(effect: Effect.Effect<A, unknown, Store.Services>) => Promise<A>
  readonly isAlive: (process: string) => boolean
  /** What is under way outside the store. */
  readonly open: () => ReadonlyArray<string>
}

/** Nothing is left to do, and nothing was done for so long that every feed has looked at everything again. */
export const make =
  (time: Time, world: World, { look, isAlive, open }: Seen) =>
  async (until: (isDone: () => Promise<boolean>) => Promise<void>): Promise<ReadonlyArray<string>> => {
    const began = time.now()
    let looked = time.now()
    let state = ""
    let since = time.now()
    await until(async () => {
      if (time.now() > began + CALM_MAX_MS) return true
      if (time.now() < looked + LOOK_MS) return false
      looked = time.now()
      const work = await look(workLeft(isAlive))
      const next = `${open().join()} ${writesOf(world)} ${JSON.stringify(work)}`
      if (next !== state || open().length > 0 || work.open > 0) since = time.now()
      state = next
      return time.now() >= Math.max(since, world.rests.until()) + QUIET_MS
    })
    return time.now() <= began + CALM_MAX_MS ? [] : [`it never becomes quiet: ${state}`]
  }

// ---------------------------------------------------------------------------------------------------------------------

/** Longer than any feed waits before it looks at everything again. */
const QUIET_MS = 28_000
const LOOK_MS = 5_000
const CALM_MAX_MS = 45 * 60_000

const workLeft = (isAlive: Seen["isAlive"]) =>
  Effect.gen(function* () {
    const counts = yield* (yield* Inbox.Inbox).counts
    const tally = yield* (yield* Projections.Projections).tally
    const pending = counts.reduce((sum, one) => sum + one.pending, 0)
    const due = tally.filter(({ state }) => state === "due").reduce((sum, { count }) => sum + count, 0)
    const dirty = yield* (yield* Dirty.Dirty).count
    // What a process held that died on another machine is nobody's until its time is up.
    const orphaned = (yield* (yield* Leases.Leases).holders).filter(({ holder }) => !isAlive(holder.split("/").at(-1)!))
    return {
      open: pending + due + dirty + orphaned.length,
      accepted: counts.map(({ done, quarantined }) => done + quarantined),
      tally
    }
  })
