/** The store that a configuration names, opened for the daemon or for reading beside it. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { MasterKey, Readiness, Store, type StoreError } from "@interchannel/store"
import type { Connector } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { type Loaded, storeFolder } from "./Config.ts"
import { KEY } from "./fileNames.ts"
import { failed, type Stop } from "./Stop.ts"

/** Created when it is not there. `newKey`: the master key that it was used with is lost, and another takes its place. */
export const layer = (loaded: Loaded, newKey = false): Layer.Layer<Store.Services, StoreError> =>
  open(loaded, drivers.writing, newKey)

/** Fails when there is nothing to read yet. */
export const layerReadOnly = (loaded: Loaded): Layer.Layer<Store.Services, StoreError | Stop> => {
  const { store } = loaded.installation
  return "sqlite" in store && !existsSync(store.sqlite)
    ? Layer.fail(failed(`Nothing is recorded in ${store.sqlite} yet; start the daemon with: interchannel start`))
    : open(loaded, drivers.reading, false)
}

/** Whether `layer` could open it, with nothing changed: no file is made, no schema brought up to date. */
export const readiness = (loaded: Loaded): Effect.Effect<Connector.Finding> =>
  Effect.gen(function* () {
    const { store } = loaded.installation
    // A first start draws one.
    const masterKey = (yield* MasterKey.find(keyOf(loaded))) ?? MasterKey.generate()
    const [place, standing] =
      "sqlite" in store
        ? [store.sqlite, yield* Readiness.sqlite({ file: store.sqlite, masterKey })]
        : ["the database", yield* Readiness.postgres({ url: Redacted.make(store.postgres), masterKey })]
    return { ok: true, what: `${place} ${standings[standing]}` }
  }).pipe(Effect.catchAll((error) => Effect.succeed({ ok: false, what: error.message })))

// ---------------------------------------------------------------------------------------------------------------------

const standings = {
  empty: "holds nothing yet; the first start prepares it",
  outdated: "can be opened; the next start brings its schema up to date",
  current: "can be opened, under the master key"
} as const

const drivers = {
  writing: { sqlite: Store.layerSqlite, postgres: Store.layerPostgres },
  reading: { sqlite: Store.layerSqliteReadOnly, postgres: Store.layerPostgresReadOnly }
}

const keyOf = (loaded: Loaded) => {
  const { masterKey } = loaded.installation
  return {
    file: join(storeFolder(loaded), KEY),
    given: masterKey === undefined ? undefined : Redacted.make(masterKey)
  }
}

const open = (
  loaded: Loaded,
  { sqlite, postgres }: (typeof drivers)["writing"],
  newKey: boolean
): Layer.Layer<Store.Services, StoreError> =>
  Layer.unwrapEffect(
    Effect.map(MasterKey.load(keyOf(loaded)), (masterKey) => {
      const { store } = loaded.installation
      return "sqlite" in store
        ? sqlite({ file: store.sqlite, masterKey, newKey })
        : postgres({ url: Redacted.make(store.postgres), masterKey, newKey })
    })
  )
