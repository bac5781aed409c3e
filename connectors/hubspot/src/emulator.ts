/**
 * A stand-in for HubSpot that behaves, and misbehaves, as HubSpot documents: the 2026-09 paths of two accounts, the webhooks
 * journal, and signed pushes. `world` is what people do there.
 */
import type { Delivery } from "@interchannel/connector"
import { Emulator, EmulatorClock, type Outbox } from "@interchannel/connector/testing"
import { Key } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { routes } from "./emulator/routes.ts"
import * as Pace from "./emulator/pace.ts"
import { bodyOf, type PushOptions, push, sign } from "./emulator/pushes.ts"
import type { Portal, State, Stored } from "./emulator/State.ts"
import { World } from "./emulator/World.ts"
import { objects, objectTypes } from "./objects.ts"

export type { PushOptions } from "./emulator/pushes.ts"
export type { Portal, Stored } from "./emulator/State.ts"
export type { World } from "./emulator/World.ts"

export interface Options {
  readonly clock?: EmulatorClock.EmulatorClock
  readonly port?: number
  /** Items on a page at most, so that little data has several pages. */
  readonly pageItems?: number
  /** Searches show a change so late; HubSpot needs seconds to minutes. */
  readonly indexLagMs?: number
  /** Answers 429 beyond these; absent: everything is answered. */
  readonly allowance?: Pace.Allowance
  /** The property by which `canonical` knows our records. */
  readonly uniqueProperty?: string
  /** A state that `snapshot` gave. */
  readonly saved?: string
}

export interface HubSpotEmulator extends Emulator.Emulator {
  readonly world: World
  /** Both exist from the start, each with an app of its own. */
  readonly portals: ReadonlyArray<Portal>
  /** A genuine delivery of any body, signed now. */
  readonly sign: (portal: Portal, body: string) => Delivery.Delivery
  /** All that an account's app was told so far, oldest first, each as a genuine delivery. */
  readonly deliveries: (portal: Portal) => ReadonlyArray<Delivery.Delivery>
  /** Pushes to a URL, as things happen. */
  readonly push: (target: string, options?: PushOptions) => Outbox.Pushing
  /** What stands there of ours, by our keys: sorted, without the ids and times that HubSpot draws. */
  readonly canonical: () => ReadonlyArray<Written>
  readonly snapshot: () => string
  readonly restore: (saved: string) => void
}

/** One record of ours. */
export interface Written {
  readonly key: string
  readonly portalId: number
  readonly type: string
  readonly properties: Readonly<Record<string, string>>
  /** The contacts and companies it stands on, by e-mail address or name. */
  readonly on: ReadonlyArray<string>
}

export const startHubSpot = (options: Options = {}): Effect.Effect<HubSpotEmulator, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = options.clock ?? EmulatorClock.system
    const uniqueProperty = options.uniqueProperty ?? "interchannel_id"
    const saved = options.saved === undefined ? empty() : (JSON.parse(options.saved) as State)
    const world = new World(saved, clock)
    const own: { running?: Emulator.Emulator } = {}
    const emulator = yield* Emulator.start({
      name: "hubspot",
      clock,
      ...(options.port === undefined ? {} : { port: options.port }),
      routes: routes(world, {
        pageItems: options.pageItems ?? Number.POSITIVE_INFINITY,
        indexLagMs: options.indexLagMs ?? 0,
        pace: options.allowance === undefined ? undefined : Pace.make(options.allowance),
        url: () => own.running?.url ?? "",
        passOn: (operation, fault) => own.running?.faults.next(operation, 1, fault)
      }),
      throttled: (_, retryAfterMs) =>
        Pace.refusal("TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit.", retryAfterMs),
      unauthorized: () => unauthorized
    })
    own.running = emulator
    return {
      ...emulator,
      world,
      get portals() {
        return world.state.portals
      },
      sign: (portal, body) => sign(portal, body, clock.now()),
      deliveries: (portal) =>
        world.state.told
          .filter(({ portalId }) => portalId === portal.portalId)
          .map((told) => sign(portal, bodyOf(told), clock.now())),
      push: (target, pushOptions) => push(world, clock, target, pushOptions),
      canonical: () => canonical(world, uniqueProperty),
      snapshot: () => JSON.stringify(world.state),
      restore: (text) => {
        world.state = JSON.parse(text) as State
      }
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

const unauthorized: Emulator.Reply = {
  status: 401,
  body: {
    status: "error",
    message: "Authentication credentials not found.",
    correlationId: "00000000-0000-4000-8000-000000000000",
    category: "INVALID_AUTHENTICATION"
  }
}

/** Ids begin high, as they do in an account that has been in use. */
const FIRST_ID = 9_000

const empty = (): State => ({ last: FIRST_ID, portals: [1, 2].map(portalOf), told: [] })

const portalOf = (n: number): Portal => {
  const perType = <A>(make: () => A) =>
    Object.fromEntries(objectTypes.map((type) => [type, make()])) as Record<(typeof objectTypes)[number], A>
  return {
    portalId: 49_000_000 + n,
    appId: 930_000 + n,
    accessToken: `emulated-token-${n}`,
    clientId: `emulated-client-${n}`,
    clientSecret: `emulated-secret-${n}`,
    revoked: false,
    records: perType(() => ({})),
    merged: {},
    properties: perType(() => []),
    groups: perType(() => []),
    demanded: {},
    owners: [],
    subscriptions: [],
    appTokens: [],
    unpublished: [],
    files: []
  }
}

const canonical = (world: World, uniqueProperty: string): ReadonlyArray<Written> =>
  world.state.portals
    .flatMap((portal) =>
      objectTypes.flatMap((type) =>
        world.all(portal, type).flatMap((record) => {
          const { [uniqueProperty]: key, hs_merged_object_ids: _, ...rest } = record.properties
          if (key === undefined) return []
          // Which of them was told first depends on whether it was created so or brought up to date.
          const properties = Object.fromEntries(Object.entries(rest).sort(([one], [other]) => (one < other ? -1 : 1)))
          return [{ key, portalId: portal.portalId, type, properties, on: standsOn(world, portal, record) }]
        })
      )
    )
    .sort((a, b) => (Key.contentHash(a) < Key.contentHash(b) ? -1 : 1))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))

const standsOn = (world: World, portal: Portal, record: Stored): ReadonlyArray<string> =>
  Object.keys(record.on)
    .flatMap((key) => {
      const [type = "", id = ""] = key.split("/")
      const found = objectTypes.find((one) => one === type)
      const other = found === undefined ? undefined : world.find(portal, found, id)
      if (found === undefined || other === undefined) return []
      const { email, name, phone } = other.properties
      return [`${objects[found].kind} ${email ?? name ?? phone ?? "without a name"}`]
    })
    .sort()
