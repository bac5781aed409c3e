/** The store that a configuration names, opened for the daemon or for reading beside it. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { MasterKey, Store, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { type Loaded, storeFolder } from "./Config.ts"
import { KEY } from "./fileNames.ts"
import { failed, type Stop } from "./Stop.ts"

/** Created when it is not there. `newKey`: the master key that it was used with is lost, and another takes its place. */
export const layer = (loaded: Loaded, newKey = false): Layer.Layer<Store.Services, StoreError> =>
  open(loaded, Store.layerSqlite, newKey)

/** Fails when there is nothing to read yet. */
export const layerReadOnly = (loaded: Loaded): Layer.Layer<Store.Services, StoreError | Stop> => {
  const { store } = loaded.installation
  return "sqlite" in store && !existsSync(store.sqlite)
    ? Layer.fail(failed(`Nothing is recorded in ${store.sqlite} yet; start the daemon with: interchannel start`))
    : open(loaded, Store.layerSqliteReadOnly, false)
}

// ---------------------------------------------------------------------------------------------------------------------

const open = (
  loaded: Loaded,
  sqlite: typeof Store.layerSqlite,
  newKey: boolean
): Layer.Layer<Store.Services, StoreError> =>
  Layer.unwrapEffect(
    Effect.map(
      MasterKey.load({
        file: join(storeFolder(loaded), KEY),
        given: loaded.installation.masterKey === undefined ? undefined : Redacted.make(loaded.installation.masterKey)
      }),
      (masterKey) => {
        const { store } = loaded.installation
        return "sqlite" in store
          ? sqlite({ file: store.sqlite, masterKey, newKey })
          : Store.layerPostgres({ url: Redacted.make(store.postgres), masterKey, newKey })
      }
    )
  )
