import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Database, Dirty, Leases } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"

const mark = { kind: "person", key: "c1", dueAt: 0, lane: 0 } as const

export const leases: Suite = ({ holds, holdsAt }) => {
  holds("a lease is free, then another's until its deadline has passed, and its epoch grows", () =>
    Effect.gen(function* () {
      const leases = yield* Leases.Leases
      const first = yield* leases.take("ledger", "node-a", { now: 0, forMs: 100 })
      expect(first).toEqual({ name: "ledger", holder: "node-a", epoch: 1 })
      expect(yield* leases.take("ledger", "node-b", { now: 99, forMs: 100 })).toBeUndefined()
      expect(yield* leases.take("connection:crm", "node-b", { now: 99, forMs: 100 })).toMatchObject({ epoch: 1 })
      expect(yield* leases.take("ledger", "node-b", { now: 100, forMs: 100 })).toEqual({
        name: "ledger",
        holder: "node-b",
        epoch: 2
      })
      expect((yield* leases.holders).map(({ name, holder, expiresAt }) => [name, holder, expiresAt])).toEqual([
        ["connection:crm", "node-b", 199],
        ["ledger", "node-b", 200]
      ])
    })
  )

  holds("a renewal moves the deadline, and fails once the lease is lost", () =>
    Effect.gen(function* () {
      const leases = yield* Leases.Leases
      const lease = yield* leases.take("ledger", "node-a", { now: 0, forMs: 100 })
      if (lease === undefined) return expect.unreachable()
      yield* leases.renew(lease, { now: 90, forMs: 100 })
      expect(yield* leases.take("ledger", "node-b", { now: 150, forMs: 100 })).toBeUndefined()
      yield* leases.take("ledger", "node-b", { now: 190, forMs: 100 })
      const error = yield* Effect.flip(leases.renew(lease, { now: 191, forMs: 100 }))
      expect(error).toMatchObject({ _tag: "StoreError", reason: "fenced" })
    })
  )

  holds("a lease that was given back is free at once, and the former holder cannot write any more", () =>
    Effect.gen(function* () {
      const leases = yield* Leases.Leases
      const { write } = yield* Database.Database
      const lease = yield* leases.take("ledger", "node-a", { now: 0, forMs: 100 })
      yield* leases.release(lease ?? { name: "", holder: "", epoch: 0 })
      expect(yield* leases.holders).toEqual([])
      expect(yield* Effect.flip(write(Effect.void, { lease }))).toMatchObject({ reason: "fenced" })
      expect(yield* leases.take("ledger", "node-b", { now: 1, forMs: 100 })).toMatchObject({ epoch: 2 })
      yield* leases.release(lease ?? { name: "", holder: "", epoch: 0 })
      expect((yield* leases.holders).map(({ holder }) => holder)).toEqual(["node-b"])
    })
  )

  holdsAt("a frozen holder that wakes up after a takeover writes nothing", (place) =>
    Effect.gen(function* () {
      const zombie = yield* Effect.provide(
        Effect.flatMap(Leases.Leases, (leases) => leases.take("ledger", "frozen", { now: 0, forMs: 10 })),
        place.open
      )
      yield* Effect.provide(
        Effect.gen(function* () {
          const { write } = yield* Database.Database
          const dirty = yield* Dirty.Dirty
          const leases = yield* Leases.Leases
          yield* write(dirty.mark([mark]), { lease: zombie })
          const taken = yield* leases.take("ledger", "awake", { now: 10, forMs: 10 })
          const refused = yield* Effect.flip(write(dirty.mark([{ ...mark, key: "c2" }]), { lease: zombie }))
          expect(refused).toMatchObject({ _tag: "StoreError", reason: "fenced" })
          expect(refused.message).toContain('"ledger"')
          yield* write(dirty.mark([{ ...mark, key: "c3" }]), { lease: taken })
          expect((yield* dirty.due(0, 10)).map(({ key }) => key)).toEqual(["c1", "c3"])
        }),
        place.open
      )
    })
  )

  holdsAt("of many that reach for a lease at once, one gets it", (place) =>
    Effect.gen(function* () {
      const reach = (holder: string) =>
        Effect.provide(
          Effect.flatMap(Leases.Leases, (leases) => leases.take("ledger", holder, { now: 0, forMs: 100 })),
          place.open
        )
      const taken = yield* Effect.all(["a", "b", "c", "d"].map(reach), { concurrency: "unbounded" })
      expect(taken.filter((lease) => lease !== undefined)).toHaveLength(1)
    })
  )
}
