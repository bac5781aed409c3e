/** How a suite states a promise that holds on every driver. */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Store, StoreError } from "../../src/index.ts"
import type { Driver, Place } from "../../src/testing/index.ts"

export type Suite = (promises: Promises) => void

export interface Promises {
  readonly driver: Driver
  /** On an empty store. */
  readonly holds: <E>(promise: string, body: () => Effect.Effect<void, E | StoreError, Store.Services>) => void
  /** On an empty database that the body opens itself, more than once if it likes. */
  readonly holdsAt: <E>(promise: string, body: (place: Place) => Effect.Effect<void, E, Scope.Scope>) => void
}

/** Real databases and other processes take long on a busy machine. */
const TIMEOUT_MS = 60_000

export const on = (driver: Driver): Promises => ({
  driver,
  holds: (promise, body) =>
    it.scoped(promise, () => Effect.flatMap(driver.fresh, (place) => Effect.provide(body(), place.open)), TIMEOUT_MS),
  holdsAt: (promise, body) => it.scoped(promise, () => Effect.flatMap(driver.fresh, body), TIMEOUT_MS)
})
