/** How long what ages is kept. What is known of customers does not age: erasure removes it. */
import type { Configuration } from "../configuration/Configuration.ts"
import * as Length from "../configuration/Length.ts"
import { onlyKnown, type Report } from "../configuration/Problem.ts"

export interface Keep {
  /** Bodies as vendors sent them: so far back a mapping can be mended by a replay. */
  readonly rawMs: number
  /** By which keys a delivery or item is recognised that was taken before. */
  readonly keysMs: number
  /** Items that were set aside and nobody mended. */
  readonly asidesMs: number
  /** Earlier words of what was edited. */
  readonly revisionsMs: number
  /** Proofs of writes, and what they changed: so far back `undo` and `explain` reach. */
  readonly receiptsMs: number
}

const DAY_MS = 24 * 3_600_000

export const defaults: Keep = {
  rawMs: 30 * DAY_MS,
  keysMs: 90 * DAY_MS,
  asidesMs: 180 * DAY_MS,
  revisionsMs: 365 * DAY_MS,
  receiptsMs: 730 * DAY_MS
}

/** Each may not be shorter: vendors repeat deliveries for days, and nobody mends a mapping within the hour. */
const MIN_MS: Readonly<Record<keyof NonNullable<Configuration["keep"]>, number>> = {
  raw: DAY_MS,
  keys: 14 * DAY_MS,
  asides: DAY_MS,
  revisions: DAY_MS,
  receipts: 7 * DAY_MS
}

export const load = ({ keep = {} }: Configuration, report: Report): Keep => {
  onlyKnown("keep", keep, Object.keys(MIN_MS), report)
  const lengths = Object.entries(keep).map(([name, text]) => {
    const min = Object.hasOwn(MIN_MS, name) ? MIN_MS[name as keyof typeof MIN_MS] : undefined
    const ms = Length.parse(text)
    if (min !== undefined && (ms === undefined || ms < min)) {
      report(
        `keep.${name}`,
        "it is no length that can be kept",
        `write one of at least ${min / DAY_MS} days, such as 90 days`
      )
    }
    return [`${name}Ms`, ms]
  })
  return { ...defaults, ...Object.fromEntries(lengths) }
}
