import { type Contact, Handle, Key, Ref } from "@interchannel/domain"
import type { Persons } from "@interchannel/store"
import { FastCheck as fc } from "effect"
import { describe, expect, it } from "vitest"
import { CONTACTS_PER_HANDLE_MAX, foundedBy, linkingKeys, type Neighbourhood, place } from "../src/Linking.ts"

const neighbourhood = (
  keys: Record<string, ReadonlyArray<string>>,
  homes: Record<string, string> = {}
): Neighbourhood => ({
  keys: new Map(Object.entries(keys)),
  personOf: new Map(Object.entries(homes)),
  persons: new Map(
    Object.values(homes).map((id, index): [string, Persons.PersonRow] => [id, { id, createdAt: index, founder: "c" }])
  )
})
const homesAfter = (before: Neighbourhood): Record<string, string> => ({
  ...Object.fromEntries(before.personOf),
  ...Object.fromEntries(place(before, 1_000).members.map(({ contact, person }) => [contact, person]))
})

describe("Linking", () => {
  it("contacts that share a key are one person, through others too", () => {
    const homes = homesAfter(neighbourhood({ a: ["x"], b: ["x", "y"], c: ["y"], d: ["z"] }))
    expect(homes["a"]).toBe(homes["c"])
    expect(homes["d"]).not.toBe(homes["a"])
  })

  it("a merge keeps the oldest id and the other one leads to it", () => {
    const before = neighbourhood({ a: ["x"], b: ["x"] }, { a: "old", b: "young" })
    const placement = place(before, 1_000)
    expect(placement.members).toEqual([{ contact: "b", person: "old" }])
    expect(placement.persons).toEqual([expect.objectContaining({ id: "young", mergedInto: "old" })])
    expect([...placement.touched].sort()).toEqual(["old", "young"])
  })

  it("a split leaves the id with the largest part", () => {
    const before = neighbourhood({ a: ["x"], b: ["x"], c: ["y"] }, { a: "p", b: "p", c: "p" })
    const homes = homesAfter(before)
    expect(homes).toMatchObject({ a: "p", b: "p", c: foundedBy("c") })
  })

  it("merge, then split: the retired id comes back to its founder", () => {
    const apart = homesAfter(neighbourhood({ a: ["x"], b: ["y"] }))
    const merged = homesAfter(neighbourhood({ a: ["x"], b: ["x"] }, apart))
    expect(merged["a"]).toBe(merged["b"])
    const again = homesAfter(neighbourhood({ a: ["x"], b: ["y"] }, merged))
    expect(new Set(Object.values(again)).size).toBe(2)
    expect(again).toEqual(apart)
  })

  it("a handle that too many carry links nobody", () => {
    const many = Array.from({ length: CONTACTS_PER_HANDLE_MAX + 1 }, (_, index) => [`c${index}`, ["shared"]] as const)
    const homes = homesAfter(neighbourhood(Object.fromEntries(many)))
    expect(new Set(Object.values(homes)).size).toBe(many.length)
  })

  it("only verified, unshared handles link", () => {
    const contact: Contact = {
      key: Key.contact("crm", Ref.local("person", "1")),
      connection: "crm",
      ref: Ref.local("person", "1"),
      kind: "record",
      handles: [
        Handle.email("ana@example.com", { verified: true })!,
        Handle.email("claimed@example.com")!,
        Handle.email("info@example.com", { verified: true })!,
        { kind: "cookie", value: "abc", verified: true }
      ],
      version: { at: 0, rank: 0 }
    }
    expect(linkingKeys(contact)).toEqual(["email:ana@example.com"])
  })

  it("membership is a function of the keys, not of the order of arrival", () => {
    const contacts = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 8 })
    const keys = fc.array(fc.constantFrom("w", "x", "y", "z"), { maxLength: 2 })
    fc.assert(
      fc.property(contacts, fc.infiniteStream(keys), fc.infiniteStream(fc.nat()), (names, someKeys, draws) => {
        const all = new Map(names.map((name) => [name, someKeys.next().value as ReadonlyArray<string>]))
        const arrive = (order: ReadonlyArray<string>) => {
          let homes = new Map<string, string>()
          let persons = new Map<string, Persons.PersonRow>()
          const present = new Map<string, ReadonlyArray<string>>()
          for (const [index, name] of order.entries()) {
            present.set(name, all.get(name)!)
            const placement = place({ keys: new Map(present), personOf: homes, persons }, index)
            homes = new Map([...homes, ...placement.members.map(({ contact, person }) => [contact, person] as const)])
            persons = new Map([...persons, ...placement.persons.map((row) => [row.id, row] as const)])
          }
          return homes
        }
        const groups = (homes: ReadonlyMap<string, string>) =>
          names.map((name) =>
            names
              .filter((other) => homes.get(other) === homes.get(name))
              .sort()
              .join()
          )
        const shuffled = [...names].sort(() => (draws.next().value! % 2 === 0 ? 1 : -1))
        expect(groups(arrive(shuffled))).toEqual(groups(arrive(names)))
      }),
      { numRuns: 200 }
    )
  })
})
