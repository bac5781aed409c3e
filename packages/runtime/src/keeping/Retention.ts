/**
 * Lets go of what is kept longer than its time, in bounded steps; once a day the tables without an index on time are walked, and
 * the database tidies itself.
 */
import { Database, type Leases, type StoreError, Upkeep } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Keep } from "./Keep.ts"
import type * as Loop from "../connections/Loop.ts"
import * as Pushes from "../feeds/Pushes.ts"

/** Rows that go in one write. */
const STEP_MAX = 500
/** Rows of a walk that are looked at in one write. */
const WALK_MAX = 2_000
/** A walk over millions of rows leaves room for others. */
const WALK_EVERY_MS = 1_000
const LOOK_EVERY_MS = 3_600_000
const DAY_MS = 24 * LOOK_EVERY_MS
/** An alarm that was over for so long is history. */
const ALARMS_KEPT_MS = 30 * DAY_MS

export type Services = Database.Database | Upkeep.Upkeep

/** One piece of work a run. It remembers where a walk stands, so an installation has one. */
export const make = (keep: () => Keep, lease: Leases.Lease): Effect.Effect<Loop.Next, StoreError, Services> => {
  let walkedAt: number | undefined
  let place: { readonly table: Upkeep.Walked; readonly after: ReadonlyArray<string> } | undefined

  const walk = (now: number) =>
    Effect.gen(function* () {
      const upkeep = yield* Upkeep.Upkeep
      const database = yield* Database.Database
      const at = place ?? { table: "seen", after: [] }
      const options = { before: now - keep().keysMs, after: at.after, limit: WALK_MAX }
      const { next } = yield* database.write(upkeep.walk(at.table, options), { lease })
      if (next !== undefined) place = { table: at.table, after: next }
      else if (at.table === "seen") place = { table: "strands", after: [] }
      else {
        place = undefined
        walkedAt = now
        yield* upkeep.tidy
      }
      return place === undefined
    })

  return Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (yield* dropOld(keep(), now, lease)) return "more"
    // A time that lies ahead was taken from a clock that has been set back since.
    const isWalked = walkedAt !== undefined && walkedAt <= now && now - walkedAt < DAY_MS
    const done = isWalked || (yield* walk(now))
    return { restUntil: now + (done ? LOOK_EVERY_MS : WALK_EVERY_MS) }
  })
}

// ---------------------------------------------------------------------------------------------------------------------

/** Whether there may be more of something. */
const dropOld = (keep: Keep, now: number, lease: Leases.Lease) =>
  Effect.gen(function* () {
    const upkeep = yield* Upkeep.Upkeep
    const database = yield* Database.Database
    const kept: ReadonlyArray<readonly [Upkeep.Kind, number]> = [
      ["raw", keep.rawMs],
      ["asides", keep.asidesMs],
      ["revisions", keep.revisionsMs],
      ["receipts", keep.receiptsMs],
      ["arrivals", Pushes.LOOK_BACK_MS],
      ["alarms", ALARMS_KEPT_MS]
    ]
    const dropped = yield* Effect.forEach(kept, ([kind, ms]) =>
      database.write(upkeep.drop(kind, now - ms, STEP_MAX), { lease })
    )
    return dropped.some((count) => count >= STEP_MAX)
  })
