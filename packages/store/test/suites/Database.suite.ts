import { expect } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { Checkpoints, Database, Dirty, StoreError } from "../../src/index.ts"
import { Sql } from "../../src/Sql.ts"
import type { Suite } from "./Suite.ts"

const mark = (key: string) =>
  Effect.flatMap(Dirty.Dirty, (dirty) => dirty.mark([{ kind: "person", key, dueAt: 0, lane: 0 }]))
const marked = Effect.flatMap(Dirty.Dirty, (dirty) =>
  Effect.map(dirty.due(0, 1_000), (marks) => marks.map(({ key }) => key))
)

export const database: Suite = ({ driver, holds, holdsAt }) => {
  holds("a write that fails, dies or is interrupted leaves nothing behind", () =>
    Effect.gen(function* () {
      const { write } = yield* Database.Database
      yield* mark("before")
      expect(yield* Effect.flip(write(Effect.zipRight(mark("a"), Effect.fail("no"))))).toBe("no")
      expect(Exit.isFailure(yield* Effect.exit(write(Effect.zipRight(mark("b"), Effect.die("no")))))).toBe(true)
      const begun = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(
        write(mark("c").pipe(Effect.zipRight(Deferred.succeed(begun, undefined)), Effect.zipRight(Effect.never)))
      )
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      expect(yield* marked).toEqual(["before"])
      yield* write(Effect.zipRight(mark("d"), mark("e")))
      expect(yield* marked).toEqual(["before", "d", "e"])
    })
  )

  holds("a write inside a write is undone alone when its failure is handled", () =>
    Effect.gen(function* () {
      const { write } = yield* Database.Database
      yield* write(
        Effect.gen(function* () {
          yield* mark("a")
          yield* Effect.ignore(write(Effect.zipRight(mark("b"), Effect.fail("no"))))
          yield* write(mark("c"))
        })
      )
      expect(yield* marked).toEqual(["a", "c"])
    })
  )

  holdsAt("a statement that fails takes its write down, even when somebody swallows the error", (place) =>
    Effect.gen(function* () {
      const error = yield* Effect.provide(
        Effect.gen(function* () {
          const { write } = yield* Database.Database
          const sql = yield* Sql
          const broken = sql.read("look", sql.sql`SELECT * FROM no_such_table`)
          return yield* Effect.flip(write(Effect.ignore(broken)))
        }),
        place.raw
      )
      expect(error).toBeInstanceOf(StoreError)
      expect(error).toMatchObject({ operation: "look", reason: "broken" })
    })
  )

  holds("many writes at once all take place, and intake goes before work", () =>
    Effect.gen(function* () {
      const { write } = yield* Database.Database
      const order: Array<string> = []
      const keys = Array.from({ length: 40 }, (_, index) => `k${String(index).padStart(2, "0")}`)
      yield* Effect.forEach(
        keys,
        (key, index) =>
          write(
            Effect.zipRight(
              mark(key),
              Effect.sync(() => order.push(key))
            ),
            {
              priority: index % 10 === 9 ? "intake" : "work"
            }
          ),
        { concurrency: "unbounded" }
      )
      expect(yield* marked).toEqual(keys)
      expect([...order].sort()).toEqual(keys)
      if (driver.name === "sqlite") {
        const intake = order.flatMap((key, index) => (key.endsWith("9") ? [index] : []))
        expect(Math.max(...intake)).toBeLessThan(6)
      }
    })
  )

  holds("two writes that wait for each other both take place", () =>
    Effect.gen(function* () {
      const { write } = yield* Database.Database
      const checkpoints = yield* Checkpoints.Checkpoints
      const save = (partition: string, state: string) =>
        checkpoints.save({ connection: "chat", feed: "messages", partition }, state, 1)
      yield* Effect.all([save("C1", "0"), save("C2", "0")])
      const pause = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 100)))
      const both = (first: string, second: string, state: string) =>
        write(save(first, state).pipe(Effect.zipRight(pause), Effect.zipRight(save(second, state))))
      yield* Effect.all([both("C1", "C2", "a"), both("C2", "C1", "b")], { concurrency: 2 })
      const states = [...(yield* checkpoints.load("chat", "messages")).values()].map(({ state }) => state)
      expect([
        ["a", "a"],
        ["b", "b"]
      ]).toContainEqual(states)
    })
  )

  holds("work gets its turn in a stream of intake", () =>
    Effect.gen(function* () {
      const { write } = yield* Database.Database
      let intakeDone = 0
      let intakeBeforeWork = -1
      const intake = write(
        Effect.sync(() => void (intakeDone += 1)),
        { priority: "intake" }
      )
      const work = write(Effect.sync(() => void (intakeBeforeWork = intakeDone)))
      yield* Effect.all(
        [...Array.from({ length: 20 }, () => intake), work, ...Array.from({ length: 100 }, () => intake)],
        {
          concurrency: "unbounded"
        }
      )
      expect(intakeDone).toBe(120)
      expect(intakeBeforeWork).toBeGreaterThanOrEqual(0)
      expect(intakeBeforeWork).toBeLessThan(60)
    })
  )

  holds("a writer that gives up while it waits does not keep the next one waiting", () =>
    Effect.gen(function* () {
      const { write } = yield* Database.Database
      const open = yield* Deferred.make<void>()
      const holders = yield* Effect.forkAll(Array.from({ length: 10 }, () => write(Deferred.await(open))))
      const waiting = yield* Effect.forkAll(Array.from({ length: 10 }, (_, index) => write(mark(`gone-${index}`))))
      const last = yield* Effect.fork(write(mark("last")))
      yield* Effect.yieldNow()
      yield* Effect.fork(Fiber.interrupt(waiting))
      yield* Deferred.succeed(open, undefined)
      yield* Fiber.join(holders)
      yield* Fiber.join(last)
      expect(yield* marked).toContain("last")
    })
  )

  holds("a signal wakes those who wait, after the commit and only then", () =>
    Effect.gen(function* () {
      const { write, awaitSignal } = yield* Database.Database
      yield* mark("first")
      const seen: Array<string> = []
      const stage = Effect.gen(function* () {
        for (let looks = 0; looks < 2; looks++) {
          yield* awaitSignal("dirty")
          seen.push((yield* marked).join())
        }
      })
      const fiber = yield* Effect.fork(stage)
      yield* Effect.yieldNow()
      yield* Effect.ignore(write(Effect.zipRight(mark("lost"), Effect.fail("no"))))
      yield* mark("second")
      yield* Fiber.join(fiber)
      expect(seen.at(-1)).toBe("first,second")
      expect(seen.join()).not.toContain("lost")
    })
  )

  holds("a signal raised while a stage is at work is not lost, also through a race with its poll", () =>
    Effect.gen(function* () {
      const { awaitSignal } = yield* Database.Database
      const wait = Effect.raceFirst(awaitSignal("dirty"), Effect.never)
      yield* mark("0")
      yield* wait
      for (let round = 1; round <= 20; round++) {
        // Marked after the look and before the wait: the wait must come back at once.
        yield* mark(`${round}`)
        yield* wait
      }
      const extra = yield* Effect.fork(wait)
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.poll(extra)).toMatchObject({ _tag: "None" })
      yield* mark("end")
      yield* Fiber.join(extra)
    })
  )

  if (driver.name === "postgres") {
    holdsAt("what one node commits wakes the other", (place) =>
      Effect.gen(function* () {
        const waked = yield* Deferred.make<void>()
        yield* Effect.forkScoped(
          Effect.provide(
            Effect.gen(function* () {
              const { awaitSignal } = yield* Database.Database
              const dirty = yield* Dirty.Dirty
              while ((yield* dirty.count) === 0) yield* awaitSignal("dirty")
              yield* Deferred.succeed(waked, undefined)
            }),
            place.open
          )
        )
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 500)))
        yield* Effect.provide(mark("news"), place.open)
        yield* Deferred.await(waked)
      })
    )
  }
}
