/** Whether a daemon could open a store, and create it at a first start. Looks, and changes nothing in it. */
import { accessSync, constants, existsSync, rmSync } from "node:fs"
import { dirname } from "node:path"
import BetterSqlite3 from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as KnownKeys from "./KnownKeys.ts"
import { keepStatements } from "./keepStatements.ts"
import type { MasterKey } from "./MasterKey.ts"
import type * as Migrations from "./Migrations.ts"
import * as Postgres from "./Postgres.ts"
import * as Seal from "./Seal.ts"
import * as Sqlite from "./Sqlite.ts"
import { StoreError } from "./StoreError.ts"

interface Sealed {
  readonly masterKey: MasterKey
}

/** `empty`: a first start makes it. `outdated`: the next start brings it up to date. Fails with what a start would fail with. */
export const sqlite = ({ file, masterKey }: Sqlite.Options & Sealed): Effect.Effect<Migrations.Standing, StoreError> =>
  Effect.gen(function* () {
    yield* attempt(file, () => tryBeside(file))
    if (!existsSync(file)) return "empty"
    yield* attempt(file, () => accessSync(file, constants.R_OK | constants.W_OK))
    const standing = yield* Sqlite.standing({ file })
    if (standing === "current") yield* underKey(Sqlite.layerReadOnly({ file }), masterKey)
    return standing
  })

/** The same of a database on a server. */
export const postgres = ({
  url,
  masterKey
}: Postgres.Options & Sealed): Effect.Effect<Migrations.Standing, StoreError> =>
  Effect.gen(function* () {
    const standing = yield* Postgres.standing({ url })
    if (standing === "current") yield* underKey(Postgres.layerReadOnly({ url }), masterKey)
    return standing
  })

// ---------------------------------------------------------------------------------------------------------------------

const underKey = (database: ReturnType<typeof Sqlite.layerReadOnly>, masterKey: MasterKey) =>
  Effect.scoped(
    Layer.build(KnownKeys.layerReadOnly({}).pipe(Layer.provide(Seal.layer(masterKey)), Layer.provide(database)))
  )

/** The log and copies stand beside the file, so there must be room for more than it, also where it is there already. */
const tryBeside = (file: string): void => {
  keepStatements(process.versions.node)
  const trial = `${within(dirname(file))}/.interchannel-trial-${process.pid}`
  try {
    const database = new BetterSqlite3(trial)
    try {
      if (database.pragma("journal_mode = WAL", { simple: true }) !== "wal") throw new Error(NO_LOG)
      database.exec("CREATE TABLE trial (a); INSERT INTO trial VALUES (1)")
    } finally {
      database.close()
    }
  } finally {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(trial + suffix, { force: true })
  }
}

const NO_LOG = "this file system takes no write-ahead log"

/** A start makes the folders that are missing. */
const within = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : within(dirname(folder))

const attempt = (file: string, act: () => void): Effect.Effect<void, StoreError> =>
  Effect.try({
    try: act,
    catch: (cause) =>
      new StoreError({
        operation: "open",
        reason: "unavailable",
        detail: `${file}: ${cause instanceof Error ? cause.message : String(cause)}; check that this user may write there, on a disk of this machine with some room`,
        cause
      })
  })
