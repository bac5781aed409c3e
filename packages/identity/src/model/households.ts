/**
 * Whether another first name in one house is another person, or a slip. Both look alike for a single pair; over a
 * population they do not: people come back under their name, slips do not repeat.
 */
import type { Features } from "../features/Features.ts"
import { sound } from "../features/romanize.ts"
import type * as Model from "./Model.ts"
import * as nameEvidence from "../evidence/nameEvidence.ts"
import type { NameFeature } from "../features/NameFeature.ts"
import * as Steps from "./Steps.ts"

/** With fewer other first names than this nothing can be said, and households are assumed. */
const OTHERS_MIN = 20
/** Of what repeats in a house, the share that is another first name: up to `least` slips, from `most` on people. */
const SHARE = { least: 0.2, most: 0.35 }
/** Of other first names, the share that comes back. */
const RETURNING = { least: 0.02, most: 0.07 }
/** A house with more contacts is a dormitory or an office. */
const HOUSE_MAX = 12

/** 1: other first names are many, or come back, so they are people. 0: they are few and never come back. */
export function* estimate(model: Model.Model, contacts: Iterable<Features>): Steps.Steps<number> {
  let returning = 0
  let others = 0
  let othersReturning = 0
  yield* Steps.each(yield* housesOf(contacts), AT_ONCE, (names) => {
    const [largest = 0, ...rest] = sizesOf(model, names)
    if (largest > 1) returning++
    others += rest.length
    othersReturning += rest.filter((size) => size > 1).length
  })
  if (others < OTHERS_MIN) return 1
  const share = ramp(others / (others + returning), SHARE)
  return Math.max(share, ramp(othersReturning / others, RETURNING))
}

// ---------------------------------------------------------------------------------------------------------

const ramp = (value: number, { least, most }: { readonly least: number; readonly most: number }): number =>
  Math.max(0, Math.min(1, (value - least) / (most - least)))

const AT_ONCE = 1_000

function* housesOf(contacts: Iterable<Features>): Steps.Steps<ReadonlyArray<ReadonlyArray<NameFeature>>> {
  const houses = new Map<string, Array<NameFeature>>()
  yield* Steps.each(contacts, AT_ONCE, ({ name, places }) => {
    const place = places[0]
    const [family, given, street, number] = [name.family[0], name.given[0], place?.street[0], place?.numbers[0]]
    if (family === undefined || given === undefined || street === undefined || number === undefined) return
    const key = `${sound(family)}|${number}|${sound(street)}`
    const house = houses.get(key)
    if (house === undefined) houses.set(key, [name])
    else house.push(name)
  })
  return [...houses.values()].filter((house) => house.length <= HOUSE_MAX)
}

/** How many contacts each distinct first name has, most first. */
const sizesOf = (model: Model.Model, names: ReadonlyArray<NameFeature>): ReadonlyArray<number> => {
  const groups: Array<Array<NameFeature>> = []
  const textOf = ({ given, family }: NameFeature) => [...given, ...family].join(" ")
  for (const name of [...names].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1))) {
    const group = groups.find((known) => known.some((other) => nameEvidence.compatible(model, other, name)))
    if (group === undefined) groups.push([name])
    else group.push(name)
  }
  return groups.map((group) => group.length).sort((a, b) => b - a)
}
