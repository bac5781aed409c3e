/**
 * Who may work on what. A lease has an epoch that grows at each change of holder; a write confirms it (fencing), so a frozen
 * holder that wakes up cannot write. A takeover waits until the former holder's deadline has passed.
 */
import type { Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreError } from "./StoreError.ts"

export interface Lease {
  /** `ledger`, or `connection:<id>`. */
  readonly name: string
  readonly holder: string
  readonly epoch: number
}

export class Leases extends Context.Tag("@interchannel/store/Leases")<
  Leases,
  {
    /** Takes a lease that is free or expired; `undefined` when another holds it. */
    readonly take: (
      name: string,
      holder: string,
      options: { readonly now: Instant.Instant; readonly forMs: number }
    ) => Effect.Effect<Lease | undefined, StoreError>
    /** Prolongs; fails `fenced` when it was lost. */
    readonly renew: (
      lease: Lease,
      options: { readonly now: Instant.Instant; readonly forMs: number }
    ) => Effect.Effect<void, StoreError>
    /** Gives it back at once. Succeeds when it is ours no more. */
    readonly release: (lease: Lease) => Effect.Effect<void, StoreError>
    readonly holders: Effect.Effect<ReadonlyArray<Lease & { readonly expiresAt: Instant.Instant }>, StoreError>
  }
>() {}
