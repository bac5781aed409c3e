/** What a check plays on: the connector, a Subject of its own, and hosts that read it. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Connector from "../Connector.ts"
import type { VendorError } from "../VendorError.ts"
import { type Check, CheckFailed, difference, ensure, fail } from "./Check.ts"
import * as Host from "./Host.ts"
import * as Ledger from "./Ledger.ts"
import type { Item } from "./running.ts"
import { type AccountIndex, has, pageItemsOf, type Play, type Played, type Subject } from "./Subject.ts"

export interface HostOptions extends Partial<Pick<Host.Options, "connection" | "saved" | "disturb" | "hesitant">> {
  readonly account?: AccountIndex
}

export interface Stage {
  readonly connector: Connector.Any
  readonly subject: Subject
  readonly host: (options?: HostOptions) => Effect.Effect<Host.Host, VendorError | CheckFailed, Scope.Scope>
  /** Makes items, a second apart. */
  readonly play: (feed: string, n: number, account?: AccountIndex) => Effect.Effect<ReadonlyArray<Played>, CheckFailed>
  /** Does something in the vendor; the clock moves a second first. */
  readonly act: <A>(what: string, doing: () => Promise<A>) => Effect.Effect<A, CheckFailed>
  /** Lets so much time pass that every feed is read and reconciled, then reads. */
  readonly settle: (host: Host.Host) => Host.Doing<void>
  /** Takes every genuine delivery there is so far. */
  readonly hearAll: (host: Host.Host, account?: AccountIndex) => Host.Doing<void>
  /** Feeds that a hand works on. */
  readonly feedsWith: (hand: keyof Play) => ReadonlyArray<string>
}

/** The first account's connection; the second one's. */
export const CONNECTIONS = ["first", "second"] as const
/** Between two things that happen in the vendor. */
const BETWEEN_MS = 1_000

export const make = (connector: Connector.Any, subject: Subject): Stage => {
  const { clock } = subject.emulator
  const installedAt = clock.now()
  const act: Stage["act"] = (what, doing) =>
    Effect.suspend(() => {
      clock.advance(BETWEEN_MS)
      return Effect.tryPromise({
        try: doing,
        catch: (cause) => new CheckFailed({ detail: `the Subject could not play ${what}: ${String(cause)}` })
      })
    })
  const hearAll: Stage["hearAll"] = (host, account = 0) =>
    Effect.forEach(
      Object.entries(subject.deliveries ?? {}),
      ([webhook, deliveries]) =>
        Effect.forEach(deliveries(account), (delivery) => host.take(webhook, delivery), { discard: true }),
      { discard: true }
    )
  return {
    connector,
    subject,
    act,
    hearAll,
    host: ({ account = 0, ...options } = {}) =>
      Host.make({
        connector,
        clock,
        installedAt,
        connection: CONNECTIONS[account],
        account: subject.accounts[account],
        ...options
      }),
    play: (feed, n, account) =>
      Effect.forEach(Array.from({ length: n }), () =>
        act(`an item of ${feed}`, () => subject.play.item(feed, account))
      ),
    settle: (host) =>
      Effect.suspend(() => {
        clock.advance(longestWait(connector) + BETWEEN_MS)
        return host.pull()
      }),
    feedsWith: (hand) => connector.feeds.map(({ name }) => name).filter((name) => has(subject, hand, name))
  }
}

/** Items enough for three pages, or as many as make sense where the vendor does not page. */
export const enoughOf = (subject: Subject, feed: string): number => {
  const pageItems = pageItemsOf(subject, feed)
  return Number.isFinite(pageItems) ? 2 * pageItems + 1 : UNPAGED_ITEMS
}
const UNPAGED_ITEMS = 3

/** Plays on every feed of the first account, in turn. */
export const playAll = (stage: Stage): Effect.Effect<ReadonlyArray<Played>, CheckFailed> =>
  Effect.map(
    Effect.forEach(stage.connector.feeds, ({ name }) => stage.play(name, enoughOf(stage.subject, name))),
    (played) => played.flat()
  )

/** Runs a trial for each feed, alone: what one feed misses, another must not make up for. */
export const eachFeed =
  (trial: (stage: Stage, feed: string) => ReturnType<Check["run"]>): Check["run"] =>
  (stage) =>
    Effect.forEach(stage.connector.feeds, ({ name }) => trial(stage, name), { discard: true })

/** Fails with the names of the items that the host has not read. */
export const ensureRead = (host: Host.Host, played: ReadonlyArray<Played>): Effect.Effect<void, CheckFailed> => {
  const missing = played.filter(({ feed, key }) => !host.items(feed).some((item) => item.key === key))
  return ensure(
    missing.length === 0,
    () =>
      `${missing.length} of ${played.length} items were not read: ${missing.map(({ feed, key }) => `${feed} ${key}`).join(", ")}`
  )
}

/** The item that was played, as the host read it. */
export const itemOf = (host: Host.Host, { feed, key }: Played): Effect.Effect<Item, CheckFailed> => {
  const item = host.items(feed).find((candidate) => candidate.key === key)
  return item === undefined ? fail(`${feed} ${key} was not read`) : Effect.succeed(item)
}

/** Fails unless both ledgers say the same. */
export const ensureAlike = (expected: Host.Host, actual: Host.Host, when: string): Effect.Effect<void, CheckFailed> => {
  const differs = difference(Ledger.canonical(expected.ledger()), Ledger.canonical(actual.ledger()))
  return ensure(differs === undefined, () => `${when}, the ledger differs: ${differs}`)
}

// ---------------------------------------------------------------------------------------------------------------------

const longestWait = (connector: Connector.Any): number =>
  Math.max(
    0,
    ...connector.feeds.flatMap((feed) => [feed.cadenceMs, feed.shape === "window" ? (feed.reconcile?.everyMs ?? 0) : 0])
  )
