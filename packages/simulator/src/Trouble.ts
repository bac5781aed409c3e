/** What may go wrong, how often it does, and how often it did. Each kind throws its own dice, so that one can be left out. */
import * as Dice from "./Dice.ts"

/** Share of the occasions on which it happens. An occasion is a vendor call, a push, a statement, half a minute, or the whole run, as the kind has it. */
const shares = {
  // Of vendor calls.
  throttle: 0.02,
  "throttle without Retry-After": 0.02,
  "server error": 0.03,
  "connection reset": 0.02,
  "lost answer": 0.04,
  "slow answer": 0.004,
  "request lands late": 0.02,
  "part of a batch fails": 0.15,
  "stale index": 0.4,
  "expired cursor": 0.05,
  "expired token": 0.003,
  "duplicate page": 0.05,
  "reordered page": 0.1,
  // Of pushes.
  "lost push": 0.1,
  "duplicate push": 0.15,
  "late push": 0.2,
  // Of statements.
  "slow disk": 0.02,
  "disk refuses": 0.002,
  // Of half minutes.
  crash: 0.6,
  outage: 0.3,
  "clock step": 0.15,
  // Of runs.
  freeze: 0.1,
  "second daemon": 0.08
} as const

export type Kind = keyof typeof shares
export const kinds = Object.keys(shares) as ReadonlyArray<Kind>

export interface Trouble {
  /** Does it happen on this occasion? Counts it when it does. */
  readonly happens: (kind: Kind) => boolean
  /** The dice of a kind, for how bad it gets. */
  readonly dice: (kind: Kind) => Dice.Dice
  /** From now on all is well. */
  readonly end: () => void
  readonly isOver: () => boolean
  readonly counts: () => Readonly<Partial<Record<Kind, number>>>
}

interface Options {
  /** Kinds that stay away. */
  readonly without?: ReadonlySet<Kind> | undefined
  /** A kind that never stays away. */
  readonly always?: Kind | undefined
}

export const make = (seed: number, { without, always }: Options): Trouble => {
  const dice = new Map(kinds.map((kind) => [kind, Dice.make(seed, kind)]))
  const counts: Partial<Record<Kind, number>> = {}
  let over = false
  const diceOf = (kind: Kind) => dice.get(kind)!
  return {
    happens: (kind) => {
      if (over || without?.has(kind) === true) return false
      if (!diceOf(kind).chance(shares[kind]) && kind !== always) return false
      counts[kind] = (counts[kind] ?? 0) + 1
      return true
    },
    dice: diceOf,
    end: () => {
      over = true
    },
    isOver: () => over,
    counts: () => counts
  }
}
