import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Echoes } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"

const by = (what: Echoes.By, hits: number, nearMisses = 0, connection = "crm"): Echoes.EchoCount => ({
  connection,
  by: what,
  hits,
  nearMisses
})

export const echoes: Suite = ({ holds }) => {
  holds("what is counted adds up, each connection and layer by itself", () =>
    Effect.gen(function* () {
      const echoes = yield* Echoes.Echoes
      yield* echoes.count([])
      yield* echoes.count([by("marker", 2), by("content", 0, 1), by("marker", 1, 1), by("marker", 5, 0, "desk")])
      yield* echoes.count([by("marker", 3)])
      expect(yield* echoes.all).toEqual([by("content", 0, 1), by("marker", 6, 1), by("marker", 5, 0, "desk")])
    })
  )
}
