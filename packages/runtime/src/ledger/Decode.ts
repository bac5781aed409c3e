/** One Inbox row to the outcomes it tells, by the connector's own feed or webhook. Pure; a bad item spoils only itself. */
import { type Connector, Delivery, type Feed, Listener } from "@interchannel/connector"
import { Part, Ref, Version } from "@interchannel/domain"
import type { Inbox } from "@interchannel/store"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type { Installed } from "../configuration/Installation.ts"
import * as Masking from "./Masking.ts"
import * as StatedName from "./StatedName.ts"

/** Rows that hold finished parts: a tombstone for an item that is gone, which no vendor item tells. */
export const PARTS = "application/vnd.interchannel.parts+json"

export interface Decoded {
  readonly row: Inbox.Row
  readonly outcomes: ReadonlyArray<Part.Outcome>
  /** Why items of this row were set aside, in words that name the field. */
  readonly problems: ReadonlyArray<string>
}

/** No answer of a vendor is this deep in items; what is beyond is set aside with a reason. */
const ITEMS_PER_DELIVERY_MAX = 10_000

/** Never throws: whatever a vendor sends ends in outcomes or in problems. */
export const row = (installed: Installed, stored: Inbox.Row, defaultRegion: string | undefined): Decoded => {
  const { connector } = installed
  const data = Delivery.bodyData(stored.contentType, stored.body)
  if (data === undefined) return { row: stored, outcomes: [], problems: ["the body is not JSON"] }
  if (stored.contentType === PARTS) return { row: stored, outcomes: data as ReadonlyArray<Part.Part>, problems: [] }
  const reader = readerOf(connector, stored.source)
  if (reader === undefined) {
    return { row: stored, outcomes: [], problems: [`the connector has no ${stored.source} any more`] }
  }
  const origin: Feed.Origin = {
    connection: stored.connection,
    partition: stored.partition,
    acceptedAt: stored.receivedAt,
    settings: installed.account.settings,
    ...(defaultRegion === undefined ? {} : { defaultRegion })
  }
  return readItems(stored, reader, data, origin)
}

// ---------------------------------------------------------------------------------------------------------------------

interface Reader {
  readonly items: (data: unknown) => ReadonlyArray<unknown>
  readonly decode: (item: unknown) => Either.Either<unknown, ParseResult.ParseError>
  readonly normalize: (item: unknown, origin: Feed.Origin) => ReadonlyArray<Part.Outcome>
}

const readers = new WeakMap<Connector.Any, Map<string, Reader | undefined>>()

const readerOf = (connector: Connector.Any, source: Inbox.Source): Reader | undefined => {
  const known = readers.get(connector) ?? new Map<string, Reader | undefined>()
  readers.set(connector, known)
  if (!known.has(source)) known.set(source, makeReader(connector, source))
  return known.get(source)
}

const makeReader = (connector: Connector.Any, source: Inbox.Source): Reader | undefined => {
  const [family, name] = source.split(/:(.*)/s, 2) as [string, string]
  const feed = family === "feed" ? connector.feeds.find((candidate) => candidate.name === name) : undefined
  if (feed !== undefined) {
    return { items: (data) => [data], decode: Schema.decodeUnknownEither(feed.item), normalize: feed.normalize }
  }
  const listener = connector.listeners.find((candidate) => candidate.name === name)
  const pushed =
    family === "listener"
      ? listener && Listener.readerOf(connector, listener.as)
      : connector.webhooks.find((candidate) => family === "webhook" && candidate.name === name)
  return (
    pushed && {
      items: pushed.items ?? ((data) => [data]),
      decode: Schema.decodeUnknownEither(pushed.item),
      normalize: pushed.normalize
    }
  )
}

const isRef = Schema.is(Ref.LocalRef)
const isVersion = Schema.is(Version.Version)

/** What would spoil everything that is saved with it: a time that is none, a record without an id. */
const wrongIn = (outcome: Part.Outcome): ReadonlyArray<string> => {
  if (Part.isRefetch(outcome)) {
    return typeof outcome.id === "string" && outcome.id !== "" ? [] : [`a refetch of ${outcome.refetch} without an id`]
  }
  const refs = [outcome.ref, ...(outcome.former ?? [])]
  return [
    ...(refs.every((ref) => isRef(ref)) ? [] : [`a ${outcome.subject} whose kind or id is no text of fitting length`]),
    ...(isVersion(outcome.version) ? [] : [`a version of ${outcome.subject} that is no time in whole milliseconds`])
  ]
}

const readItems = (stored: Inbox.Row, reader: Reader, data: unknown, origin: Feed.Origin): Decoded => {
  const outcomes: Array<Part.Outcome> = []
  const problems: Array<string> = []
  let items: ReadonlyArray<unknown>
  try {
    items = reader.items(data)
  } catch (cause) {
    return { row: stored, outcomes, problems: [`the items cannot be told apart: ${String(cause)}`] }
  }
  if (items.length > ITEMS_PER_DELIVERY_MAX) problems.push(`more than ${ITEMS_PER_DELIVERY_MAX} items in one delivery`)
  for (const item of items.slice(0, ITEMS_PER_DELIVERY_MAX)) {
    const decoded = reader.decode(item)
    if (Either.isLeft(decoded)) {
      problems.push(ParseResult.TreeFormatter.formatErrorSync(decoded.left))
      continue
    }
    try {
      const told = reader.normalize(decoded.right, origin)
      const wrong = told.flatMap(wrongIn)[0]
      if (wrong === undefined) outcomes.push(...StatedName.apart(told).map(Masking.outcome))
      else problems.push(`normalize made no sense: ${wrong}`)
    } catch (cause) {
      problems.push(`normalize failed: ${String(cause)}`)
    }
  }
  return { row: stored, outcomes, problems }
}
