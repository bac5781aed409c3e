import { Leases, Store, StoreError } from "@interchannel/store"
import { it } from "@effect/vitest"
import { Context, Deferred, Effect, Fiber, Layer, Ref, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Leasing from "../../src/connections/Leasing.ts"

const self = { host: "h", pid: 7, run: "now" }
const held = Effect.flatMap(Leases.Leases, ({ holders }) => Effect.map(holders, (all) => all.map(({ name }) => name)))

/** The store's leases, whose renewals fail as long as they are `away`. */
const flaky = (away: Ref.Ref<boolean>) =>
  Layer.map(Store.layerTemporary, (context) => {
    const leases = Context.get(context, Leases.Leases)
    const renew: typeof leases.renew = (lease, options) =>
      Effect.flatMap(Ref.get(away), (isAway) =>
        isAway
          ? Effect.fail(
              new StoreError({ operation: "renew lease", reason: "unavailable", detail: "the store is away" })
            )
          : leases.renew(lease, options)
      )
    return Context.add(context, Leases.Leases, { ...leases, renew })
  })

describe("Leasing", () => {
  it.effect("gives back what dead processes of this machine held, and what an earlier run under our own id held", () =>
    Effect.gen(function* () {
      const leases = yield* Leases.Leases
      const holders = { dead: "h/1/r", alive: "h/2/r", earlier: "h/7/before", ours: "h/7/now", elsewhere: "other/1/r" }
      for (const [name, holder] of Object.entries(holders)) yield* leases.take(name, holder, { now: 0, forMs: 9_000 })
      yield* Leasing.releaseDead(self, (pid) => pid !== 1)
      expect(yield* held).toEqual(["alive", "elsewhere", "ours"])
    }).pipe(Effect.provide(Store.layerTemporary))
  )

  it.effect("there is time for a call only when it must end before the lease does", () =>
    Effect.gen(function* () {
      const away = yield* Ref.make(true)
      yield* Effect.gen(function* () {
        const seen: Array<boolean> = []
        const look = Effect.fn(function* ({ hasTime }: Leasing.Held) {
          seen.push(yield* hasTime)
          yield* Effect.sleep("35 seconds")
          seen.push(yield* hasTime)
          yield* Ref.set(away, false)
          yield* Effect.sleep("10 seconds")
          seen.push(yield* hasTime)
        })
        const working = yield* Effect.fork(Leasing.during("l", "h/7/now", look))
        yield* TestClock.adjust("50 seconds")
        yield* Fiber.join(working)
        expect(seen).toEqual([true, false, true])
      }).pipe(Effect.provide(flaky(away)))
    })
  )

  it.effect("work that lost its lease is interrupted and begins anew once the lease is free", () =>
    Effect.gen(function* () {
      const leases = yield* Leases.Leases
      const begun: Array<number> = []
      const done = yield* Deferred.make<void>()
      const work = ({ lease }: Leasing.Held) =>
        Effect.gen(function* () {
          begun.push(lease.epoch)
          if (begun.length > 1) yield* Deferred.succeed(done, undefined)
          return yield* Effect.never
        })
      const working = yield* Effect.fork(Leasing.during("l", "h/7/now", work))
      yield* TestClock.adjust("1 seconds")
      const other = yield* leases.take("l", "other/1/r", { now: 10_000_000, forMs: 1_000 })
      yield* TestClock.adjust("10 seconds")
      expect(begun).toEqual([1])
      yield* leases.release(other!)
      yield* TestClock.adjust("2 seconds")
      yield* Deferred.await(done)
      expect(begun).toEqual([1, 3])
      yield* Fiber.interrupt(working)
      expect(yield* held).toEqual([])
    }).pipe(Effect.provide(Store.layerTemporary))
  )

  it.effect("a lease is given back when the work under it has ended, also when it is interrupted", () =>
    Effect.gen(function* () {
      const seen: Array<ReadonlyArray<string>> = []
      const work = () =>
        Effect.ensuring(
          Effect.never,
          Effect.flatMap(Effect.zipRight(Effect.sleep("3 seconds"), Effect.orDie(held)), (names) =>
            Effect.sync(() => seen.push(names))
          )
        )
      const working = yield* Effect.fork(Leasing.during("l", "h/7/now", work))
      yield* TestClock.adjust("1 seconds")
      const ending = yield* Effect.fork(Fiber.interrupt(working))
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(ending)
      expect(seen).toEqual([["l"]])
      expect(yield* held).toEqual([])
    }).pipe(Effect.provide(Store.layerTemporary))
  )
})
