/**
 * The line between one connector and its vendor, on which calls go wrong by chance. Time stands still while a request is on
 * its way, so a deadline passes only where the vendor is silent.
 */
import { type Connector, Gate } from "@interchannel/connector"
import { type Emulator, Faults } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Dice from "../src/Dice.ts"

/** What the vendor, or the way to it, does to one call. */
const wired = {
  "429 with Retry-After": Faults.throttle({ retryAfterMs: 2_000 }),
  "429 without Retry-After": Faults.throttle(),
  "500": Faults.status(500, "internal error"),
  "503": Faults.status(503, "down for maintenance"),
  "reset before the commit": Faults.reset(),
  "reset after the commit": Faults.timeoutAfterCommit()
}
const silent = ["time-out before the commit", "time-out after the commit"] as const
/** Each silence costs half a minute of virtual time; so many in a hundred faults are enough. */
const SILENT_SHARE = 0.06

type Wired = keyof typeof wired
type Kind = Wired | (typeof silent)[number]
const onTheWire = Object.keys(wired) as ReadonlyArray<Wired>
export const kinds: ReadonlyArray<Kind> = [...onTheWire, ...silent]

export interface FaultyLine {
  /** The same connector, calling over this line. */
  readonly over: <C extends Connector.Any>(connector: C) => C
  /** Is no request on its way? */
  readonly isQuiet: () => boolean
  /** From now on it is faulty. */
  readonly breaks: () => void
  /** Calls since then. */
  readonly calls: () => number
  /** How many calls each kind of fault met. */
  readonly met: ReadonlyMap<Kind, number>
}

/** The emulator's operation that a fault waits for during a call; `"*"`: the first that comes. */
export type Place = (operation: string) => string

/** Sound until it `breaks`; then each call to the emulator meets a fault with the chance `share`. */
export const make = (
  emulator: Emulator.Emulator,
  dice: Dice.Dice,
  share: number,
  place: Place = () => "*"
): FaultyLine => {
  const met = new Map<Kind, number>()
  let broken = false
  let calls = 0
  let underWay = 0
  const travel = <A, E, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.acquireUseRelease(
      Effect.sync(() => void (underWay += 1)),
      () => call,
      () => Effect.sync(() => void (underWay -= 1))
    )
  const meeting = <A, E, R>(kind: Kind, operation: string, call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    if (kind === "time-out before the commit") return Effect.never
    if (kind === "time-out after the commit") return Effect.zipRight(travel(call), Effect.never)
    emulator.faults.next(place(operation), 1, wired[kind])
    return travel(call)
  }
  const exposed = <A, E, R>(operation: string, call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.suspend(() => {
      if (!broken) return travel(call)
      calls += 1
      if (!dice.chance(share)) return travel(call)
      const kind: Kind = dice.chance(SILENT_SHARE) ? dice.pick(silent) : dice.pick(onTheWire)
      met.set(kind, (met.get(kind) ?? 0) + 1)
      return meeting(kind, operation, call)
    })
  const gate = Layer.effect(
    Gate.Gate,
    Effect.map(Gate.Gate, ({ call }): Gate.Gate["Type"] => ({
      call: (operation, effect, options) => call(operation, exposed(operation, effect), options)
    }))
  )
  return {
    over: (connector) => ({
      ...connector,
      api: (account: never) => Layer.provide(connector.api(account) as Layer.Layer<unknown, unknown, Gate.Gate>, gate)
    }),
    isQuiet: () => underWay === 0,
    breaks: () => {
      broken = true
    },
    calls: () => calls,
    met
  }
}
