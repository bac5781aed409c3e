import { describe, expect, it } from "@effect/vitest"
import * as Quantity from "../../src/render/Quantity.ts"

const HOUR = 3_600_000

describe("a length of time is said in the unit that keeps it small", () => {
  const cases: ReadonlyArray<readonly [number, string]> = [
    [0, "0 ms"],
    [850, "850 ms"],
    [1_000, "1 s"],
    [89_000, "89 s"],
    [90_000, "2 min"],
    [12 * 60_000, "12 min"],
    [6.2 * HOUR, "6 h"],
    [35 * HOUR, "35 h"],
    [36 * HOUR, "2 days"],
    [20 * 24 * HOUR, "20 days"],
    [35 * 24 * HOUR, "5 weeks"],
    [-5, "0 ms"]
  ]
  for (const [ms, said] of cases) it(`${ms} ms: ${said}`, () => expect(Quantity.duration(ms)).toBe(said))
})

describe("a share", () => {
  const cases: ReadonlyArray<readonly [number, string, string]> = [
    [0, "0 %", "░░░░░░░░░░"],
    [0.001, "0 %", "░░░░░░░░░░"],
    [0.5, "50 %", "█████░░░░░"],
    [0.9999, "99 %", "█████████░"],
    [1, "100 %", "██████████"],
    [1.2, "100 %", "██████████"],
    [-1, "0 %", "░░░░░░░░░░"]
  ]
  for (const [fraction, percent, bar] of cases) {
    it(`${fraction} is ${percent}, never all before it is all`, () => {
      expect([Quantity.percent(fraction), Quantity.bar(fraction, 10)]).toEqual([percent, bar])
    })
  }
})

it("numbers are grouped and agree with their noun", () => {
  expect(Quantity.of(41_200, "entry", "entries")).toBe("41,200 entries")
  expect(Quantity.of(1, "entry", "entries")).toBe("1 entry")
  expect(Quantity.of(0, "record")).toBe("0 records")
})

it("a moment is told from now, before or after", () => {
  expect(Quantity.ago(1_000, 13_000)).toBe("12 s ago")
  expect(Quantity.ago(13_000, 1_000)).toBe("in 12 s")
  expect(Quantity.ago(1_000, 1_400)).toBe("just now")
})

it("a time is shown in the time zone of the reader", () => {
  const at = Date.UTC(2026, 0, 31, 23, 2)
  expect(Quantity.time(at, "UTC")).toBe("2026-01-31 23:02")
  expect(Quantity.time(at, "Europe/Berlin")).toBe("2026-02-01 00:02")
})
