import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { Part, Ref } from "../src/index.ts"
import { interactionOf, told, isWhole, base } from "./parts.ts"

describe("the order in which parts arrive leaves no trace", () => {
  const ids = FastCheck.constantFrom("1", "2", "3")
  const id = ids.map((value) => Ref.local("call", value))
  const word = FastCheck.constantFrom("a", "b", "c")
  const optional = <A>(any: FastCheck.Arbitrary<A>) => FastCheck.option(any, { nil: undefined })
  const named = FastCheck.array(FastCheck.record({ id: ids, name: word }), { maxLength: 3 })
  const someone = FastCheck.oneof(
    FastCheck.record({ contact: id, name: word }),
    FastCheck.record({ handle: FastCheck.record({ kind: FastCheck.constant("email" as const), value: word }) })
  )
  const fields = FastCheck.record({
    kind: FastCheck.constant("voice" as const),
    direction: FastCheck.constantFrom("inbound" as const, "outbound" as const),
    startedAt: optional(FastCheck.nat(3)),
    text: optional(word),
    participants: optional(FastCheck.array(someone, { maxLength: 3 })),
    details: optional(FastCheck.record({ queue: optional(word), recordings: optional(named) }))
  })
  const part: FastCheck.Arbitrary<Part.Part> = FastCheck.record({
    ref: id,
    part: word,
    version: FastCheck.record({ at: FastCheck.nat(4), rank: FastCheck.nat(1) }),
    fields,
    former: FastCheck.oneof(
      { weight: 4, arbitrary: FastCheck.constant([]) },
      { weight: 1, arbitrary: FastCheck.tuple(id) }
    ),
    deleted: FastCheck.oneof({ weight: 4, arbitrary: FastCheck.constant(false) }, FastCheck.boolean())
  }).map((given) => Part.interaction(given))
  // The ledger keeps one part for each (ref, part).
  const parts = FastCheck.uniqueArray(part, {
    minLength: 1,
    maxLength: 8,
    selector: (given) => `${given.ref.id} ${given.part}`
  })
  const shuffled = parts.chain((all) =>
    FastCheck.tuple(
      FastCheck.constant(all),
      FastCheck.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })
    )
  )

  it("any order gives the same interaction", () => {
    const seen = new Set<string>()
    FastCheck.assert(
      FastCheck.property(shuffled, ([one, other]) => {
        const assembled = interactionOf(...one)
        seen.add(assembled._tag)
        expect(interactionOf(...other)).toEqual(assembled)
      }),
      { numRuns: 1_000 }
    )
    expect(seen).toEqual(new Set(["Whole", "Deleted", "Incomplete"]))
  })

  it("a thousand parts of a long call are joined in a moment", () => {
    const many = Array.from({ length: 1_000 }, (_, index) =>
      told(
        index,
        { ...base, details: { queue: `${index}` } },
        { part: `${index}`, former: [Ref.local("call", `f${index}`)] }
      )
    )
    expect(isWhole(interactionOf(...many)).details).toEqual({ queue: "999" })
  })
})
