/** How long to wait before trying again. Pure: exponential from a second to a ceiling, or what the vendor asked for. */
import type { VendorError } from "@interchannel/connector"

const FIRST_MS = 1_000
export const CEILING_MS = 5 * 60_000
/** A vendor that asks for more is asked again after this. */
export const ASKED_MAX_MS = 24 * 3_600_000

/** `failures`: how many in a row, the last one included. */
export const waitMs = (failures: number, reason?: VendorError.Reason): number => {
  const asked = reason !== undefined && "retryAfterMs" in reason ? reason.retryAfterMs : undefined
  // "Retry-After: 0" in a row would have us call without end.
  if (asked !== undefined && asked > 0) return Math.min(ASKED_MAX_MS, asked)
  return Math.min(CEILING_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10))
}
