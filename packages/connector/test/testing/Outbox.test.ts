import { EmulatorClock, Outbox } from "@interchannel/connector/testing"
import { describe, expect, it } from "vitest"

interface Told extends Outbox.Told {
  readonly name: string
  readonly account: string
}

const world = (keptMax = 100) => {
  const state: { told: Array<Told> } = { told: [] }
  const outbox = new Outbox.Outbox<Told>(() => state.told, keptMax)
  const tell = (name: string, account = "one") => outbox.tell({ name, account, delivered: false })
  return { state, outbox, tell }
}
const clock = EmulatorClock.manual(1_000)

describe("what a vendor told", () => {
  it("is pushed from the beginning on, each once, and marked when it was taken", async () => {
    const { state, outbox, tell } = world()
    const sent: Array<readonly [string, number]> = []
    const deliver: Outbox.Deliver<Told> = async ({ name }, at) => {
      sent.push([name, at])
      return name === "b" ? "refused" : "taken"
    }
    tell("a")
    tell("b")
    const first = outbox.push(clock, deliver, { retryAfterMs: [] })
    tell("c")
    await first.settled()
    expect(state.told.map(({ delivered }) => delivered)).toEqual([true, false, true])
    first.stop()
    tell("d")
    const second = outbox.push(clock, deliver, { retryAfterMs: [], now: () => 7 })
    await second.settled()
    expect(sent).toEqual([
      ["a", 1_000],
      ["b", 1_000],
      ["c", 1_000],
      ["b", 7],
      ["d", 7]
    ])
  })

  it("goes to who wants it", async () => {
    const { outbox, tell } = world()
    const sent: Array<string> = []
    tell("a", "two")
    const pushing = outbox.push(
      clock,
      async ({ name }) => {
        sent.push(name)
        return "taken"
      },
      { retryAfterMs: [] },
      ({ account }) => account === "one"
    )
    tell("b")
    tell("c", "two")
    await pushing.settled()
    expect(sent).toEqual(["b"])
  })

  it("is kept up to a number, the latest; also in a state that was put back", () => {
    const { state, outbox, tell } = world(2)
    const heard: Array<string> = []
    const silence = outbox.hear(({ name }) => heard.push(name))
    for (const name of ["a", "b", "c"]) tell(name)
    expect(state.told.map(({ name }) => name)).toEqual(["b", "c"])
    state.told = []
    tell("d")
    silence()
    tell("e")
    expect(state.told.map(({ name }) => name)).toEqual(["d", "e"])
    expect(heard).toEqual(["a", "b", "c", "d"])
  })
})
