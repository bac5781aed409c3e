import { describe, expect, it } from "vitest"
import * as Comparison from "../src/model/Comparison.ts"
import * as Decision from "../src/decisions/Decision.ts"
import * as Estimate from "../src/model/Estimate.ts"
import * as Model from "../src/model/Model.ts"
import * as World from "./world.ts"

const ana = { given: "Ana", phone: "+12025550101" }

describe("comparing a model before it is switched on", () => {
  const world = World.make()
  const people = ["crm", "chat"].map((connection) => World.features(connection, { ...ana, connection }))
  world.put(...people)
  const strict: Model.Model = { ...World.model, version: "strict", linkBits: 1_000 }
  const contacts = [...world.memory.contacts.values()]

  it("names the persons that would fall apart", () => {
    const { splits, merges } = Comparison.make(World.model, strict, contacts, [])
    expect(merges).toEqual([])
    expect(splits).toHaveLength(1)
    expect(splits[0]!.parts.flat().sort()).toEqual(people.map(({ contact }) => contact).sort())
  })

  it("names the persons that would become one", () => {
    const apart = World.make(strict)
    apart.put(...people)
    const { splits, merges } = Comparison.make(strict, World.model, [...apart.memory.contacts.values()], [])
    expect(splits).toEqual([])
    expect(merges).toEqual([[...apart.memory.persons.keys()].sort()])
  })

  it("says how many, and which", () => {
    const { splits, merges } = Comparison.make(World.model, strict, contacts, [])
    const [a, b] = contacts.map(({ features }) => features.contact)
    const split = `split ${contacts[0]!.person}: ${a} | ${b}`
    const both = { from: "", to: "", merges: [["p_a", "p_b"]], splits }
    expect(merges).toEqual([])
    expect(Comparison.report(both, 9)).toEqual(["+1 merges, −1 splits", "merge p_a + p_b", split])
    expect(Comparison.report(both, 1)).toEqual(["+1 merges, −1 splits", "merge p_a + p_b", "and 1 more"])
  })

  it("keeps what people decided", () => {
    const [a, b] = people
    const decided = [Decision.mustLink(a!.contact, b!.contact, { by: "ana", why: "", at: 0 })]
    expect(Comparison.make(World.model, strict, contacts, decided).splits).toEqual([])
  })
})

describe("estimating", () => {
  const many = Array.from({ length: 400 }, (_, index) =>
    World.features(`${index}`, { given: index < 300 ? "Ana" : "Ben", family: "Constructor" })
  )

  it("makes a common name say less, and does not depend on order", () => {
    const estimated = Estimate.make(Model.standard, "next", many)
    expect(Model.share(estimated, "given", "ana")).toBeGreaterThan(Model.share(estimated, "given", "ben"))
    expect(Model.share(estimated, "given", "ben")).toBeGreaterThan(Model.share(Model.standard, "given", "ben"))
    expect(Estimate.make(Model.standard, "next", [...many].reverse())).toEqual(estimated)
  })

  it("takes no value for something every object inherits", () => {
    expect(Model.share(Estimate.make(Model.standard, "next", []), "family", "constructor")).toBe(
      Model.standard.rare.family
    )
  })
})
