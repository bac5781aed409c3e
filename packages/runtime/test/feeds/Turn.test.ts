import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import { type Candidate, choose } from "../../src/feeds/Turn.ts"

interface Named extends Candidate {
  readonly name: string
}

/** Every candidate is always due: a vendor that can never be caught up with. */
const play = (lanes: ReadonlyArray<number>, turns: number): ReadonlyArray<string> => {
  const readIn = new Map<string, number>()
  return Array.from({ length: turns }, (_, turn) => {
    const candidates = lanes.map((lane, index): Named => {
      const name = `${lane} ${index}`
      return { name, lane, readIn: readIn.get(name) }
    })
    const { name } = choose(candidates, turn)!
    readIn.set(name, turn)
    return name
  })
}

describe("Turn", () => {
  it("nothing to choose from is nothing chosen", () => {
    expect(choose([], 3)).toBeUndefined()
  })

  it("everybody has a turn, however many are always due", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 }), (lanes) => {
        expect(new Set(play(lanes, lanes.length * 12)).size).toBe(lanes.length)
      })
    )
  })

  it("three of four turns are the most urgent lane's", () => {
    const read = play([0, 2, 3], 80).map((name) => name[0])
    expect(read.filter((lane) => lane === "0")).toHaveLength(60)
    expect(read.filter((lane) => lane === "2")).toHaveLength(10)
  })

  it("within a lane they take turns", () => {
    expect(play([1, 1, 1], 6)).toEqual(["1 0", "1 1", "1 2", "1 0", "1 1", "1 2"])
  })
})
