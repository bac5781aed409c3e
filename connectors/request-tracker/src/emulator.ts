/**
 * A stand-in for Request Tracker that behaves as version 5 does: two of them behind one address, told apart by their tokens.
 * `worlds` are what their users and customers do.
 */
import { Emulator, EmulatorClock } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { refusal, routes, type Stage } from "./emulator/routes.ts"
import { World } from "./emulator/World.ts"

export type { World } from "./emulator/World.ts"

export interface Options {
  readonly clock?: EmulatorClock.EmulatorClock
  readonly port?: number
  /** Items on a page at most, so that little data has several pages. */
  readonly pageItems?: number
}

export interface RequestTrackerEmulator extends Emulator.Emulator {
  readonly worlds: readonly [World, World]
}

export const startRequestTracker = (options: Options = {}): Effect.Effect<RequestTrackerEmulator, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = options.clock ?? EmulatorClock.system
    const worlds = [new World("1-22-invented-one", clock), new World("1-22-invented-two", clock)] as const
    let url = ""
    const stage: Stage = { worlds, pageItems: options.pageItems ?? 100, url: () => url }
    const emulator = yield* Emulator.start({
      name: "request-tracker",
      clock,
      ...(options.port === undefined ? {} : { port: options.port }),
      routes: routes(stage),
      unauthorized: () => refusal(401, "Unauthorized")
    })
    url = emulator.url
    return { ...emulator, worlds }
  })
