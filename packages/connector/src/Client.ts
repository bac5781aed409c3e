/**
 * Calls through a vendor's own client library. Switch its retries, queues and limiter off: a call waits for its turn at the
 * Gate, runs within the deadline, and what the library throws becomes a reason without any secret in it.
 *
 *   const call = yield* Client.make({ vendor: "acme", secrets, reasonOf })
 *   const made = yield* call("notes.create", (signal) => acme.notes.create(note, { signal }))
 */
import type { Instant } from "@interchannel/domain"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type CallOptions, Gate } from "./Gate.ts"
import { make as makeError, type Reason, type VendorError, without } from "./VendorError.ts"

interface Options {
  readonly vendor: string
  /** Blotted out wherever the library or the vendor quotes them. */
  readonly secrets: ReadonlyArray<string>
  readonly reasonOf: (error: unknown, operation: string, now: Instant.Instant) => Reason
}

export type Call = <A>(
  operation: string,
  run: (signal: AbortSignal) => Promise<A>,
  options?: CallOptions<A>
) => Effect.Effect<A, VendorError>

export const make = ({ vendor, secrets, reasonOf }: Options): Effect.Effect<Call, never, Gate> =>
  Effect.map(
    Gate,
    (gate): Call =>
      (operation, run, options) =>
        gate.call(
          operation,
          Effect.catchAll(Effect.tryPromise({ try: run, catch: (error) => error }), (error) =>
            Effect.flatMap(Clock.currentTimeMillis, (now) =>
              makeError(vendor, operation, without(reasonOf(error, operation, now), secrets))
            )
          ),
          options
        )
  )
