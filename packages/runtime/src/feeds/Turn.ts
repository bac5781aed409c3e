/**
 * Which of the reads that a feed could do goes next. Pure. The most urgent lane goes first, and in a lane whoever was not
 * read for longest; every so often a less urgent lane has its turn, so that a slow vendor's history gets on however much is new.
 */

/** Every this many reads, one is not of the most urgent lane. */
const OTHERS_EVERY = 4

export interface Candidate {
  /** 0 is the most urgent. */
  readonly lane: number
  /** The turn in which it was read last; absent: never. */
  readonly readIn?: number | undefined
}

export const choose = <C extends Candidate>(candidates: ReadonlyArray<C>, turn: number): C | undefined => {
  const lanes = [...new Set(candidates.map(({ lane }) => lane))].sort((a, b) => a - b)
  const others = lanes.length - 1
  const index =
    others > 0 && turn % OTHERS_EVERY === OTHERS_EVERY - 1 ? 1 + (Math.floor(turn / OTHERS_EVERY) % others) : 0
  return candidates
    .filter(({ lane }) => lane === lanes[index])
    .reduce<C | undefined>(
      (first, one) => (first === undefined || lastOf(one) < lastOf(first) ? one : first),
      undefined
    )
}

const lastOf = ({ readIn }: Candidate): number => readIn ?? -1
