import { describe, expect, it } from "vitest"
import * as Estimate from "../src/model/Estimate.ts"
import * as GivenName from "../src/evidence/givenName.ts"
import * as Model from "../src/model/Model.ts"
import * as World from "./world.ts"

type Said = Parameters<typeof World.contact>[1]

const pairsOf = (text: string) =>
  text
    .trim()
    .split(/\s+/)
    .map((pair) => pair.split("/") as [string, string])

const couples = pairsOf(`
  Jana/Jon Jana/Jan Maria/Mario Christian/Christina Christian/Christine Daniel/Daniela Daniel/Danielle Julia/Julian
  Martin/Martina Oliver/Olivia Eric/Erica Paul/Paula Andrea/Andreas Robert/Roberta Michael/Michaela Michel/Michelle
  Gabriel/Gabriela Simon/Simone Denis/Denise Louis/Louise Jean/Jeanne Stefan/Stefanie Nicolas/Nicole
  Alexander/Alexandra Viktor/Viktoria Antonio/Antonia Claudio/Claudia Patrick/Patricia Tim/Tom Ben/Bea Lea/Leo
  Johannes/Johanna Franz/Franziska Karl/Karla Emil/Emilia Emil/Emily John/Joan Adrian/Adriana Francis/Frances
  Dominik/Dominika Dominic/Dominique Rene/Renee Valentin/Valentina Peter/Petra Marek/Marika Evgeny/Evgenia Erik/Erika
  Omar/Amira Karim/Karima Samir/Samira Raj/Raja
`)

const slips = pairsOf(`
  Jessica/Jesica Jessica/Jessicca Katherine/Kathrine Jon/John Olga/Olag Wei/Way Kaylee/Keeley Lee/Leigh Geoff/Jeff
  Sean/Shaun Faisal/Fysl Michael/Micheal Priya/Pirya Erik/Eric Sara/Sarah Mohamed/Muhammed Yuliya/Julia Bjorn/Bjorn
`)

const areOne = (model: Model.Model, one: Said, other: Said): boolean => {
  const world = World.make(model)
  const features = [World.features("1", one), World.features("2", { ...other, connection: "chat" })]
  world.put(...features)
  const [a, b] = features.map(({ contact }) => world.memory.contacts.get(contact)?.person)
  return a !== undefined && a === b
}

const phone = "+12025550101"
const home = { phone, email: "example.home@example.com", street: "12 Sample Street", city: "Exampleville" }

describe("a couple", () => {
  it.each(couples)("%s and %s on one telephone are two", (given, other) => {
    expect(areOne(World.model, { given, family: "Example", phone }, { given: other, family: "Example", phone })).toBe(
      false
    )
    expect(areOne(World.model, { given, family: "Example", phone }, { given: other, phone })).toBe(false)
  })

  it.each(couples)("%s and %s of one house, telephone and mailbox are two", (given, other) => {
    const [one, two] = [
      { given, family: "Example", ...home },
      { given: other, family: "Example", ...home }
    ]
    expect(areOne(World.model, one, two)).toBe(false)
    expect(areOne(World.model, { ...one, birthDate: "1980-02-03" }, { ...two, birthDate: "1981-02-17" })).toBe(false)
  })

  it("is two though a third contact has a name that is short for both", () => {
    const world = World.make()
    const features = ["Alexander", "Alexandra", "Alex"].map((given, index) =>
      World.features(given, { given, family: "Example", phone, connection: ["crm", "chat", "sms"][index]! })
    )
    world.put(...features)
    const [he, she] = features.map(({ contact }) => world.memory.contacts.get(contact)?.person)
    expect(he).not.toBe(she)
  })

  it("of twins is two, born on one day", () => {
    const twin = { family: "Example", birthDate: "1980-02-03", ...home }
    expect(areOne(World.model, { ...twin, given: "Max" }, { ...twin, given: "Bertha" })).toBe(false)
  })
})

it.each(slips)("%s and %s on one telephone are one", (given, other) => {
  expect(areOne(World.model, { given, family: "Example", phone }, { given: other, family: "Example", phone })).toBe(
    true
  )
})

it("a birth date tells a slip that looks like another name", () => {
  const born = { family: "Example", phone, birthDate: "1980-02-03" }
  expect(areOne(World.model, { ...born, given: "Jessica" }, { ...born, given: "Jessic" })).toBe(true)
})

describe("what a population shows", () => {
  const families = ["Sample", "Muster", "Ejemplo", "Primer", "Voorbeeld"]
  const named = (given: string, times: number) =>
    Array.from({ length: times }, (_, index) =>
      World.features(`${given} ${index}`, { given, family: families[index % families.length]! })
    )
  const couple = [
    { given: "Bjorn", family: "Example", phone },
    { given: "Bjork", family: "Example", phone }
  ] as const

  it.each([
    ["two names that people of several families have are two people's", 30, 10, false],
    ["a name that hardly anybody has beside a common one is a slip of it", 900, 5, true]
  ])("%s", (_, one, other, together) => {
    const model = Estimate.make(World.model, "counted", [...named("Bjorn", one), ...named("Bjork", other)])
    expect(areOne(model, couple[0], couple[1])).toBe(together)
  })

  it("a name of one family may be a slip in its records", () => {
    const once = named("Bjork", 20).map((features) => ({
      ...features,
      name: { ...features.name, family: ["example"] }
    }))
    const model = Estimate.make(World.model, "counted", [...named("Bjorn", 30), ...once])
    expect(Model.givenShare(model, "bjork")).toBe(0)
    expect(GivenName.compare(model, "bjorn", "bjork")).toBe("typo")
  })
})
