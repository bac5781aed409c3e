/** Small worlds in which everybody is easily mistaken for somebody else. Invented values only. */
import { type Contact, Handle, Key } from "@interchannel/domain"
import * as fc from "effect/FastCheck"
import * as Features from "../src/features/Features.ts"
import * as Memory from "../src/keeping/Memory.ts"
import * as Model from "../src/model/Model.ts"
import type * as Place from "../src/placing/Place.ts"

export const model: Model.Model = { ...Model.standard, duplicates: ["crm"] }

/** A Contact from the few things a test cares about. */
export const contact = (
  id: string,
  said: {
    readonly given?: string | undefined
    readonly family?: string | undefined
    readonly full?: string
    readonly suffix?: string
    readonly email?: string | undefined
    readonly phone?: string | undefined
    readonly birthDate?: string | undefined
    readonly kind?: "record" | "address"
    readonly connection?: string
    readonly street?: string
    readonly city?: string
    /** The years in which it was known. */
    readonly seen?: readonly [first: number, last: number] | undefined
  }
): Contact => {
  const connection = said.connection ?? "crm"
  const ref = { kind: "person", id }
  const handles = [
    said.email === undefined ? undefined : Handle.email(said.email),
    said.phone === undefined ? undefined : Handle.phone(said.phone, { defaultRegion: "US" })
  ].filter((handle) => handle !== undefined)
  const parts = { full: said.full, given: said.given, family: said.family, suffix: said.suffix }
  const name = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined))
  const place = Object.fromEntries(
    Object.entries({ street: said.street, city: said.city }).filter(([, part]) => part !== undefined)
  )
  return {
    key: Key.contact(connection, ref),
    connection,
    ref,
    kind: said.kind ?? "record",
    handles,
    version: { at: said.seen === undefined ? 0 : Date.UTC(said.seen[1], 0), rank: 0 },
    ...(said.seen === undefined ? {} : { createdAt: Date.UTC(said.seen[0], 0) }),
    ...(Object.keys(name).length === 0 ? {} : { name }),
    ...(Object.keys(place).length === 0 ? {} : { addresses: [place] }),
    ...(said.birthDate === undefined ? {} : { birthDate: said.birthDate })
  }
}

export const features = (id: string, said: Parameters<typeof contact>[1]): Features.Features =>
  Features.make(contact(id, said))

const maybe = <A>(values: ReadonlyArray<A>) => fc.option(fc.constantFrom(...values), { nil: undefined })

const anyone = fc.record({
  given: maybe(["Robert", "Bob", "Roberta", "Maria", "Marie", "Li"]),
  family: maybe(["Sample", "Sampel", "Example", "Li"]),
  email: maybe(["r.sample@example.com", "m.example@example.com", "r.sample@example.org", "info@example.com"]),
  phone: maybe(["+12025550101", "+12025550102", "+12025550103"]),
  birthDate: maybe(["1980-02-03", "1980-03-02", "1951-11-30"]),
  seen: maybe([[2010, 2012] as const, [2011, 2020] as const, [2020, 2021] as const]),
  kind: fc.constantFrom("record" as const, "address" as const),
  connection: fc.constantFrom("crm", "phone", "chat")
})

/** Up to `most` contacts. */
export const people = (most: number): fc.Arbitrary<ReadonlyArray<Features.Features>> =>
  fc.array(anyone, { minLength: 1, maxLength: most }).map((all) => all.map((said, index) => features(`${index}`, said)))

export interface World {
  readonly memory: Memory.Memory
  readonly log: ReadonlyArray<Place.Placement>
  readonly apply: (change: Place.Change) => Place.Placement
  readonly put: (...contacts: ReadonlyArray<Features.Features>) => void
}

export const make = (using: Model.Model = model): World => {
  const memory = Memory.make()
  const log: Array<Place.Placement> = []
  const apply = (change: Place.Change) => {
    const placement = memory.apply({ model: using, at: log.length }, change)
    log.push(placement)
    return placement
  }
  return { memory, log, apply, put: (...all) => all.forEach((each) => apply({ _tag: "Put", features: each })) }
}

/** Who is together, without ids: sorted groups of sorted contacts; callers on a line stand alone. */
export const groups = (memory: Memory.Memory): ReadonlyArray<string> => {
  const together = new Map<string, Array<string>>()
  for (const [key, { person }] of memory.contacts) {
    const group = person ?? `line ${key}`
    together.set(group, [...(together.get(group) ?? []), key])
  }
  return [...together.values()].map((group) => group.sort().join(" ")).sort()
}

/** Everything there is to know about persons, ids included. */
export const persons = (memory: Memory.Memory): ReadonlyArray<string> => [
  ...[...memory.contacts].map(([key, { person }]) => `${key} ${person}`).sort(),
  ...[...memory.persons.values()].map((person) => JSON.stringify(person)).sort()
]
