/**
 * A stand-in for Twilio that behaves, and misbehaves, as Twilio documents: the APIs for calls, messages, recordings, transcripts
 * and tasks of two accounts, on one address, and signed callbacks. `world` is what callers and agents do.
 */
import type { Delivery } from "@interchannel/connector"
import { Emulator, EmulatorClock, type Outbox } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { ATTRIBUTE, keyOf } from "./actions.ts"
import { type PushOptions, push, sign } from "./emulator/pushes.ts"
import { refusal, routes } from "./emulator/routes.ts"
import { type Account, empty, type State } from "./emulator/State.ts"
import { World } from "./emulator/World.ts"
import { attributesOf } from "./tasks.ts"

export type { PushOptions } from "./emulator/pushes.ts"
export type { Account } from "./emulator/State.ts"
export type { Worker, World } from "./emulator/World.ts"

export interface Options {
  readonly clock?: EmulatorClock.EmulatorClock
  readonly port?: number
  /** Items on a page at most, so that little data has several pages. */
  readonly pageItems?: number
  /** A state that `snapshot` gave. */
  readonly saved?: string
}

export interface TwilioEmulator extends Emulator.Emulator {
  readonly world: World
  /** The first two exist from the start. */
  readonly accounts: ReadonlyArray<Account>
  /** A genuine delivery of any fields, signed now. */
  readonly sign: (account: Account, fields: Readonly<Record<string, string>>) => Delivery.Delivery
  /** All that an account's callbacks told so far, oldest first. */
  readonly deliveries: (account: Account) => ReadonlyArray<Delivery.Delivery>
  /** Sends callbacks to a URL, as they come; `#rp=all&rc=5` at its end asks for retries, as with Twilio. */
  readonly push: (target: string, options?: PushOptions) => Outbox.Pushing
  /** What was written by us: cards by key, and messages; sorted, without the ids and times that Twilio draws. */
  readonly canonical: () => ReadonlyArray<Written>
  readonly snapshot: () => string
  readonly restore: (saved: string) => void
}

export type Written =
  | {
      readonly sort: "card"
      readonly account: string
      readonly key: string
      readonly caller: string
      readonly card: unknown
    }
  | { readonly sort: "message"; readonly account: string; readonly to: string; readonly text: string }

export const startTwilio = (options: Options = {}): Effect.Effect<TwilioEmulator, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = options.clock ?? EmulatorClock.system
    const world = new World(options.saved === undefined ? empty() : (JSON.parse(options.saved) as State), clock)
    if (options.saved === undefined) {
      world.addAccount("Emulated One", ["+12025550100", "+12025550101"])
      world.addAccount("Emulated Two", ["+12025550110"])
    }
    let url = ""
    const emulator = yield* Emulator.start({
      name: "twilio",
      clock,
      ...(options.port === undefined ? {} : { port: options.port }),
      routes: routes({ world, pageItems: options.pageItems ?? 1_000, url: () => url }),
      throttled: (_, retryAfterMs) => ({
        ...refusal(429, 20429, "Too Many Requests"),
        headers: retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMs / 1000)) }
      }),
      unauthorized: () => refusal(401, 20003, "Authenticate")
    })
    url = emulator.url
    return {
      ...emulator,
      world,
      get accounts() {
        return world.state.accounts
      },
      sign: (account, fields) => sign(account, fields, clock.now(), world.sid("token-")),
      deliveries: (account) =>
        world.state.told
          .filter((told) => told.account === account.sid)
          .map(({ fields, token }) => sign(account, fields, clock.now(), token)),
      push: (target, pushOptions) => push(world, clock, target, pushOptions),
      canonical: () => canonical(world),
      snapshot: () => JSON.stringify(world.state),
      restore: (saved) => {
        world.state = JSON.parse(saved) as State
      }
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

const canonical = (world: World): ReadonlyArray<Written> => {
  const nameOf = (sid: string): string => world.account(sid).name
  const cards = world.state.tasks.flatMap(({ account, attributes }): ReadonlyArray<Written> => {
    const all = attributesOf(attributes)
    const key = keyOf(all)
    if (typeof key !== "string") return []
    return [{ sort: "card", account: nameOf(account), key, caller: String(all["from"]), card: all[ATTRIBUTE] }]
  })
  const messages = world.state.messages
    .filter(({ direction }) => direction === "outbound-api")
    .map(({ account, to, body }): Written => ({ sort: "message", account: nameOf(account), to, text: body }))
  return [...cards, ...messages].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
