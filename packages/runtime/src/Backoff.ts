/** How long to wait before trying again. Pure: exponential from a second to a ceiling, or what the vendor asked for. */
import type { VendorError } from "@interchannel/connector"

const FIRST_MS = 1_000
const CEILING_MS = 5 * 60_000

/** `failures`: how many in a row, the last one included. */
export const waitMs = (failures: number, reason?: VendorError.Reason): number => {
  const asked = reason !== undefined && "retryAfterMs" in reason ? reason.retryAfterMs : undefined
  return asked ?? Math.min(CEILING_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10))
}
