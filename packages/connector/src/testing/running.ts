/** What a Host knows, and what it does it with. */
import type { Instant, Part } from "@interchannel/domain"
import type * as Effect from "effect/Effect"
import type * as Connector from "../Connector.ts"
import type * as Feed from "../Feed.ts"
import type * as FeedWalk from "../FeedWalk.ts"
import type { VendorError } from "../VendorError.ts"
import type * as Webhook from "../Webhook.ts"
import type { EmulatorClock } from "./EmulatorClock.ts"
import type { Named } from "./Ledger.ts"

/** The latest reading of an item. */
export interface Item {
  readonly feed: string
  readonly partition: string
  readonly key: string
  readonly raw: unknown
  readonly seenAt: Instant.Instant
  /** What it told, and when that was. */
  readonly outcomes: ReadonlyArray<Part.Outcome>
  readonly acceptedAt: Instant.Instant
  /** The subjects it told of, by refetch too. */
  readonly subjects: ReadonlyArray<Named>
}

export interface SetAside {
  readonly source: string
  readonly raw: unknown
  readonly detail: string
}

/** JSON through and through. */
export interface State {
  readonly checkpoints: Record<string, FeedWalk.Checkpoint>
  readonly fingerprints: Record<string, string>
  readonly items: Record<string, Item>
  /** In the order of acceptance. */
  readonly told: Array<Part.Part>
  readonly deliveries: Array<string>
  readonly quarantine: Array<SetAside>
  readonly refetched: Array<Part.Refetch>
}

export const fresh = (): State => ({
  checkpoints: {},
  fingerprints: {},
  items: {},
  told: [],
  deliveries: [],
  quarantine: [],
  refetched: []
})

export interface Running {
  readonly connector: Connector.Any
  readonly connection: string
  readonly account: Connector.Account<unknown, unknown>
  readonly clock: EmulatorClock
  /** When history begins, per window feed: this minus two of its slices. */
  readonly installedAt: number
  /** Changes what pages hold before it is taken. */
  readonly disturb: (items: ReadonlyArray<unknown>) => ReadonlyArray<unknown>
  /** Asks for each page twice and takes the second answer, as after a crash before the commit. */
  readonly hesitant: boolean
  readonly state: State
  /** By feed: pages that were asked for with a token or cursor. */
  readonly continued: Map<string, number>
  /** Runs a connector's effect with this account's API, at the emulator's time. */
  readonly use: <A>(effect: Effect.Effect<A, VendorError, unknown>) => Effect.Effect<A, VendorError>
}

export const feedOf = (connector: Connector.Any, name: string): Feed.Any => {
  const feed = connector.feeds.find((candidate) => candidate.name === name)
  if (feed === undefined) throw new Error(`${connector.id} has no feed ${name}`)
  return feed
}

export const webhookOf = (connector: Connector.Any, name: string): Webhook.Any => {
  const webhook = connector.webhooks.find((candidate) => candidate.name === name)
  if (webhook === undefined) throw new Error(`${connector.id} has no webhook ${name}`)
  return webhook
}

export const slotOf = (...pieces: ReadonlyArray<string>): string => pieces.join("\0")
