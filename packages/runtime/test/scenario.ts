/** A promise that is kept on an empty store of its own. */
import { it } from "@effect/vitest"
import { Store } from "@interchannel/store"
import { Effect, type Layer } from "effect"

/** On a busy machine a real store takes its time. */
const WITHIN_MS = 120_000

export type Scenario = (promise: string, body: Effect.Effect<void, unknown, Store.Services>) => void

export const scenariosOn =
  (store: Layer.Layer<Store.Services, unknown>): Scenario =>
  (promise, body) =>
    it.effect(promise, () => Effect.provide(body, store) as Effect.Effect<void>, WITHIN_MS)

export const scenario = scenariosOn(Store.layerTemporary)
