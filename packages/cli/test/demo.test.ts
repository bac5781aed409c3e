import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { commandLine, folder } from "./commandLine.ts"

describe("the demonstration", () => {
  it.scopedLive(
    "x",
    () =>
      Effect.gen(function* () {
        const T = Date.now()
        const ended = yield* commandLine(yield* folder, ["demo"])
        console.log(Date.now() - T, ended.code, ended.err)
        console.log(ended.out)
      }),
    120_000
  )
})
