/** Is what a connector calls pure, pure? Tried on frozen items, with the machine's clock and dice watched. */
import type { Part } from "@interchannel/domain"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Delivery from "../Delivery.ts"
import * as Feed from "../Feed.ts"
import type { Host } from "./Host.ts"
import * as Ledger from "./Ledger.ts"
import { feedOf, webhookOf } from "./running.ts"
import type { Stage } from "./Stage.ts"

export interface Source {
  readonly source: string
  readonly raw: unknown
  readonly partition: string
  readonly schema: Schema.Schema<unknown>
  readonly normalize: (item: unknown, origin: Feed.Origin) => ReadonlyArray<Part.Outcome>
  readonly acceptedAt: number
  /** Feeds only, with what it told when it was read. */
  readonly key?: (item: unknown) => string
  readonly told?: ReadonlyArray<Part.Outcome>
}

/** Everything the host has read, and everything in the first account's deliveries. */
export const everyItem = ({ connector, subject }: Stage, host: Host): ReadonlyArray<Source> => [
  ...connector.feeds.flatMap(({ name }) =>
    host.items(name).map(({ raw, partition, acceptedAt, outcomes: told }) => {
      const { item, normalize, key } = feedOf(connector, name)
      return {
        source: `feed ${name}`,
        raw,
        partition,
        schema: item as Schema.Schema<unknown>,
        normalize,
        key,
        acceptedAt,
        told
      }
    })
  ),
  ...Object.entries(subject.deliveries ?? {}).flatMap(([name, deliveries]) => {
    const { item, items = (data: unknown) => [data], normalize } = webhookOf(connector, name)
    return deliveries(0).flatMap((delivery) =>
      items(Delivery.bodyData(delivery.headers["content-type"], delivery.body)).map((raw) => ({
        source: `webhook ${name}`,
        raw,
        partition: Feed.ALL.id,
        schema: item as Schema.Schema<unknown>,
        normalize,
        acceptedAt: delivery.receivedAt
      }))
    )
  })
]

/** What is impure about reading the item; `undefined` when nothing is. */
export const impurity = (source: Source, { account }: Pick<Host, "account">): string | undefined => {
  const { schema, normalize, key, raw, partition, acceptedAt, told } = source
  const { connection, settings } = account
  const origin: Feed.Origin = frozen({ connection, partition, acceptedAt, settings })
  const decoded = [0, 1].map(() => Schema.decodeUnknownEither(schema)(structuredClone(raw)))
  const items = decoded.filter(Either.isRight).map(({ right }) => frozen(right))
  const watched = watch(() => items.map((item) => ({ told: normalize(item, origin), key: key?.(item) })))
  if (watched.threw !== undefined)
    return `normalize or key threw ${watched.threw}; items are frozen, do not change them`
  if (watched.touched.length > 0) {
    return `normalize or key asked for ${watched.touched.join(", ")}; use \`origin.acceptedAt\``
  }
  const [first, second] = watched.value ?? []
  // An item that does not decode is set aside, which another check is about.
  if (first === undefined || second === undefined) return undefined
  if (first.key !== second.key || first.key === "") return `key gives "${first.key}", then "${second.key}"`
  const texts = new Set([told ?? first.told, first.told, second.told].map(Ledger.sortedJson))
  return texts.size > 1 ? `normalize tells ${[...texts].join(", then ")}` : notJson(first.told)
}

/** Where a value is not plain JSON data; absent and `undefined` fields are alike. */
export const notJson = (value: unknown, path = "$"): string | undefined => {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return undefined
    case "number":
      return Number.isFinite(value) ? undefined : `${path} is ${value}, which JSON cannot hold`
    case "object": {
      if (value === null) return undefined
      const plain =
        Array.isArray(value) ||
        Object.getPrototypeOf(value) === Object.prototype ||
        Object.getPrototypeOf(value) === null
      if (!plain) return `${path} is a ${value.constructor.name}, which JSON cannot hold`
      for (const [name, field] of Object.entries(value)) {
        const problem = notJson(field, `${path}.${name}`)
        if (problem !== undefined) return problem
      }
      return undefined
    }
    default:
      return `${path} is a ${typeof value}, which JSON cannot hold`
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const frozen = <A>(value: A): A => {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value
  Object.values(value).forEach(frozen)
  return Object.freeze(value)
}

/** Runs with `Date` and `Math.random` replaced by ones that note their use. */
const watch = <A>(run: () => A) => {
  const touched = new Set<string>()
  const RealDate = globalThis.Date
  const random = Math.random
  class WatchedDate extends RealDate {
    constructor(...given: ReadonlyArray<unknown>) {
      super(...(given as [number]))
      if (given.length === 0) touched.add("the time")
    }
    static override now(): number {
      touched.add("the time")
      return RealDate.now()
    }
  }
  globalThis.Date = WatchedDate as DateConstructor
  Math.random = () => {
    touched.add("a random number")
    return random()
  }
  try {
    return { value: run(), threw: undefined, touched: [...touched] }
  } catch (cause) {
    return { value: undefined, threw: String(cause), touched: [...touched] }
  } finally {
    globalThis.Date = RealDate
    Math.random = random
  }
}
