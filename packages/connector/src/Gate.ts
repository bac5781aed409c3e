/**
 * The one way out to a vendor. Each call waits for its quota in the lane of the calling fiber, runs within a deadline, and
 * tells the quota what the vendor answered. It does not retry: the engine does, from the reason's `recovery`.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Usage } from "./Limits.ts"
import { Unavailable, VendorError } from "./VendorError.ts"

/** A call that takes longer is given up; what the vendor did is then uncertain. */
export const CALL_TIMEOUT_MS = 30_000

export interface CallOptions<A = unknown> {
  /** Selects the bucket's own count where the vendor counts per key, such as a channel id. */
  readonly key?: string
  readonly timeoutMs?: number
  /** What the vendor's answer says about the quota that is left, such as in its headers. */
  readonly usage?: (answer: NoInfer<A>) => ReadonlyArray<Usage>
}

export class Gate extends Context.Tag("@interchannel/connector/Gate")<
  Gate,
  {
    readonly call: <A, R>(
      operation: string,
      effect: Effect.Effect<A, VendorError, R>,
      options?: CallOptions<A>
    ) => Effect.Effect<A, VendorError, R>
  }
>() {}

/** Every call goes through at once, with a deadline only. For tests and one-off tools. */
export const layerOpen = (vendor: string): Layer.Layer<Gate> =>
  Layer.succeed(Gate, { call: (operation, effect, options) => withDeadline(vendor, operation, effect, options) })

/** Gives up after the deadline with an `Unavailable` that says the outcome is uncertain. */
export const withDeadline = <A, R>(
  vendor: string,
  operation: string,
  effect: Effect.Effect<A, VendorError, R>,
  options?: Pick<CallOptions, "timeoutMs">
): Effect.Effect<A, VendorError, R> => {
  const timeoutMs = options?.timeoutMs ?? CALL_TIMEOUT_MS
  return Effect.timeoutFail(effect, {
    duration: Duration.millis(timeoutMs),
    onTimeout: () =>
      new VendorError({
        vendor,
        operation,
        reason: new Unavailable({ detail: `no answer within ${timeoutMs} ms`, uncertain: true })
      })
  })
}
