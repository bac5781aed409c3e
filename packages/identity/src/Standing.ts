/** How many people a handle seems to belong to, judged by the first names seen with it. */
import { type Features } from "./Features.ts"
import * as nameEvidence from "./nameEvidence.ts"
import type { NameFeature } from "./NameFeature.ts"

/** From here on a further name changes nothing. */
export const FIRST_NAMES_MAX = 4
/** Distinct spellings looked at; a handle with more is shared by any measure. */
const SPELLINGS_MAX = 24

/**
 * Counts distinct first names: spellings, short forms and swapped names of one person count once. Between 0 and
 * `FIRST_NAMES_MAX`; does not depend on the order of the contacts.
 */
export const firstNames = (contacts: Iterable<Features>): number => {
  const spellings = new Map<string, NameFeature>()
  for (const { name } of contacts) {
    // An initial fits several names and tells none apart.
    if (name.given[0] === undefined || name.given[0].length < 2) continue
    spellings.set(`${name.given.join(" ")}|${name.family.join(" ")}`, name)
    if (spellings.size > SPELLINGS_MAX) return FIRST_NAMES_MAX
  }
  return Math.min(FIRST_NAMES_MAX, components([...spellings.values()]))
}

// ---------------------------------------------------------------------------------------------------------

const components = (names: ReadonlyArray<NameFeature>): number => {
  const group = names.map((_, index) => index)
  let count = names.length
  for (let i = 0; i < names.length; i++) {
    for (let j = i + 1; j < names.length; j++) {
      const [groupI, groupJ] = [group[i]!, group[j]!]
      if (groupI === groupJ || !nameEvidence.compatible(names[i]!, names[j]!)) continue
      for (let k = 0; k < group.length; k++) if (group[k] === groupJ) group[k] = groupI
      count--
    }
  }
  return count
}
