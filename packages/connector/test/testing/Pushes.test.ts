import type { Delivery } from "@interchannel/connector"
import { Emulator, Faults, Pushes } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import { describe, expect, it, vi } from "vitest"

/** Notes every attempt; answers in turn, then that it was taken. */
const noting = (...answers: ReadonlyArray<Pushes.Attempted>) => {
  const attempts: Array<readonly [push: string, tries: number, problem: string | undefined]> = []
  const send: Pushes.Send<string> = async (...attempt) => {
    attempts.push(attempt)
    return answers[attempts.length - 1] ?? "taken"
  }
  return { attempts, send }
}

describe("pushes", () => {
  it("go out one after the other, in the order they were told", async () => {
    const under = { now: 0, most: 0 }
    const order: Array<string> = []
    const pushes = Pushes.make<string>(
      async (push) => {
        under.most = Math.max(under.most, ++under.now)
        await new Promise((resolve) => setTimeout(resolve, 1))
        order.push(push)
        under.now -= 1
        return "taken"
      },
      { retryAfterMs: [] }
    )
    for (const push of ["a", "b", "c"]) pushes.tell(push)
    await pushes.settled()
    pushes.tell("d")
    await pushes.settled()
    expect(order).toEqual(["a", "b", "c", "d"])
    expect(under.most).toBe(1)
  })

  it("are overtaken by the next one on demand", async () => {
    const { attempts, send } = noting()
    const pushes = Pushes.make(send, { retryAfterMs: [], overtakeEvery: 2 })
    for (const push of ["a", "b", "c", "d"]) pushes.tell(push)
    await pushes.settled()
    expect(attempts.map(([push]) => push)).toEqual(["a", "c", "b", "d"])
  })

  it("that were not taken are tried again: at once before the next, or later, and given up in the end", async () => {
    vi.useFakeTimers()
    const problem = { problem: "down" }
    const { attempts, send } = noting(problem, problem, "taken", problem)
    const pushes = Pushes.make(send, { retryAfterMs: [0, 60_000] })
    pushes.tell("a")
    pushes.tell("b")
    await pushes.settled()
    expect(attempts).toEqual([
      ["a", 0, undefined],
      ["a", 1, "down"],
      ["b", 0, undefined]
    ])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(attempts.slice(3)).toEqual([["a", 2, "down"]])
    await vi.advanceTimersByTimeAsync(600_000)
    expect(attempts).toHaveLength(4)
    vi.useRealTimers()
  })

  it("are not tried again where the receiver refuses, nor after the stop", async () => {
    vi.useFakeTimers()
    const { attempts, send } = noting("refused", { problem: "down" })
    const pushes = Pushes.make(send, { retryAfterMs: [1_000] })
    pushes.tell("a")
    pushes.tell("b")
    await pushes.settled()
    pushes.stop()
    pushes.tell("c")
    await vi.advanceTimersByTimeAsync(10_000)
    expect(attempts.map(([push]) => push)).toEqual(["a", "b"])
    vi.useRealTimers()
  })

  it("come twice or never where that is asked for", async () => {
    const { attempts, send } = noting()
    const pushes = Pushes.make(send, { retryAfterMs: [], duplicateEvery: 2, loseEvery: 3 })
    for (const push of ["1", "2", "3", "4", "5", "6"]) pushes.tell(push)
    await pushes.settled()
    expect(attempts.map(([push]) => push)).toEqual(["1", "2", "2", "4", "4", "5"])
  })
})

it("a delivery is posted as it is, and a late or missing answer is told apart", async () => {
  const program = Effect.gen(function* () {
    const emulator = yield* Emulator.start({
      name: "receiver",
      routes: [
        {
          method: "POST",
          path: "/hook",
          operation: "hook",
          handle: (call) => ({ status: call.headers["x-sign"] === "s" ? 204 : 401, headers: { "x-said": call.text() } })
        }
      ]
    })
    const delivery: Delivery.Delivery = {
      method: "POST",
      url: `${emulator.url}/hook`,
      headers: { "x-sign": "s" },
      body: new TextEncoder().encode("body"),
      receivedAt: 0
    }
    const post = (withinMs: number) => Effect.promise(() => Pushes.post(delivery, { withinMs }))
    const taken = yield* post(5_000)
    emulator.faults.next("hook", 1, Faults.delay(4_000))
    // Long enough to arrive there: the fault must be this delivery's.
    const late = yield* post(1_500)
    emulator.faults.next("hook", 1, Faults.reset())
    const unreachable = yield* post(5_000)
    return { taken, late, unreachable }
  })
  const { taken, late, unreachable } = await Effect.runPromise(Effect.scoped(program))
  expect(taken).toMatchObject({ _tag: "Answered", status: 204 })
  expect(taken._tag === "Answered" && taken.headers.get("x-said")).toBe("body")
  expect(late).toEqual({ _tag: "Late" })
  expect(unreachable).toEqual({ _tag: "Unreachable" })
})
