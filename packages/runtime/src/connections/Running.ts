/** A Connection at work: its configuration, its API ready to call, and the lease under which it writes. */
import type { VendorError } from "@interchannel/connector"
import type { Leases } from "@interchannel/store"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Installed } from "../configuration/Installation.ts"

export interface Running {
  readonly installed: Installed
  /** When the Connection was first seen. */
  readonly installedAt: number
  /** When this run began its work: what another run had begun was sent before. */
  readonly since: number
  readonly lease: Leases.Lease
  /** Runs an effect of the connector with its API. */
  readonly call: <A>(
    effect: Effect.Effect<A, VendorError.VendorError, unknown>
  ) => Effect.Effect<A, VendorError.VendorError>
  /** The same for one that opens something: it closes with the scope. */
  readonly open: <A>(
    effect: Effect.Effect<A, VendorError.VendorError, unknown>
  ) => Effect.Effect<A, VendorError.VendorError, Scope.Scope>
}
