/**
 * The real daemon and a real connector over a line on which three calls in ten go wrong, until nothing is due any more. Waits
 * pass in virtual time.
 */
import { Connector, Limits } from "@interchannel/connector"
import type { Emulator, EmulatorClock } from "@interchannel/connector/testing"
import { Control, Daemon, defineConfig, Installation, Quota } from "@interchannel/runtime"
import { Connections, Projections, Quarantine, Store, type StoreError } from "@interchannel/store"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { expect } from "vitest"
import * as Dice from "../src/Dice.ts"
import * as Time from "../src/Time.ts"
import * as FaultyLine from "./FaultyLine.ts"

export const START = Date.UTC(2026, 2, 2, 9)
export const ASIDE_MAX = 1_000
const SEED = 1
const FAULTY_SHARE = 0.3
const APPROVALS_MAX = 10
const VIRTUAL_MAX_MS = 30 * 24 * 3_600_000

export interface Vendor {
  readonly emulator: Emulator.Emulator
  readonly connection: (line: FaultyLine.FaultyLine) => Parameters<typeof defineConfig>[0]["connections"][string]
  /** Where in a call a fault strikes; absent: wherever the emulator is asked first. */
  readonly strikes?: FaultyLine.Place
}

/** What is to be done, once the line is broken. */
export type Fill<V, A> = (vendor: V) => Effect.Effect<A, StoreError, Store.Services>

type Configured = Parameters<typeof defineConfig>[0]["connections"]

/** Runs `body` beside a daemon with these connections, in virtual time; the line is sound until it breaks. */
export const beside = <V extends Vendor, A, E>(
  name: string,
  open: (clock: EmulatorClock.EmulatorClock) => Effect.Effect<V, never, Scope.Scope>,
  others: Configured,
  body: (vendor: V, line: FaultyLine.FaultyLine) => Effect.Effect<A, E, Control | Store.Services>
): Promise<A> => {
  const time = Time.make(START)
  const clock = Time.clock(
    time,
    () => 0,
    (wake) => wake()
  )
  const performance = Effect.gen(function* () {
    const vendor = yield* open({ now: time.now, advance: (ms) => void time.after(ms, () => {}) })
    const line = FaultyLine.make(vendor.emulator, Dice.make(SEED, name), FAULTY_SHARE, vendor.strikes)
    yield* Effect.forkScoped(passing(time, line))
    const connections = { ...others, there: vendor.connection(line) }
    const installation = Either.getOrThrow(Installation.load(defineConfig({ connections }), {}))
    const daemon = Daemon.layer({
      installation,
      reload: Effect.succeed(Either.right(installation)),
      host: "test",
      pid: 1,
      run: "1",
      isAlive: () => false
    }).pipe(Layer.provide(Layer.succeed(Quota.Slots, Quota.open)))
    const isUp = Effect.gen(function* () {
      const [row] = (yield* (yield* Connections.Connections).all).filter(({ id }) => id === "there")
      return row?.health === "running" && (connections.there.destination === undefined || row.policy !== undefined)
    })
    return yield* Effect.zipRight(until(isUp), body(vendor, line)).pipe(
      Effect.provide(Layer.provideMerge(daemon, Store.layerTemporary))
    )
  })
  return Effect.runPromise(
    Effect.scoped(performance).pipe(
      Effect.withClock(clock),
      Effect.withTracerEnabled(false),
      Effect.provide(Logger.remove(Logger.defaultLogger))
    )
  )
}

/** Opens the vendor, lets the daemon do everything over the broken line, and tells what it thinks of it. */
export const perform = <V extends Vendor, A>(
  name: string,
  open: (clock: EmulatorClock.EmulatorClock) => Effect.Effect<V, never, Scope.Scope>,
  fill: Fill<V, A>
) =>
  beside(name, open, { desk: { connector: desk, credentials: {} } }, (vendor, line) =>
    Effect.gen(function* () {
      const projections = yield* Projections.Projections
      line.breaks()
      const filled = yield* fill(vendor)
      const canary = vendor.connection(line).destination === undefined ? undefined : yield* approved
      yield* until(Effect.map(projections.tally, (all) => all.every(({ state }) => state !== "due")))
      const aside = yield* (yield* Quarantine.Quarantine).list({ after: "", limit: ASIDE_MAX })
      return { vendor, line, filled, canary, aside, tally: yield* projections.tally }
    })
  )

/** A canary first; answers how many writes the vendor had when all of it stood there. The rest follows. */
const approved = Effect.gen(function* () {
  const control = yield* Control
  const projections = yield* Projections.Projections
  const connections = yield* Connections.Connections
  // Whoever is told that nothing was approved approves once more.
  const approve = (all: boolean) => Effect.retry(control.approve("there", { all, by: "Ana" }), { times: APPROVALS_MAX })
  yield* approve(false)
  const records = (yield* connections.all).find(({ id }) => id === "there")?.canary ?? []
  const canary = { destination: "there", now: Number.MAX_SAFE_INTEGER, limit: 1, records }
  yield* until(Effect.map(projections.due(canary), (due) => due.length === 0))
  yield* Effect.sleep("1 hours")
  const writes = yield* projections.writesSince("there", START)
  yield* approve(true)
  return { records: records.length, writes }
})

/** Every kind of fault was met, and the share that was meant. */
export const expectFaults = (line: FaultyLine.FaultyLine): void => {
  expect([...line.met.keys()].sort()).toEqual([...FaultyLine.kinds].sort())
  const faults = [...line.met.values()].reduce((sum, count) => sum + count, 0)
  expect(faults / line.calls()).toBeGreaterThan(FAULTY_SHARE - 0.05)
  expect(faults / line.calls()).toBeLessThan(FAULTY_SHARE + 0.05)
}

// ---------------------------------------------------------------------------------------------------------------------

class Nothing extends Context.Tag("test/Nothing")<Nothing, object>() {}
/** Where what is written comes from; nothing happens there. */
const desk = Connector.make("desk", {
  title: "Desk",
  credentials: Schema.Struct({}),
  settings: Schema.Struct({}),
  api: () => Layer.succeed(Nothing, {}),
  limits: Limits.make({ concurrency: 1, buckets: {}, operations: {}, otherwise: [] }),
  check: Effect.succeed([])
})

/** Whenever no request is on its way, what comes next comes now. */
const passing = (time: Time.Time, line: FaultyLine.FaultyLine) => {
  const turn = Effect.async<void>((resume) => {
    const handle = setImmediate(() => {
      if (line.isQuiet()) time.step()
      resume(Effect.void)
    })
    return Effect.sync(() => clearImmediate(handle))
  })
  return Effect.forever(turn)
}

const until = <E, R>(isDone: Effect.Effect<boolean, E, R>) =>
  Effect.gen(function* () {
    while (!(yield* isDone)) yield* Effect.sleep("1 seconds")
  }).pipe(Effect.timeout(VIRTUAL_MAX_MS))
