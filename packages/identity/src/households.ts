/**
 * Whether another first name in one house is another person, or a slip. Both look alike for a single pair; over a
 * population they do not: people come back under their name, slips do not repeat.
 */
import type { Features } from "./Features.ts"
import { sound } from "./romanize.ts"
import * as nameEvidence from "./nameEvidence.ts"
import type { NameFeature } from "./NameFeature.ts"

/** When fewer returns than this were to be expected of people, nothing can be said and households are assumed. */
const EXPECTED_MIN = 3
/** A house with more contacts is a dormitory or an office. */
const HOUSE_MAX = 12

/**
 * 1: other first names come back as often as any person does, so they are people. 0: they never do, so they are slips.
 * 1 when there is too little to tell.
 */
export const estimate = (contacts: Iterable<Features>): number => {
  let people = 0
  let returning = 0
  let others = 0
  let othersReturning = 0
  for (const names of housesOf(contacts)) {
    const sizes = sizesOf(names)
    people += 1
    if (sizes[0]! > 1) returning++
    for (const size of sizes.slice(1)) {
      others++
      if (size > 1) othersReturning++
    }
  }
  const expected = people === 0 ? 0 : (others * returning) / people
  if (expected < EXPECTED_MIN) return 1
  return Math.max(0, Math.min(1, (othersReturning / expected - 0.1) / 0.15))
}

// ---------------------------------------------------------------------------------------------------------

const housesOf = (contacts: Iterable<Features>): Iterable<ReadonlyArray<NameFeature>> => {
  const houses = new Map<string, Array<NameFeature>>()
  for (const { name, places } of contacts) {
    const place = places[0]
    const [family, given, street, number] = [name.family[0], name.given[0], place?.street[0], place?.numbers[0]]
    if (family === undefined || given === undefined || street === undefined || number === undefined) continue
    const key = `${sound(family)}|${number}|${sound(street)}`
    const house = houses.get(key)
    if (house === undefined) houses.set(key, [name])
    else house.push(name)
  }
  return [...houses.values()].filter((house) => house.length <= HOUSE_MAX)
}

/** How many contacts each distinct first name has, most first. */
const sizesOf = (names: ReadonlyArray<NameFeature>): ReadonlyArray<number> => {
  const groups: Array<Array<NameFeature>> = []
  const textOf = ({ given, family }: NameFeature) => [...given, ...family].join(" ")
  for (const name of [...names].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1))) {
    const group = groups.find((known) => known.some((other) => nameEvidence.compatible(other, name)))
    if (group === undefined) groups.push([name])
    else group.push(name)
  }
  return groups.map((group) => group.length).sort((a, b) => b - a)
}
