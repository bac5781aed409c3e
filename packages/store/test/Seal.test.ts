import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Redacted from "effect/Redacted"
import { MasterKey } from "../src/index.ts"
import * as Seal from "../src/Seal.ts"

const keyOf = (fill: number) => MasterKey.generate((bytes) => new Uint8Array(bytes).fill(fill))
const line = (id: number, fill: number) => `${id} ${Buffer.alloc(32, fill).toString("base64")}`
const seal = Seal.make(keyOf(1))

describe("Seal", () => {
  it("opens what it sealed, for any bytes, and never seals the same way twice", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.uint8Array({ maxLength: 300 }), (plain) => {
        const sealed = seal.seal("inbox 1", plain)
        expect(Either.getOrThrow(seal.open("inbox 1", sealed)).equals(Buffer.from(plain))).toBe(true)
        expect(seal.seal("inbox 1", plain).equals(sealed)).toBe(false)
      })
    )
  })

  it("refuses every changed byte, another row, another key and a cut, and names the row", () => {
    const sealed = seal.seal("inbox 1", Buffer.from("what was said"))
    for (let index = 0; index < sealed.length; index++) {
      const changed = Buffer.from(sealed)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(Either.isLeft(seal.open("inbox 1", changed))).toBe(true)
    }
    for (const [row, bytes, by] of [
      ["inbox 2", sealed, seal],
      ["inbox 1", sealed, Seal.make(keyOf(2))],
      ["inbox 1", sealed.subarray(0, 20), seal],
      ["inbox 1", Buffer.alloc(0), seal]
    ] as const) {
      const error = Either.getOrThrow(Either.flip(by.open(row, bytes)))
      expect(error).toMatchObject({ _tag: "StoreError", reason: "broken" })
      expect(error.message).toContain(row)
    }
  })

  it.effect("goes on opening what an earlier key sealed after a rotation", () =>
    Effect.gen(function* () {
      const sealed = seal.seal("inbox 1", Buffer.from("old"))
      const rotated = Seal.make(yield* MasterKey.parse(Redacted.make(`${line(1, 1)}\n${line(2, 9)}\n`)))
      expect(Either.getOrThrow(rotated.open("inbox 1", sealed)).toString()).toBe("old")
      const fresh = rotated.seal("inbox 2", Buffer.from("new"))
      expect(fresh[0]).toBe(2)
      expect(Either.getOrThrow(Either.flip(seal.open("inbox 2", fresh))).message).toContain("master key 2")
    })
  )
})
