import { Connector, Limits, VendorError } from "@interchannel/connector"
import { Own } from "@interchannel/domain"
import { Connections, Store } from "@interchannel/store"
import { it } from "@effect/vitest"
import { Context, Effect, Either, Exit, Layer, Logger, Schema, Scope, TestClock } from "effect"
import { describe, expect } from "vitest"
import * as Installation from "../../src/configuration/Installation.ts"
import * as Supervisor from "../../src/connections/Supervisor.ts"

class Api extends Context.Tag("test/Api")<Api, object>() {}

/** A vendor that takes the credentials of some daemons and not of others. */
const desk = (takes: () => boolean, tried: () => void) =>
  Connector.make("desk", {
    title: "Desk",
    credentials: Schema.Struct({}),
    settings: Schema.Struct({}),
    api: () =>
      Layer.effect(
        Api,
        Effect.suspend(() => {
          tried()
          const reason = new VendorError.Unauthorized({ detail: "the token was revoked" })
          return takes() ? Effect.succeed({}) : Effect.fail(VendorError.make("desk", "login", reason))
        })
      ),
    limits: Limits.make({ concurrency: 1, buckets: {}, operations: {}, otherwise: [] }),
    check: Effect.succeed([])
  })

const daemon = (holder: string, taken: ReadonlySet<string>) =>
  Effect.gen(function* () {
    let tries = 0
    const connector = desk(
      () => taken.has(holder),
      () => {
        tries += 1
      }
    )
    const installation = Either.getOrThrow(
      Installation.load({ connections: { desk: { connector, credentials: {} } } }, {})
    )
    const scope = yield* Scope.make()
    const supervisor = yield* Scope.extend(
      Supervisor.make(holder, () => []),
      scope
    )
    return {
      read: supervisor.apply(installation, { own: Own.none, destinations: [], titleOf: String }),
      end: Scope.close(scope, Exit.void),
      runs: () => supervisor.running("desk") !== undefined,
      tries: () => tries
    }
  })

describe("two daemons on one store", () => {
  it.effect("what both parked and one runs again is taken up by the other when that one ends", () =>
    Effect.gen(function* () {
      const taken = new Set<string>()
      const one = yield* daemon("h/1/r", taken)
      const two = yield* daemon("h/2/r", taken)
      const connections = yield* Connections.Connections
      const health = Effect.map(connections.all, ([row]) => row?.health)
      yield* one.read
      yield* two.read
      yield* TestClock.adjust("10 minutes")
      expect([yield* health, one.tries(), two.tries()]).toEqual(["parked", 1, 1])
      // Somebody mends both, and tells only one.
      taken.add("h/1/r").add("h/2/r")
      yield* one.read
      yield* TestClock.adjust("10 minutes")
      expect([yield* health, one.runs(), two.runs(), two.tries()]).toEqual(["running", true, false, 1])
      yield* one.end
      yield* TestClock.adjust("1 minutes")
      expect([yield* health, two.runs()]).toEqual(["running", true])
      yield* two.end
    }).pipe(Effect.provide(Store.layerTemporary), Effect.provide(Logger.remove(Logger.defaultLogger)))
  )

  it.effect("what one cannot run is run by the other, and the first tries it no more than once", () =>
    Effect.gen(function* () {
      const taken = new Set(["h/2/r"])
      const one = yield* daemon("h/1/r", taken)
      const two = yield* daemon("h/2/r", taken)
      yield* one.read
      yield* two.read
      yield* TestClock.adjust("10 minutes")
      expect([one.runs(), two.runs(), one.tries()]).toEqual([false, true, 1])
      yield* two.end
      yield* TestClock.adjust("10 minutes")
      expect([one.runs(), one.tries()]).toEqual([false, 2])
      yield* one.end
    }).pipe(Effect.provide(Store.layerTemporary), Effect.provide(Logger.remove(Logger.defaultLogger)))
  )
})
