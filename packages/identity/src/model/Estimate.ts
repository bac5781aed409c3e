/**
 * A model made anew from the contacts there are: how common each value is, how many contacts a person has, whether there
 * are households. Nothing is learned from decisions or from truth, so it can run unattended; compare before switching on.
 */
import * as BirthDate from "../features/BirthDate.ts"
import type { Features } from "../features/Features.ts"
import * as households from "./households.ts"
import type * as Model from "./Model.ts"
import { sound } from "../features/romanize.ts"
import * as Steps from "./Steps.ts"

/** Values kept per field, commonest first. */
const TERMS_MAX = 2_000
/** A value seen less often is rare, whatever its share. */
const TERM_COUNT_MIN = 3

/**
 * Counts values anew. Pure over the contacts given; their order does not matter. The population is rounded down to a
 * power of two, so that a few contacts more change nothing.
 */
export const make = (
  base: Model.Model,
  version: string,
  contacts: ReadonlyArray<Features>,
  partners = base.partners
): Model.Model => Steps.run(stepwise(base, version, contacts, partners))

/** The same in steps of some milliseconds. */
export function* stepwise(
  base: Model.Model,
  version: string,
  contacts: ReadonlyArray<Features>,
  partners: number
): Steps.Steps<Model.Model> {
  const counts = new Map<Model.TermField, Map<string, number>>()
  yield* Steps.each(contacts, AT_ONCE, (features) => {
    for (const [field, value] of termsOf(features)) {
      const ofField = counts.get(field) ?? new Map<string, number>()
      if (!counts.has(field)) counts.set(field, ofField)
      ofField.set(value, (ofField.get(value) ?? 0) + 1)
    }
  })
  const terms: { [F in Model.TermField]?: { [value: string]: number } } = {}
  for (const [field, ofField] of counts) {
    let total = 0
    for (const count of ofField.values()) total += count
    const shareOf = (count: number) => (count + base.rare[field] * PSEUDO_COUNT) / (total + PSEUDO_COUNT)
    const common = [...ofField].filter(([, count]) => count >= TERM_COUNT_MIN && shareOf(count) > base.rare[field])
    common.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    terms[field] = Object.fromEntries(common.slice(0, TERMS_MAX).map(([value, count]) => [value, shareOf(count)]))
  }
  const named = { ...base, givenNames: yield* givenNamesOf(contacts) }
  return {
    ...named,
    version,
    terms,
    population: 2 ** Math.floor(Math.log2(Math.max(POPULATION_MIN, contacts.length))),
    households: yield* households.estimate(named, contacts),
    partners: roundPartners(partners, contacts.length)
  }
}

// ---------------------------------------------------------------------------------------------------------

const AT_ONCE = 1_000
/** With fewer contacts than this, chance likeness is judged as if there were this many. */
const POPULATION_MIN = 1_024
/** Beyond this the prior would make strangers one person. */
const PARTNERS_MAX = 8
/** Values counted in few contacts are pulled towards the standard share as if this many more had been seen. */
const PSEUDO_COUNT = 5_000

/** In steps of half a bit, and only as far as the number of contacts supports it. */
const roundPartners = (partners: number, population: number): number => {
  const supported = 1 + ((Math.max(1, partners) - 1) * population) / (population + PSEUDO_PARTNERS)
  return 2 ** (Math.round(Math.log2(Math.min(PARTNERS_MAX, supported)) * 2) / 2)
}

const PSEUDO_PARTNERS = 200

/** A name that fewer families have may be a slip in one person's records. */
const FAMILIES_MIN = 3

/** First names that people of several families have, with their share of contacts. */
function* givenNamesOf(contacts: ReadonlyArray<Features>): Steps.Steps<{ readonly [name: string]: number }> {
  const seen = new Map<string, { count: number; readonly families: Set<string> }>()
  yield* Steps.each(contacts, AT_ONCE, ({ name }) => {
    const [given, family] = [name.given[0], name.family[0]]
    if (given === undefined || given.length < 2 || family === undefined) return
    const known = seen.get(given) ?? { count: 0, families: new Set() }
    known.count++
    if (known.families.size < FAMILIES_MIN) known.families.add(sound(family))
    seen.set(given, known)
  })
  const names = [...seen].filter(([, { families }]) => families.size >= FAMILIES_MIN)
  names.sort((a, b) => b[1].count - a[1].count || (a[0] < b[0] ? -1 : 1))
  return Object.fromEntries(names.slice(0, TERMS_MAX).map(([name, { count }]) => [name, count / contacts.length]))
}

function* termsOf(features: Features): Generator<readonly [Model.TermField, string]> {
  for (const word of features.name.given) yield ["given", word]
  for (const word of features.name.family) yield ["family", word]
  if (features.birth !== undefined) yield ["birth", BirthDate.digits(features.birth)]
  for (const place of features.places) {
    if (place.city !== undefined) yield ["city", place.city]
    if (place.suburb !== undefined) yield ["suburb", place.suburb]
    if (place.postal !== undefined) yield ["postal", place.postal]
    if (place.street[0] !== undefined) yield ["street", place.street[0]]
  }
  if (features.organization !== undefined) yield ["organization", features.organization]
  if (features.birthPlace !== undefined) yield ["birthPlace", features.birthPlace]
  if (features.title !== undefined) yield ["title", features.title]
}
