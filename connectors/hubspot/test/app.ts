/** The connector at work in the first account of the stand-in. */
import { Gate } from "@interchannel/connector"
import { EmulatorClock } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { HubSpotApi } from "../src/api.ts"
import { type HubSpotEmulator, type Options, type Portal, startHubSpot, type World } from "../src/emulator.ts"
import { HubSpot } from "../src/index.ts"
import { credentialsOf, START, settingsOf } from "./subject.ts"

export interface App {
  readonly emulator: HubSpotEmulator
  readonly world: World
  readonly portal: Portal
  /** Runs with the connector's API. */
  readonly use: <A, E>(effect: Effect.Effect<A, E, HubSpotApi>, change?: Change) => Promise<A>
}
export interface Change {
  readonly credentials?: Readonly<Record<string, unknown>>
  readonly settings?: Readonly<Record<string, unknown>>
}

/** Runs a test on a fresh stand-in, prepared unless it says otherwise. */
export const withApp = (
  test: (app: App) => Promise<void>,
  { bare = false, ...options }: Options & { readonly bare?: boolean } = {}
): (() => Promise<void>) => {
  const program = Effect.gen(function* () {
    const emulator = yield* startHubSpot({ clock: EmulatorClock.manual(START), ...options })
    const { world } = emulator
    const portal = world.portal(0)
    const use: App["use"] = (effect, { credentials = {}, settings = {} } = {}) => {
      const api = HubSpot.api({
        connection: "crm",
        credentials: Schema.decodeUnknownSync(HubSpot.credentials)({ ...credentialsOf(portal), ...credentials }),
        settings: Schema.decodeUnknownSync(HubSpot.settings)({ ...settingsOf(emulator, portal), ...settings })
      })
      return Effect.runPromise(
        EmulatorClock.within(emulator.clock)(Effect.provide(effect, Layer.provide(api, Gate.layerOpen("hubspot"))))
      )
    }
    if (!bare) yield* Effect.promise(() => use(HubSpot.prepare!))
    yield* Effect.promise(() => test({ emulator, world, portal, use }))
  })
  return () => Effect.runPromise(Effect.scoped(program))
}

/** How many calls of each operation were made since. */
export const callsSince = (emulator: HubSpotEmulator, since: number): Readonly<Record<string, number>> => {
  const calls: Record<string, number> = {}
  for (const { operation } of emulator.log.slice(since)) calls[operation] = (calls[operation] ?? 0) + 1
  return calls
}
