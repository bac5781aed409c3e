import { describe, expect, it } from "vitest"
import * as Decision from "../src/decisions/Decision.ts"
import * as Explain from "../src/placing/Explain.ts"
import type { Features } from "../src/features/Features.ts"
import * as World from "./world.ts"

const attributed = { by: "ana", why: "asked them", at: 0 }
type Said = Parameters<typeof World.contact>[1]

const settled = (...people: ReadonlyArray<Said>) => {
  const world = World.make()
  const features = people.map((said, index) => World.features(`${index}`, said))
  world.put(...features)
  const personOf = (index: number) => world.memory.contacts.get(features[index]!.contact)?.person
  return { world, features, personOf }
}

const ana: Said = {
  given: "Ana",
  family: "Example",
  email: "ana@example.com",
  phone: "+12025550101",
  connection: "crm"
}

describe("who is one person", () => {
  it.each<[string, Said, Said]>([
    ["the same mailbox", ana, { given: "Ana", email: "ANA@example.com", connection: "chat" }],
    ["the same mobile", ana, { given: "Ana", phone: "+12025550101", connection: "chat" }],
    [
      "a nickname",
      { ...ana, given: "Robert" },
      { given: "Bob", family: "Example", phone: "+12025550101", connection: "chat" }
    ],
    ["swapped names", ana, { given: "Example", family: "Ana", phone: "+12025550101", connection: "chat" }],
    ["an initial", ana, { given: "A", family: "Example", phone: "+12025550101", connection: "chat" }],
    [
      "Cyrillic and Latin",
      { full: "Александр Васильев", phone: "+12025550101", connection: "crm" },
      { given: "Aleksandr", family: "Vasilyev", phone: "+12025550101", connection: "chat" }
    ],
    [
      "Chinese and Latin",
      { full: "王杰", birthDate: "1993-09-14", phone: "+12025550101", connection: "crm" },
      { given: "Jie", family: "Wang", birthDate: "1993-09-14", connection: "chat" }
    ],
    [
      "Polish letters",
      { given: "Łukasz", family: "Wójcik", birthDate: "1980-02-29", connection: "crm" },
      { given: "Lukasz", family: "Wojcik", birthDate: "1980-02-29", connection: "chat" }
    ],
    [
      "day and month swapped",
      { given: "Ursula", family: "Sampleton", birthDate: "1980-02-03", city: "Exampleville" },
      { given: "Ursula", family: "Sampleton", birthDate: "1980-03-02", city: "Exampleville", connection: "chat" }
    ]
  ])("%s", (_, a, b) => {
    const { personOf } = settled(a, b)
    expect(personOf(0)).toBeDefined()
    expect(personOf(1)).toBe(personOf(0))
  })
})

describe("who is not", () => {
  it.each<[string, Said, Said]>([
    ["a name alone", { given: "Ana", family: "Example" }, { given: "Ana", family: "Example", connection: "chat" }],
    [
      "two of one household on one number",
      ana,
      { given: "Boris", family: "Example", phone: "+12025550101", connection: "chat" }
    ],
    [
      "father and son",
      { given: "David", family: "Example", suffix: "Sr", street: "12 Sample Street", city: "Exampleville" },
      {
        given: "David",
        family: "Example",
        suffix: "Jr",
        street: "12 Sample Street",
        city: "Exampleville",
        connection: "chat"
      }
    ],
    [
      "a role mailbox",
      { ...ana, email: "info@example.com", phone: undefined },
      { given: "Boris", email: "info@example.com" }
    ]
  ])("%s", (_, a, b) => {
    const { personOf } = settled(a, b)
    expect(personOf(0)).not.toBe(personOf(1))
  })
})

describe("callers", () => {
  const call: Said = { phone: "+12025550101", kind: "address", connection: "phone" }

  it("stay on a line while nobody is known by the number", () => {
    const { personOf } = settled(call, { ...call, connection: "sms" })
    expect([personOf(0), personOf(1)]).toEqual([undefined, undefined])
  })

  it("are the one person known by the number, surely enough to be written back", () => {
    const { world, features, personOf } = settled(call, ana)
    expect(personOf(0)).toBe(personOf(1))
    const near = world.memory.load({ keys: [], reach: [features[0]!.contact], handles: [], bits: World.model.linkBits })
    expect(Explain.person(World.model, near, personOf(0)!).sure).toBe(true)
  })

  it("go back to the line once a second person is known by the number", () => {
    const { personOf } = settled(call, ana, {
      given: "Boris",
      family: "Example",
      phone: "+12025550101",
      connection: "chat"
    })
    expect(personOf(0)).toBeUndefined()
    expect(personOf(1)).not.toBe(personOf(2))
  })
})

