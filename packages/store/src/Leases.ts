/**
 * Who may work on what. A lease has an epoch that grows at each change of holder; a write confirms it (fencing), so a frozen
 * holder that wakes up cannot write. A takeover waits until the former holder's deadline has passed.
 */
import type { Instant } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Sql } from "./Sql.ts"
import type { StoreError } from "./StoreError.ts"
import { lost } from "./transaction.ts"

export interface Lease {
  /** `ledger`, or `connection:<id>`. */
  readonly name: string
  readonly holder: string
  readonly epoch: number
}

export class Leases extends Context.Tag("@interchannel/store/Leases")<
  Leases,
  {
    /** Takes a lease that is free or expired; `undefined` when another holds it. Its own holder gets it with a new epoch. */
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

export const layer: Layer.Layer<Leases, never, Sql> = Layer.effect(
  Leases,
  Effect.map(Sql, ({ sql, read, write }) => ({
    take: (name, holder, { now, forMs }) =>
      write(
        "take lease",
        sql<{ readonly epoch: number }>`
          INSERT INTO lease (name, holder, epoch, expires_at) VALUES (${name}, ${holder}, 1, ${now + forMs})
          ON CONFLICT (name) DO UPDATE
          SET holder = excluded.holder, epoch = lease.epoch + 1, expires_at = excluded.expires_at
          WHERE lease.expires_at <= ${now} OR lease.holder = excluded.holder
          RETURNING epoch`
      ).pipe(Effect.map(([row]) => (row === undefined ? undefined : { name, holder, epoch: row.epoch }))),
    renew: (lease, { now, forMs }) =>
      Effect.flatMap(
        write(
          "renew lease",
          sql`
            UPDATE lease SET expires_at = ${now + forMs}
            WHERE name = ${lease.name} AND holder = ${lease.holder} AND epoch = ${lease.epoch} RETURNING epoch`
        ),
        (rows) => (rows.length === 1 ? Effect.void : Effect.fail(lost("renew lease", lease)))
      ),
    // The row stays: its epoch must go on growing.
    release: (lease) =>
      Effect.asVoid(
        write(
          "release lease",
          sql`
            UPDATE lease SET holder = '', expires_at = 0
            WHERE name = ${lease.name} AND holder = ${lease.holder} AND epoch = ${lease.epoch}`
        )
      ),
    holders: read(
      "list leases",
      sql<Lease & { readonly expiresAt: number }>`
        SELECT name, holder, epoch, expires_at AS "expiresAt" FROM lease WHERE holder <> '' ORDER BY name`
    )
  }))
)
