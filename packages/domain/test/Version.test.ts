import * as Arbitrary from "effect/Arbitrary"
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { Instant, Version } from "../src/index.ts"

const any = Arbitrary.make(Version.Version)

describe("versions are in one order", () => {
  it.each([
    [Version.make(1), Version.make(2), "older"],
    [Version.make(2), Version.make(1, 99), "newer"],
    [Version.make(1, 1), Version.make(1, 9), "older"],
    [Version.make(1), Version.make(1, 0), "neither"],
    [Version.make(-5), Version.make(0), "older"]
  ])("%j is %3$s than %j", (a, b, word) => {
    expect(Math.sign(Version.compare(a, b))).toBe(word === "older" ? -1 : word === "newer" ? 1 : 0)
  })

  it("turned around, the order is turned around", () => {
    FastCheck.assert(
      FastCheck.property(any, any, (a, b) => {
        expect(Math.sign(Version.compare(a, b)) + Math.sign(Version.compare(b, a))).toBe(0)
      })
    )
  })

  it("older than older is older", () => {
    FastCheck.assert(
      FastCheck.property(any, any, any, (a, b, c) => {
        const [first, second, third] = [a, b, c].sort(Version.compare) as [typeof a, typeof b, typeof c]
        expect(Version.compare(first, second)).toBeLessThanOrEqual(0)
        expect(Version.compare(second, third)).toBeLessThanOrEqual(0)
        expect(Version.compare(first, third)).toBeLessThanOrEqual(0)
      })
    )
  })
})

describe("an instant is a number of milliseconds", () => {
  it.each([
    ["2026-03-01T09:00:00Z", 1_772_355_600_000],
    ["2026-03-01T10:00:00+01:00", 1_772_355_600_000],
    ["1969-12-31T23:59:59.999Z", -1],
    ["soon", undefined],
    ["", undefined]
  ])("%s", (text, instant) => {
    expect(Instant.fromIso(text)).toBe(instant)
  })

  it("is shown to people to the minute, in a zone that is named", () => {
    expect(Instant.toText(1_772_355_659_999)).toBe("2026-03-01 09:00 UTC")
    expect(Instant.toText(8_640_000_000_000_000)).toBe("+275760-09-13 00:00 UTC")
  })

  it("every instant can be shown and read again", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(Instant.Instant), (instant) => {
        expect(Instant.fromIso(Instant.toIso(instant))).toBe(instant === 0 ? 0 : instant)
      })
    )
  })
})
