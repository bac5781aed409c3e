/**
 * How new what an item says is. An older version never wins, whatever order they arrive in; of two equal versions the
 * one accepted later wins, because a later reading shows a later state.
 */
import * as Schema from "effect/Schema"
import { Instant } from "./Instant.ts"

export const Version = Schema.Struct({
  /** The vendor's own time of the change: updated-at, event time. */
  at: Instant,
  /** Orders changes of the same instant: the vendor's sequence number, or the rank of a state (ringing 1, ended 9). */
  rank: Schema.Int.pipe(Schema.between(0, Number.MAX_SAFE_INTEGER))
}).annotations({ identifier: "Version" })
export type Version = typeof Version.Type

export const make = (at: Instant, rank = 0): Version => ({ at, rank })

/** Negative when `a` is older than `b`, 0 when neither is. */
export const compare = (a: Version, b: Version): number => a.at - b.at || a.rank - b.rank
