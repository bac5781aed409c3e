/** Pairwise figures: of the pairs put together how many are true, of the true pairs how many are together. */

export interface Pairs {
  readonly truth: number
  readonly found: number
  readonly both: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

/** Compares two groupings of the same records, given by position. */
export const measure = (truth: ReadonlyArray<string>, found: ReadonlyArray<string>): Pairs => {
  const both = truth.map((entity, index) => `${entity}\0${found[index]}`)
  const [truthPairs, foundPairs, bothPairs] = [pairsIn(truth), pairsIn(found), pairsIn(both)]
  const precision = foundPairs === 0 ? 1 : bothPairs / foundPairs
  const recall = truthPairs === 0 ? 1 : bothPairs / truthPairs
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { truth: truthPairs, found: foundPairs, both: bothPairs, precision, recall, f1 }
}

const pairsIn = (groups: ReadonlyArray<string>): number => {
  const sizes = new Map<string, number>()
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  let pairs = 0
  for (const size of sizes.values()) pairs += (size * (size - 1)) / 2
  return pairs
}
