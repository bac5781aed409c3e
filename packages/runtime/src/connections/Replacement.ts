/**
 * A Connection's account was exchanged. Where ids hold in every account the Connection keeps its name, and is read anew from
 * the beginning: everything is met again under the keys it has. Elsewhere a new Connection takes its place: what people held
 * is held there as well, and nothing else stands there.
 */
import { VendorError } from "@interchannel/connector"
import { Checkpoints, Connections, Database, type Leases, Projections, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import type { Installation, Installed } from "../configuration/Installation.ts"

/** Projections handed over in one write. */
const HAND_OVER_MAX = 500

/** Under the Connection's lease, before it reads: `undefined` when it may. */
export const settle = (
  { id, account, connector }: Installed,
  lease: Leases.Lease
): Effect.Effect<
  VendorError.VendorError | undefined,
  StoreError,
  Checkpoints.Checkpoints | Connections.Connections | Database.Database
> =>
  Effect.gen(function* () {
    const connections = yield* Connections.Connections
    const checkpoints = yield* Checkpoints.Checkpoints
    const database = yield* Database.Database
    const name = connector.accountOf(account.settings)
    const before = (yield* connections.all).find((row) => row.id === id)?.account
    if (name === undefined || name === before) return undefined
    if (before !== undefined && !connector.refsHoldEverywhere) {
      const reason = new VendorError.Misconfigured({
        detail: `${id} was ${before} and is ${name} now, whose ids mean other records`,
        remedy: `give ${name} a connection of its own, with replaces: "${id}", and remove ${id}`
      })
      return VendorError.make(connector.id, "account", reason)
    }
    if (before !== undefined) yield* Effect.logInfo(`${id} was ${before} and is ${name} now; it is read anew`)
    yield* database.write(
      Effect.zipRight(
        before === undefined ? Effect.void : checkpoints.forget(id),
        connections.update(id, { account: name })
      ),
      { lease }
    )
    return undefined
  })

/** Under the ledger's lease, before anything is planned. Taken up again where a crash left it. */
export const handOver = (
  { connections: configured }: Pick<Installation, "connections">,
  lease: Leases.Lease
): Effect.Effect<void, StoreError, Connections.Connections | Database.Database | Projections.Projections> =>
  Effect.gen(function* () {
    const connections = yield* Connections.Connections
    const database = yield* Database.Database
    const projections = yield* Projections.Projections
    for (const row of yield* connections.all) {
      const replaces = configured.get(row.id)?.replaces
      if (replaces === undefined || row.replaces === replaces) continue
      const step = database.write(projections.handOver(replaces, row.id, HAND_OVER_MAX), { lease })
      while ((yield* step) > 0) yield* Effect.yieldNow()
      yield* database.write(connections.update(row.id, { replaces }), { lease })
      yield* Effect.logInfo(`${row.id} took the place of ${replaces}`)
    }
  })
