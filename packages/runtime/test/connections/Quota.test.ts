import { Lane, Limits, VendorError } from "@interchannel/connector"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Quota from "../../src/connections/Quota.ts"

const open = Effect.succeed(true)
const narrow = Limits.make({
  concurrency: 1,
  buckets: { all: { requests: 10_000, perMs: 1_000 } },
  operations: {},
  otherwise: ["all"]
})

describe("Quota", () => {
  it.scopedLive("a call that is interrupted at any moment gives its turn back", () =>
    Effect.gen(function* () {
      const gate = yield* Quota.make("acme", narrow, open)
      for (let round = 0; round < 300; round++) {
        const calls = yield* Effect.forEach([0, 1, 2], () =>
          Effect.fork(gate.call("get", Effect.repeatN(Effect.yieldNow(), round % 5)))
        )
        yield* Effect.repeatN(Effect.yieldNow(), round % 23)
        if (round % 2 === 0) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
        yield* Fiber.interruptAll(calls)
      }
      const done = yield* Effect.timeoutOption(gate.call("get", Effect.succeed("done")), 2_000)
      expect(done).toMatchObject({ _tag: "Some", value: "done" })
    })
  )

  it.scopedLive("never has more calls under way than allowed, and the urgent one goes first", () =>
    Effect.gen(function* () {
      const gate = yield* Quota.make("acme", narrow, open)
      const order: Array<string> = []
      let underWay = 0
      const call = (lane: Lane.Lane) =>
        gate
          .call(
            "get",
            Effect.gen(function* () {
              underWay += 1
              expect(underWay).toBe(1)
              order.push(lane)
              yield* Effect.sleep(2)
              underWay -= 1
            })
          )
          .pipe(Effect.locally(Lane.current, lane))
      yield* Effect.all(
        (["reconcile", "backfill", "write-back", "live"] as const).map((lane) => call(lane)),
        { concurrency: "unbounded" }
      )
      expect(order.slice(1)).toEqual(order.slice(1).toSorted((a, b) => urgency(a) - urgency(b)))
    })
  )

  it.scopedLive("a call that fails gives its turn back", () =>
    Effect.gen(function* () {
      const gate = yield* Quota.make("acme", narrow, open)
      const gone = VendorError.make("acme", "get", new VendorError.Gone({ detail: "HTTP 404" }))
      for (let time = 0; time < 3; time++) expect(yield* Effect.flip(gate.call("get", Effect.fail(gone)))).toBe(gone)
      const defect = yield* Effect.exit(gate.call("get", Effect.die("broken")))
      expect(defect._tag).toBe("Failure")
      expect(yield* gate.call("get", Effect.succeed("done"))).toBe("done")
    })
  )

  it.scopedLive("what was spent is saved when it ends, and counts when it begins again", () =>
    Effect.gen(function* () {
      const daily = Limits.make({
        concurrency: 1,
        buckets: { day: { requests: 2, perMs: 86_400_000, daily: { resetAtUtcMs: 0 } } },
        operations: {},
        otherwise: ["day"]
      })
      const saved: Array<string> = []
      const session = <A>(
        use: (gate: Effect.Effect.Success<ReturnType<typeof Quota.make>>) => Effect.Effect<A, unknown>
      ) =>
        Effect.scoped(
          Effect.flatMap(
            Quota.make("acme", daily, open, {
              saved: saved.at(-1),
              save: (state) => Effect.sync(() => void saved.push(state))
            }),
            use
          )
        )
      yield* session((gate) => Effect.all([gate.call("get", Effect.void), gate.call("get", Effect.void)]))
      expect(saved).toHaveLength(1)
      const third = yield* session((gate) => Effect.timeoutOption(gate.call("get", Effect.void), 200))
      expect(third._tag).toBe("None")
    })
  )
})

const urgency = (lane: string): number => Lane.lanes.indexOf(lane as Lane.Lane)
