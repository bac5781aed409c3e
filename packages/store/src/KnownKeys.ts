/**
 * The master keys that a database was used with. Under a strange key nothing that is sealed opens, links in entries lead
 * nowhere, and whoever was erased is not recognised; so the store opens only under a key it knows, or as a new one.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Seal } from "./Seal.ts"
import { Sql } from "./Sql.ts"
import { StoreError } from "./StoreError.ts"

export interface Options {
  /** Takes a key that the database was not used with, since the one before is lost. */
  readonly newKey?: boolean
}

/** Fails `broken` when none of the keys is known; those that are new to the database are known from now on. */
export const layer = (options: Options): Layer.Layer<never, StoreError, Sql | Seal> =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const { sql, write } = yield* Sql
      const fresh = yield* notYetKnown(options)
      if (fresh.length === 0) return
      yield* write(
        "master key",
        sql`INSERT INTO master_key ${sql.insert(fresh.map((digest) => ({ digest })))} ON CONFLICT (digest) DO NOTHING`
      )
    })
  )

/** Fails as `layer` does, and records nothing. */
export const layerReadOnly = (options: Options): Layer.Layer<never, StoreError, Sql | Seal> =>
  Layer.effectDiscard(notYetKnown(options))

// ---------------------------------------------------------------------------------------------------------------------

/** What is hashed under each key; nothing else is. */
const PURPOSE = "known master keys"

/** Digests of the keys that the database was not used with yet. */
const notYetKnown = ({ newKey = false }: Options) =>
  Effect.gen(function* () {
    const { sql, read } = yield* Sql
    const { digests } = yield* Seal
    const given = digests(PURPOSE)
    const rows = yield* read("master key", sql<{ readonly digest: string }>`SELECT digest FROM master_key`)
    const known = new Set(rows.map(({ digest }) => digest))
    if (known.size > 0 && !newKey && !given.some((digest) => known.has(digest))) return yield* strange
    return given.filter((digest) => !known.has(digest))
  })

const strange = new StoreError({
  operation: "master key",
  reason: "broken",
  detail:
    "this database was used with another one; put back the interchannel.key, or the `masterKey`, that goes with it; if that is lost for good: interchannel start --new-key"
})
