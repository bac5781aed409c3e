import { afterEach, expect, it, vi } from "vitest"
import { askedTwice } from "../src/askedTwice.ts"

afterEach(() => vi.useRealTimers())

it("a signal that comes twice at once is one; a second one later is meant", () => {
  vi.useFakeTimers()
  const heard: Array<string> = []
  const signal = askedTwice(
    () => heard.push("stop"),
    () => heard.push("leave")
  )
  signal()
  signal()
  vi.advanceTimersByTime(900)
  signal()
  expect(heard).toEqual(["stop"])
  vi.advanceTimersByTime(200)
  signal()
  expect(heard).toEqual(["stop", "leave"])
})
