/**
 * Which of some contacts are one person: greedy correlation clustering. Strongest edges first, two groups become one when
 * all pairs between them together say so. Pure, and the same for every order of arrival.
 */

export interface Decided {
  readonly a: number
  readonly b: number
}

export interface Input {
  readonly size: number
  /** Bits between i and j for i < j, at `i * size + j`. */
  readonly weights: Float64Array
  readonly linkBits: number
  /** Bits that any two contacts start with. */
  readonly priorBits: number
  /** Pairs that people decided are one person. Honoured before any evidence. */
  readonly mustLink: ReadonlyArray<Decided>
  /** Pairs that people decided are two. They win over a chain of must-links. */
  readonly cannotLink: ReadonlyArray<Decided>
  /** Contacts that belong to whomever they are linked with most, and bring nobody together. */
  readonly bare: ReadonlySet<number>
}

/** Two links this close are equally strong: which of the two it is nobody knows. */
const TIE_BITS = 0.01
/** No single pair outweighs the rest. */
const CLIP_BITS = 10
/** From here down two contacts cannot be one person: another generation, a verified id of somebody else. */
const HARD_BITS = -50
/** Two contacts of one group that have nothing to compare speak a little against it. */
export const tuning = { silent: 1, below: 0.2 }

/**
 * What a pair says about two groups becoming one. At or above the link its bits; below it only what contradicts counts:
 * that two contacts were strangers to begin with was already overcome by the pairs that link.
 */
export const weight = (bits: number, priorBits: number, linkBits: number): number => {
  if (bits >= linkBits) return Math.min(CLIP_BITS, bits)
  // A guard has spoken: no number of vague likenesses outweighs it.
  if (bits <= HARD_BITS) return bits
  const likeness = bits - priorBits
  if (likeness < 0) return Math.max(-CLIP_BITS, likeness - tuning.silent)
  return Math.min(0, likeness * tuning.below - tuning.silent)
}

/** The group of each member: equal numbers, one person. Groups are named by their first member. */
export const make = (input: Input): Int32Array => {
  const { size } = input
  if (isOne(input)) return new Int32Array(size)
  const group = Int32Array.from({ length: size }, (_, index) => index)
  const sums = clipped(input)
  const join = (a: number, b: number, together: (x: number, y: number) => number = sum) => {
    const [to, from] = a < b ? [a, b] : [b, a]
    for (let i = 0; i < size; i++) {
      sums[to * size + i] = together(sums[to * size + i]!, sums[from * size + i]!)
      sums[i * size + to] = sums[to * size + i]!
      if (group[i] === from) group[i] = to
    }
  }
  for (const { a, b } of input.mustLink) {
    const [groupA, groupB] = [group[a]!, group[b]!]
    if (groupA !== groupB && sums[groupA * size + groupB] !== -Infinity) join(groupA, groupB, nearer)
  }
  const edges = strongest(input)
  const joinAlong = (isMeant: (member: number) => boolean) => {
    for (const edge of edges) {
      const [a, b] = [Math.floor(edge / size), edge % size]
      if (!isMeant(a) || !isMeant(b)) continue
      const [groupA, groupB] = [group[a]!, group[b]!]
      if (groupA !== groupB && sums[groupA * size + groupB]! > 0) join(groupA, groupB)
    }
  }
  const { bare } = input
  const isOwned = (member: number) => group.some((of, other) => of === group[member] && !bare.has(other))
  joinAlong((member) => !bare.has(member))
  const owners = [...bare].map(
    (member) => [member, isOwned(member) ? undefined : ownerOf(input, member, group, sums)] as const
  )
  for (const [member, owner] of owners) if (owner !== undefined && !isOwned(member)) join(group[member]!, group[owner]!)
  const ownerless = new Set([...bare].filter((member) => !isOwned(member)))
  joinAlong((member) => ownerless.has(member))
  return group
}

// ---------------------------------------------------------------------------------------------------------

/** Most are: every pair is linked, and nobody has decided anything else. */
const isOne = ({ size, weights, linkBits, cannotLink, bare }: Input): boolean => {
  if (linkBits <= 0 || cannotLink.length > 0 || bare.size > 0) return false
  for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) if (weights[i * size + j]! < linkBits) return false
  return true
}

const sum = (x: number, y: number): number => x + y

/** A person has two names or addresses by decision: who is near to the one is not a stranger for being far from the other. */
const nearer = (x: number, y: number): number => (Math.min(x, y) === -Infinity ? -Infinity : Math.max(x, y))

/** Somebody of the one group that a bare contact is linked with most; nobody where two are equally near. */
const ownerOf = (
  { size, weights, linkBits, bare }: Input,
  member: number,
  group: Int32Array,
  sums: Float64Array
): number | undefined => {
  let best: { readonly owner: number; readonly bits: number } | undefined
  let rival = -Infinity
  for (let other = 0; other < size; other++) {
    if (bare.has(other) || sums[member * size + group[other]!] === -Infinity) continue
    const bits = weights[Math.min(member, other) * size + Math.max(member, other)]!
    if (bits < linkBits) continue
    if (best === undefined || bits > best.bits) {
      if (best !== undefined && group[best.owner] !== group[other]) rival = best.bits
      best = { owner: other, bits }
    } else if (group[best.owner] !== group[other]) rival = Math.max(rival, bits)
  }
  return best === undefined || best.bits - rival <= TIE_BITS ? undefined : best.owner
}

const clipped = ({ size, weights, cannotLink, priorBits, linkBits }: Input): Float64Array => {
  const sums = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      const bits = weight(weights[i * size + j]!, priorBits, linkBits)
      sums[i * size + j] = bits
      sums[j * size + i] = bits
    }
  }
  for (const { a, b } of cannotLink) {
    sums[a * size + b] = -Infinity
    sums[b * size + a] = -Infinity
  }
  return sums
}

/** Pairs at or above the link threshold as i * size + j, strongest first, ties by position. */
const strongest = ({ size, weights, linkBits }: Input): ReadonlyArray<number> => {
  const edges: Array<number> = []
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) if (weights[i * size + j]! >= linkBits) edges.push(i * size + j)
  }
  return edges.sort((x, y) => weights[y]! - weights[x]! || x - y)
}
