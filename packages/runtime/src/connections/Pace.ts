/** How long writes will last: the vendor's own limits, the cap per hour, whichever is slower. Pure. */
import { QuotaLedger } from "@interchannel/connector"
import type { Projections } from "@interchannel/store"
import type { Installed } from "../configuration/Installation.ts"
import type { DestinationPolicy } from "../configuration/DestinationPolicy.ts"

const HOUR_MS = 3_600_000

/** Writes of one verb that are due. */
export interface Due {
  readonly verb: Projections.Verb
  /** Those that may share a call. */
  readonly writes: number
  /** Those that need a call each. */
  readonly removals: number
}

/** `spent`: the quota that is used already, so that what is left of today counts. */
export const lastsMs = (
  installed: Installed,
  policy: DestinationPolicy,
  due: ReadonlyArray<Due>,
  spent: QuotaLedger.State,
  now: number
): number => {
  const total = due.reduce((sum, { writes, removals }) => sum + writes + removals, 0)
  return Math.max(quotaMs(installed, due, spent, now), (total / policy.writesPerHourMax) * HOUR_MS)
}

const quotaMs = (installed: Installed, due: ReadonlyArray<Due>, spent: QuotaLedger.State, now: number): number =>
  due.reduce((sum, { verb, writes, removals }) => {
    // Fields are read before they are set.
    const [as, rounds] = verb === "SetFields" ? (["UpsertContact", 2] as const) : ([verb, 1] as const)
    const action = installed.connector.actions.find((candidate) => candidate.verb === as)
    const calls = action === undefined ? 0 : rounds * Math.ceil(writes / action.batchMax) + removals
    const operation = action?.operation ?? as
    return calls === 0 ? sum : sum + QuotaLedger.eta(installed.limits, spent, { operation, count: calls }, now) - now
  }, 0)
