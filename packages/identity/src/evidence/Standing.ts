/** How many people a handle seems to belong to, judged by the first names seen with it. */
import type { Features } from "../features/Features.ts"
import type { NameFeature } from "../features/NameFeature.ts"
import type * as Model from "../model/Model.ts"
import * as nameEvidence from "./nameEvidence.ts"
import * as tenure from "./tenure.ts"

/** From here on a further name changes nothing. */
export const FIRST_NAMES_MAX = 4
/** Distinct spellings looked at; a handle with more is shared by any measure. */
const SPELLINGS_MAX = 24

/**
 * Counts distinct first names: spellings, short forms and swapped names of one person count once. Between 0 and
 * `FIRST_NAMES_MAX`; does not depend on the order of the contacts. Two names with a long silence between them are two
 * owners, one after the other: that counts as one.
 */
export const firstNames = (model: Model.Model, contacts: Iterable<Features>): number => {
  const spellings: Array<Array<Features>> = []
  for (const features of contacts) {
    const [first] = features.name.given
    // An initial fits several names and tells none apart.
    if (first === undefined || first.length < 2) continue
    const known = spellings.find(([one]) => isSpelledAlike(one!.name, features.name))
    if (known === undefined) spellings.push([features])
    else known.push(features)
    if (spellings.length > SPELLINGS_MAX) return FIRST_NAMES_MAX
  }
  if (spellings.length < 2) return spellings.length
  const names = components(model, spellings)
  const [one, other] = names.map(tenure.span)
  if (names.length === 2 && tenure.silence(one!, other!) > 0) return 1
  return Math.min(FIRST_NAMES_MAX, names.length)
}

// ---------------------------------------------------------------------------------------------------------

const isSpelledAlike = (a: NameFeature, b: NameFeature): boolean =>
  areEqual(a.given, b.given) && areEqual(a.family, b.family)

const areEqual = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((word, index) => word === b[index])

/** Those of one name together, given those of one spelling. */
const components = (
  model: Model.Model,
  spellings: ReadonlyArray<ReadonlyArray<Features>>
): ReadonlyArray<ReadonlyArray<Features>> => {
  let groups: ReadonlyArray<ReadonlyArray<Features>> = []
  for (const spelling of spellings) {
    const alike = groups.filter((group) =>
      group.some(({ name }) => nameEvidence.compatible(model, name, spelling[0]!.name))
    )
    groups = [...groups.filter((group) => !alike.includes(group)), [...alike.flat(), ...spelling]]
  }
  return groups
}
