import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Ledger, Placements } from "../../src/index.ts"
import type { Suite } from "./Suite.ts"

const word = { by: "somebody", at: 5 }
const of = (...contacts: ReadonlyArray<string>) => new Map(contacts.map((contact) => [contact, word]))

export const placements: Suite = ({ holds }) => {
  holds("an entry is held off the records that a person named, until it is released", () =>
    Effect.gen(function* () {
      const placements = yield* Placements.Placements
      yield* placements.hold("k", ["c1", "c2", "c1"], word)
      yield* placements.hold("k", ["c2"], { by: "another", at: 6 })
      yield* placements.hold("other", ["c1"], word)
      expect(yield* placements.heldOff(["k", "none"])).toEqual(new Map([["k", of("c1", "c2")]]))
      yield* placements.release("k", ["c1"])
      expect(yield* placements.heldOff(["k", "other"])).toEqual(
        new Map([
          ["k", of("c2")],
          ["other", of("c1")]
        ])
      )
    })
  )

  holds("a record is preferred until it is not", () =>
    Effect.gen(function* () {
      const placements = yield* Placements.Placements
      yield* placements.prefer("c1", word)
      yield* placements.prefer("c1", word)
      expect(yield* placements.preferred(["c1", "c2"])).toEqual(new Set(["c1"]))
      yield* placements.preferNot(["c1", "c2"])
      expect(yield* placements.preferred(["c1", "c2"])).toEqual(new Set())
    })
  )

  holds("what was said of a record holds for the one it was merged into", () =>
    Effect.gen(function* () {
      const placements = yield* Placements.Placements
      const ledger = yield* Ledger.Ledger
      yield* placements.hold("k", ["c_from"], word)
      yield* placements.hold("both", ["c_from", "c_to"], word)
      yield* placements.prefer("c_from", word)
      const moved = { from: "c_from", to: "c_to" }
      const empty = { contacts: [], organizations: [], interactions: [], at: 9 }
      yield* ledger.save({ ...empty, parts: [], aliases: [moved], rekeyed: [moved] })
      expect(yield* placements.heldOff(["k", "both"])).toEqual(
        new Map([
          ["both", of("c_to")],
          ["k", of("c_to")]
        ])
      )
      expect(yield* placements.preferred(["c_from", "c_to"])).toEqual(new Set(["c_to"]))
    })
  )
}