/** The mailbox and the number are those of Ana; the last of the contacts has no name, and asks whose it is. */
describe("somebody without a name", () => {
  const mail: Said = { email: "ana@example.com", kind: "address", connection: "mail" }
  const call: Said = { phone: "+12025550101", kind: "address", connection: "phone" }
  const boris: Said = { ...ana, given: "Boris", connection: "chat" }
  const bare: Said = { email: "ana@example.com", connection: "desk" }
  const role: Said = { email: "info@example.com" }
  const sister: Said = { ...ana, family: "Muster", email: "sister@example.com", birthDate: "1980-02-03" }
  const mother: Said = { ...ana, email: "mother@example.com", birthDate: "1951-11-30" }
  it.each<[string, "sure" | "a line" | "apart", ReadonlyArray<Said>]>([
    ["a mail from the mailbox of one record", "sure", [ana, mail]],
    [
      "a mail that states a name, to a record without one",
      "sure",
      [
        { ...bare, phone: "+12025550101" },
        { ...mail, full: "Ana Example" }
      ]
    ],
    ["a helpdesk's requester without a name", "sure", [ana, bare]],
    ["a call on the mobile of one record", "sure", [ana, call]],
    [
      "a call on the number of one person with many addresses",
      "sure",
      [
        ana,
        { ...mail, full: "Ana Example" },
        { ...ana, phone: undefined, connection: "desk" },
        { ...ana, phone: undefined, connection: "shop" },
        call
      ]
    ],
    [
      "a call on a number of two records of one person",
      "sure",
      [ana, { ...ana, connection: "other" }, { ...ana, connection: "other" }, call]
    ],
    ["a mail from a mailbox that two first names use", "a line", [ana, boris, mail]],
    ["a call on a number that two first names use", "a line", [ana, boris, call]],
    [
      "a mail from a role mailbox",
      "a line",
      [
        { ...ana, ...role },
        { ...mail, ...role }
      ]
    ],
    ["a call on a number that two of one first name use", "a line", [sister, mother, call]],
    [
      "a mail where Boris wrote after Ana's time",
      "sure",
      [
        { ...ana, seen: [2024, 2025] },
        { ...boris, seen: [2015, 2017] },
        { ...mail, seen: [2024, 2025] }
      ]
    ]
  ])("%s: %s", (_, answer, contacts) => {
    const { world, features, personOf } = settled(...contacts)
    const last = features.length - 1
    const sureOf = (index: number) => world.memory.contacts.get(features[index]!.contact)?.sure
    const found =
      personOf(last) === undefined
        ? "a line"
        : personOf(last) === personOf(0) && sureOf(last) === sureOf(0)
          ? "sure"
          : "apart"
    expect(found).toBe(answer)
  })

  it("never ties together two who are told apart", () => {
    const { personOf } = settled(sister, mother, call, { ...call, connection: "sms" })
    expect(personOf(0)).not.toBe(personOf(1))
  })

  it("belongs to whom a person said", () => {
    const { world, features, personOf } = settled(sister, mother, call)
    const link = Decision.mustLink(features[1]!.contact, features[2]!.contact, attributed)
    world.apply({ _tag: "Decide", decisions: [link] })
    expect([personOf(2), personOf(0) === personOf(1)]).toEqual([personOf(1), false])
    world.apply({ _tag: "Revoke", decisions: [link] })
    expect(personOf(2)).toBeUndefined()
  })
})

describe("a number given to somebody else", () => {
  const then: Said = { phone: "+12025550101", seen: [2015, 2017] }
  const now: Said = { phone: "+12025550101", seen: [2024, 2025] }
  const call: Said = { kind: "address", connection: "phone" }

  it("is the former owner's for what was then, the new owner's for what is now", () => {
    const { personOf } = settled(
      { ...then, given: "Ana", family: "Example" },
      { ...then, given: "Ana", connection: "chat" },
      { ...then, ...call },
      { ...now, given: "Boris", family: "Muster" },
      { ...now, given: "Boris", connection: "chat" },
      { ...now, ...call, connection: "sms" }
    )
    expect([personOf(1), personOf(2)]).toEqual([personOf(0), personOf(0)])
    expect([personOf(4), personOf(5)]).toEqual([personOf(3), personOf(3)])
    expect(personOf(0)).not.toBe(personOf(3))
  })

  it("is shared while both are known by it in one year", () => {
    const { personOf } = settled(
      { ...now, given: "Ana", family: "Example" },
      { ...now, given: "Boris", family: "Muster", connection: "chat" },
      { ...now, ...call }
    )
    expect(personOf(2)).toBeUndefined()
  })

  it.each([
    [then, false],
    [now, true]
  ])("ties no namesake of another family to it after the silence %#", (before, together) => {
    const { personOf } = settled(
      { ...before, given: "Ana", family: "Example" },
      { ...now, given: "Ana", family: "Muster", connection: "chat" }
    )
    expect(personOf(0) === personOf(1)).toBe(together)
  })

  it("stays its owner's through a silence", () => {
    const { personOf } = settled({ ...then, given: "Ana" }, { ...now, given: "Ana", connection: "chat" })
    expect(personOf(0)).toBe(personOf(1))
  })
})

