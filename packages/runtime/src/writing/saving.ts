/** How attempts are saved: what was rendered, what is begun, how it ended. Each is one write, fenced by the lease. */
import { Database, Projections, type StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Running } from "../connections/Running.ts"
import type * as Inputs from "./Inputs.ts"

/**
 * Writes ahead what is still as it was seen, in one write with what rendering found out; answers what was begun. `also`: what
 * is saved of that in the same write.
 */
export const begin = <One extends { readonly projection: Projections.Projection }, R = never>(
  running: Running,
  seen: ReadonlyArray<Projections.Projection>,
  prepared: Omit<Inputs.Prepared, "ready"> & { readonly ready: ReadonlyArray<One> },
  also: (begun: ReadonlyArray<One>) => Effect.Effect<void, StoreError, R> = () => Effect.void
) =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const projections = yield* Projections.Projections
    const now = yield* Clock.currentTimeMillis
    return yield* database.write(
      Effect.gen(function* () {
        const still = yield* settle(running, seen, prepared)
        const ready = prepared.ready.filter(({ projection }) => still.has(projection.key))
        yield* projections.begin(
          ready.map(({ projection }) => projection.key),
          now
        )
        yield* also(ready)
        return ready
      }),
      { lease: running.lease }
    )
  })

/** Saves what rendering found out: what is desired now, and what needs no write. Answers what is still as it was seen. */
export const settle = (
  running: Running,
  seen: ReadonlyArray<Projections.Projection>,
  { restated, outcomes }: Pick<Inputs.Prepared, "restated" | "outcomes">
) =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const projections = yield* Projections.Projections
    const now = yield* Clock.currentTimeMillis
    return yield* database.write(
      Effect.gen(function* () {
        const still = yield* projections.asSeen(seen)
        const isStill = ({ key }: { readonly key: string }) => still.has(key)
        yield* projections.desire(restated.filter(isStill))
        yield* projections.finish(outcomes.filter(isStill), now)
        return still
      }),
      { lease: running.lease }
    )
  })

/** `also`: what is saved in the same write. */
export const finish = <R = never>(
  running: Running,
  outcomes: ReadonlyArray<Projections.Outcome>,
  also: Effect.Effect<void, StoreError, R> = Effect.void
) =>
  Effect.gen(function* () {
    if (outcomes.length === 0) return
    const database = yield* Database.Database
    const projections = yield* Projections.Projections
    const now = yield* Clock.currentTimeMillis
    yield* database.write(Effect.zipRight(projections.finish(outcomes, now), also), { lease: running.lease })
  })
