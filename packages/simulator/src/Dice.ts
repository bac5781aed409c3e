/** Chance from a seed: the same seed, the same run. Each user throws dice of its own, so that one more throw here moves nothing there. */
import { Key } from "@interchannel/domain"
import * as Utils from "effect/Utils"

export interface Dice {
  /** From 0 up to, not including, 1. */
  readonly number: () => number
  /** True in `share` of all throws. */
  readonly chance: (share: number) => boolean
  /** A whole number from `low` up to and including `high`. */
  readonly between: (low: number, high: number) => number
  readonly pick: <A>(values: ReadonlyArray<A>) => A
}

/** The dice that `user` throws in the run of this seed. */
export const make = (seed: number, user: string): Dice => {
  const mixed = Buffer.from(Key.contentHash([seed, user]), "base64url")
  const generator = new Utils.PCGRandom(mixed.readUInt32LE(0), mixed.readUInt32LE(4))
  const number = () => generator.number()
  const between = (low: number, high: number) => low + Math.floor(number() * (high - low + 1))
  return {
    number,
    chance: (share) => number() < share,
    between,
    pick: (values) => values[between(0, values.length - 1)]!
  }
}
