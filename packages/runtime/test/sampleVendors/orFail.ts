/** The next call of an invented vendor fails if one was told to. */
import { VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"

export const orFail = (vendor: string, operation: string, failures: Array<VendorError.Reason>) =>
  Effect.suspend(() => {
    const reason = failures.shift()
    return reason === undefined ? Effect.void : Effect.fail(VendorError.make(vendor, operation, reason))
  })
