/** Everything that is kept, on one database: all contracts of this package at once. */
import * as Layer from "effect/Layer"
import * as Alarms from "./Alarms.ts"
import * as Arrivals from "./Arrivals.ts"
import * as Checkpoints from "./Checkpoints.ts"
import * as Connections from "./Connections.ts"
import type * as Database from "./Database.ts"
import * as Dirty from "./Dirty.ts"
import * as Echoes from "./Echoes.ts"
import * as Fields from "./Fields.ts"
import * as Erasures from "./Erasures.ts"
import * as Inbox from "./Inbox.ts"
import * as KnownKeys from "./KnownKeys.ts"
import * as Leases from "./Leases.ts"
import * as Ledger from "./Ledger.ts"
import * as MasterKey from "./MasterKey.ts"
import * as Messages from "./Messages.ts"
import * as Persons from "./Persons.ts"
import * as Postgres from "./Postgres.ts"
import * as Placements from "./Placements.ts"
import * as Projections from "./Projections.ts"
import * as Quarantine from "./Quarantine.ts"
import * as Quotas from "./Quotas.ts"
import * as Reviews from "./Reviews.ts"
import * as Seal from "./Seal.ts"
import * as Signature from "./Signature.ts"
import type { Sql } from "./Sql.ts"
import * as Sqlite from "./Sqlite.ts"
import type { StoreError } from "./StoreError.ts"
import * as Upkeep from "./Upkeep.ts"
import * as Uuid from "./Uuid.ts"

export type Services =
  | Alarms.Alarms
  | Arrivals.Arrivals
  | Checkpoints.Checkpoints
  | Connections.Connections
  | Database.Database
  | Dirty.Dirty
  | Echoes.Echoes
  | Fields.Fields
  | Erasures.Erasures
  | Inbox.Inbox
  | Leases.Leases
  | Ledger.Ledger
  | Messages.Messages
  | Persons.Persons
  | Placements.Placements
  | Projections.Projections
  | Quarantine.Quarantine
  | Quotas.Quotas
  | Reviews.Reviews
  | Signature.Signature
  | Upkeep.Upkeep
  | Uuid.Uuid

interface Sealed extends KnownKeys.Options {
  readonly masterKey: MasterKey.MasterKey
}

/** On the database file, which is created when it is not there. */
export const layerSqlite = (options: Sqlite.Options & Sealed): Layer.Layer<Services, StoreError> =>
  on(Sqlite.layer(options), options, KnownKeys.layer)

/** Beside a running daemon, for reading only. */
export const layerSqliteReadOnly = (options: Sqlite.Options & Sealed): Layer.Layer<Services, StoreError> =>
  on(Sqlite.layerReadOnly(options), options, KnownKeys.layerReadOnly)

/** In memory, under a key of its own; for tests and trials. */
export const layerTemporary: Layer.Layer<Services, StoreError> = Layer.suspend(() =>
  layerSqlite({ file: "", masterKey: MasterKey.generate() })
)

export const layerPostgres = (options: Postgres.Options & Sealed): Layer.Layer<Services, StoreError> =>
  on(Postgres.layer(options), options, KnownKeys.layer)

/** Beside running daemons, for reading only: the schema stays as it is. */
export const layerPostgresReadOnly = (options: Postgres.Options & Sealed): Layer.Layer<Services, StoreError> =>
  on(Postgres.layerReadOnly(options), options, KnownKeys.layerReadOnly)

// ---------------------------------------------------------------------------------------------------------------------

const aggregates = Layer.mergeAll(
  Alarms.layer,
  Arrivals.layer,
  Checkpoints.layer,
  Connections.layer,
  Dirty.layer,
  Echoes.layer,
  Fields.layer,
  Erasures.layer,
  Inbox.layer,
  Leases.layer,
  Ledger.layer,
  Messages.layer,
  Persons.layer,
  Placements.layer,
  Projections.layer,
  Quotas.layer,
  Upkeep.layer,
  Reviews.layer
).pipe(Layer.provideMerge(Quarantine.layer))

const on = (
  database: Layer.Layer<Database.Database | Sql, StoreError>,
  { masterKey, ...options }: Sealed,
  knownKeys: typeof KnownKeys.layer
): Layer.Layer<Services, StoreError> =>
  aggregates.pipe(
    Layer.provideMerge(Uuid.layer()),
    Layer.provideMerge(Signature.layer(masterKey)),
    Layer.provideMerge(knownKeys(options)),
    Layer.provide(Seal.layer(masterKey)),
    Layer.provideMerge(database)
  )
