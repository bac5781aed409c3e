/** What a script is made of: deeds of people and machines, each at its time, some of them traps with what they claim. */
import type { Claim } from "./Claim.ts"
import type * as Chat from "./silos/Chat.ts"
import type * as Crm from "./silos/Crm.ts"
import type * as Mail from "./silos/Mail.ts"
import type * as Phone from "./silos/Phone.ts"

export type System = "chat" | "crm" | "mail" | "phone"

/** Trouble that a system has as such. */
export type Trouble =
  /** The next calls are answered 429. */
  | { readonly on: System; readonly does: "throttle"; readonly times: number; readonly retryAfterMs: number }
  | { readonly on: System; readonly does: "go down" }
  | { readonly on: System; readonly does: "come back" }

export type Deed = Chat.Deed | Crm.Deed | Mail.Deed | Phone.Deed | Trouble

export interface Step {
  /** Milliseconds from the beginning of its act. */
  readonly at: number
  readonly deed: Deed
  /** It is not done before this holds: an admin cannot delete an entry that was not written yet. */
  readonly when?: Claim
  readonly trap?: Trap
}

export interface Trap {
  /** What it is a trap for, said when it is played. */
  readonly told: string
  /** What holds when the day is over, if nobody fell into it. */
  readonly ends: Claim
}

type More = Pick<Step, "when" | "trap">

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS

export const minutes = (at: number, deed: Deed, more: More = {}): Step => ({ at: at * MINUTE_MS, deed, ...more })
export const seconds = (at: number, deed: Deed, more: More = {}): Step => ({
  at: Math.round(at * SECOND_MS),
  deed,
  ...more
})

/** Makes a step a trap. */
export const trap = (told: string, ends: Claim): Pick<Step, "trap"> => ({ trap: { told, ends } })

/** Steps of several scripts in order of time. */
export const together = (...scripts: ReadonlyArray<ReadonlyArray<Step>>): ReadonlyArray<Step> =>
  scripts.flat().sort((a, b) => a.at - b.at)
