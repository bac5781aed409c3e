import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inspect } from "node:util"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { MasterKey } from "../src/index.ts"

const folder = mkdtempSync(join(tmpdir(), "interchannel-key-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const plain = ({ id, bytes }: MasterKey.MasterKey) => [id, Buffer.from(Redacted.value(bytes)).toString("base64")]
const given = (text: string) => MasterKey.parse(Redacted.make(text))
const value = Buffer.alloc(32, 3).toString("base64")

describe("MasterKey", () => {
  it.effect("is created on the first start for its owner alone, and the same on the next", () =>
    Effect.gen(function* () {
      const file = join(folder, "state", "master.key")
      const first = yield* MasterKey.load({ file })
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(plain(yield* MasterKey.load({ file }))).toEqual(plain(first))
      expect(readdirSync(join(folder, "state"))).toEqual(["master.key"])
      expect(readFileSync(file, "utf8")).toContain(String(plain(first)[1]))
    })
  )

  it.effect("is one and the same when several start at once", () =>
    Effect.gen(function* () {
      const file = join(folder, "race", "master.key")
      const keys = yield* Effect.all(
        Array.from({ length: 8 }, () => MasterKey.load({ file })),
        { concurrency: 8 }
      )
      expect(new Set(keys.map((key) => plain(key)[1])).size).toBe(1)
    })
  )

  it.effect("is refused when others can read it", () =>
    Effect.gen(function* () {
      const file = join(folder, "open.key")
      yield* MasterKey.load({ file })
      chmodSync(file, 0o644)
      const error = yield* Effect.flip(MasterKey.load({ file }))
      expect(error.message).toContain(`chmod 600 ${file}`)
    })
  )

  it.effect("may be given instead, and leaves no file", () =>
    Effect.gen(function* () {
      const file = join(folder, "never.key")
      const key = yield* MasterKey.load({ file, given: Redacted.make(value) })
      expect(plain(key)).toEqual([1, value])
      expect(readdirSync(folder)).not.toContain("never.key")
    })
  )

  it.effect("is refused when malformed, without showing what was given", () =>
    Effect.gen(function* () {
      for (const text of ["", "1 short", `999 ${value}`, `1 ${value}\n1 ${value}`, "{}"]) {
        const error = yield* Effect.flip(given(text))
        expect(error).toMatchObject({ _tag: "StoreError", reason: "broken" })
        expect(error.message).not.toContain(value)
      }
    })
  )

  it("shows itself in no log", () => {
    const key = MasterKey.generate(() => new Uint8Array(32).fill(3))
    expect(`${inspect(key, { depth: 9 })} ${JSON.stringify(key)}`).not.toMatch(/3, 3|AwMD|0303/)
  })
})