describe("decisions", () => {
  const rule = (use: Decision.HandleUse) => Decision.handleRule("phone:+12025550101", use, attributed)

  it("holds for who arrives with another spelling of the handle", () => {
    const spelled = (id: string, email: string) =>
      World.features(id, { given: "Ana", family: "Sample", email, connection: id })
    const [known, later] = [spelled("crm", "ana+shop@example.com"), spelled("chat", "ana@example.com")]
    const bits = (decisions: ReadonlyArray<Decision.Decision>) => {
      const world = World.make()
      world.put(known)
      world.apply({ _tag: "Decide", decisions })
      world.put(later)
      const { edges } = world.log.at(-1)!
      return edges[0]?.bits ?? Number.NEGATIVE_INFINITY
    }
    const blocked = bits([Decision.handleRule("email:ana+shop@example.com", "blocked", attributed)])
    expect(blocked).toBeLessThan(bits([]))
  })
  const guest: Said = { given: "Ana", phone: "+12025550101", connection: "chat" }

  it("a blocked handle proves nothing, until the rule is taken back", () => {
    const { world, personOf } = settled(ana, guest)
    world.apply({ _tag: "Decide", decisions: [rule("blocked")] })
    expect(personOf(0)).not.toBe(personOf(1))
    world.apply({ _tag: "Revoke", decisions: [rule("blocked")] })
    expect(personOf(0)).toBe(personOf(1))
  })

  it("an unlinked contact stays apart from all who come later", () => {
    const { world, features, personOf } = settled(ana, guest)
    const [a, b] = features as [Features, Features]
    world.apply({ _tag: "Decide", decisions: Decision.unlink([b.contact], [a.contact], attributed) })
    world.put(World.features("later", { ...ana, connection: "sms" }))
    world.put(a, b)
    expect(personOf(0)).not.toBe(personOf(1))
  })

  it("who is near to one name of a person who has two by decision is that person", () => {
    const alias: Said = { given: "Visiting", family: "Stranger", email: "visitor@example.org", connection: "form" }
    const { world, features, personOf } = settled(ana, alias)
    const [a, b] = features as [Features, Features]
    world.apply({ _tag: "Decide", decisions: [Decision.mustLink(a.contact, b.contact, attributed)] })
    const later = World.features("later", { ...ana, connection: "desk" })
    world.put(later)
    expect(personOf(0)).toBe(personOf(1))
    expect(world.memory.contacts.get(later.contact)?.person).toBe(personOf(0))
  })

  it("deciding the opposite replaces what was decided", () => {
    const { world, features, personOf } = settled(ana, guest)
    const [a, b] = features as [Features, Features]
    world.apply({ _tag: "Decide", decisions: [Decision.cannotLink(a.contact, b.contact, attributed)] })
    world.apply({ _tag: "Decide", decisions: [Decision.mustLink(b.contact, a.contact, attributed)] })
    expect(personOf(0)).toBe(personOf(1))
  })
})

it("explains a person by the strongest links, the weakest bridge and what speaks against it", () => {
  const { world, features, personOf } = settled(
    ana,
    { given: "Ana", phone: "+12025550101", connection: "chat" },
    { given: "Ana", family: "Muster", email: "ana@example.com", birthDate: "1980-02-03", connection: "sms" }
  )
  const near = world.memory.load({ keys: [], reach: [features[0]!.contact], handles: [], bits: World.model.linkBits })
  const explained = Explain.person(World.model, near, personOf(0)!)
  expect(explained.contacts).toHaveLength(3)
  expect(explained.tree).toHaveLength(2)
  expect(explained.weakest?.bits).toBe(Math.min(...explained.tree.map(({ bits }) => bits)))
  expect(explained.objections.map(({ a, b }) => [a, b].sort())).toEqual([
    [features[1]!.contact, features[2]!.contact].sort()
  ])
})
