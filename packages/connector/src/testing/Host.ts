/**
 * A small engine in memory that runs one account of a connector as the daemon would: checkpoints advance with the items
 * they cover, items and deliveries are taken once, what cannot be read is set aside. `save` gives all it knows as JSON, so
 * that a check can stop it at any step and go on in another.
 */
import type { Part } from "@interchannel/domain"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Connector from "../Connector.ts"
import type { Delivery } from "../Delivery.ts"
import * as Gate from "../Gate.ts"
import * as Listener from "../Listener.ts"
import type { VendorError } from "../VendorError.ts"
import { CheckFailed } from "./Check.ts"
import * as EmulatorClock from "./EmulatorClock.ts"
import * as intake from "./intake.ts"
import * as Ledger from "./Ledger.ts"
import * as reading from "./reading.ts"
import { feedOf, fresh, type Item, type Running, type SetAside, type State } from "./running.ts"
import type { Account } from "./Subject.ts"

export type Doing<A> = Effect.Effect<A, VendorError | CheckFailed>

export interface Host {
  readonly account: Running["account"]
  readonly use: Running["use"]
  /** Reads these feeds, else all, until each waits. */
  readonly pull: (feeds?: ReadonlyArray<string>) => Doing<void>
  /** Reads one page. */
  readonly step: (feed: string, partition: string) => Doing<reading.Stepped>
  readonly partitions: (feed: string) => Doing<ReadonlyArray<string>>
  readonly take: (webhook: string, delivery: Delivery) => Doing<intake.Taken>
  /** Reads the data of an envelope as the webhook's or the feed's. */
  readonly hear: (as: string, data: unknown) => intake.Subjects
  /** Takes an item as if a page of the feed held it and it were news. */
  readonly ingest: (feed: string, partition: string, raw: unknown) => intake.Subjects
  readonly items: (feed: string) => ReadonlyArray<Item>
  readonly ledger: () => Ledger.Ledger
  readonly told: () => ReadonlyArray<Part.Part>
  readonly quarantine: () => ReadonlyArray<SetAside>
  readonly refetched: () => ReadonlyArray<Part.Refetch>
  /** Pages of the feed that were asked for with a token or cursor. */
  readonly continued: (feed: string) => number
  /** The operations that went through the Gate. */
  readonly gated: () => ReadonlyArray<string>
  readonly save: () => string
}

export interface Options extends Pick<Running, "connector" | "connection" | "clock" | "installedAt"> {
  readonly account: Account
  /** What another Host saved. */
  readonly saved?: string
  readonly disturb?: Running["disturb"]
  readonly hesitant?: boolean
}

export const make = (options: Options): Effect.Effect<Host, VendorError | CheckFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const { connector, connection, clock } = options
    const account = yield* Effect.mapError(
      Connector.decodeAccount(connector, { connection, ...options.account }),
      (problems) =>
        new CheckFailed({ detail: `the Subject's account is not accepted: ${problems.map(said).join("; ")}` })
    )
    const gated: Array<string> = []
    const gate = Layer.succeed(Gate.Gate, {
      call: (operation, effect, callOptions) => {
        gated.push(operation)
        return Gate.withDeadline(connector.id, operation, effect, callOptions)
      }
    })
    const inTime = EmulatorClock.within(clock)
    const api = yield* inTime(Layer.build(Layer.provide(connector.api(account), gate)))
    const running: Running = {
      connector,
      connection,
      account,
      clock,
      installedAt: options.installedAt,
      disturb: options.disturb ?? ((items) => items),
      hesitant: options.hesitant ?? false,
      state: options.saved === undefined ? fresh() : (JSON.parse(options.saved) as State),
      continued: new Map(),
      use: (effect) => inTime(Effect.provide(effect, api as Context.Context<unknown>))
    }
    return hostOf(running, gated)
  })

// ---------------------------------------------------------------------------------------------------------------------

const hostOf = (running: Running, gated: ReadonlyArray<string>): Host => {
  const { connector, connection, state } = running
  return {
    account: running.account,
    use: running.use,
    pull: (feeds) => reading.pull(running, feeds ?? connector.feeds.map(({ name }) => name)),
    step: (feed, partition) => reading.step(running, feed, partition),
    partitions: (feed) => reading.partitions(running, feed),
    take: (webhook, delivery) => intake.delivery(running, webhook, delivery),
    hear: (as, data) => intake.body(running, `listener:${as}`, heardOf(connector, as), data),
    ingest: (feed, partition, raw) => intake.item(running, feedOf(connector, feed), partition, raw, { again: true }),
    items: (feed) => Object.values(state.items).filter((item) => item.feed === feed),
    ledger: () => Ledger.make(connection, state.told),
    told: () => state.told,
    quarantine: () => state.quarantine,
    refetched: () => state.refetched,
    continued: (feed) => running.continued.get(feed) ?? 0,
    gated: () => gated,
    save: () => JSON.stringify(state)
  }
}

const heardOf = (connector: Connector.Any, as: string): Listener.Reader => {
  const reader = Listener.readerOf(connector, as)
  if (reader === undefined) throw new Error(`${connector.id} has neither a webhook nor a feed ${as}`)
  return reader
}

const said = ({ path, what, remedy }: Connector.Problem): string => `${path} ${what}; ${remedy}`
