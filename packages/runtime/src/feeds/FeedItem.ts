/** What a feed shows, as rows of the Inbox. Pure; a bad item spoils only itself. */
import { type Feed, Lane } from "@interchannel/connector"
import { Key, type Part } from "@interchannel/domain"
import type { Checkpoints, Inbox } from "@interchannel/store"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { PARTS } from "../ledger/Decode.ts"

/** Where it was read, and when. */
export interface Origin {
  readonly connection: string
  readonly feed: Feed.Any
  readonly partition: string
  readonly lane: Lane.Lane
  readonly now: number
}

export interface Item {
  readonly incoming: Inbox.Incoming
  /** The strand nested in it. */
  readonly strand?: Omit<Checkpoints.Strand, "done" | "token">
}

export const sourceOf = (feed: Feed.Any): Inbox.Source => `feed:${feed.name}`

export const of = (origin: Origin, raw: unknown): Item => {
  const { connection, feed, partition, lane } = origin
  const body = Buffer.from(JSON.stringify(raw) ?? "null")
  const named = Either.flatMap(decoderOf(feed)(raw), (item) =>
    Either.try(() => ({ key: feed.key(item), strand: feed.shape === "window" ? feed.strand?.of(item) : undefined }))
  )
  // What cannot be read has no key yet; its content stands for it, and the Normalizer sets it aside with the reason.
  const { key, strand } = Either.getOrElse(named, () => ({
    key: Key.derive("bad", body.toString("latin1")),
    strand: undefined
  }))
  const incoming = row(origin, { key, contentType: "application/json", body })
  if (strand === undefined) return { incoming }
  const { id, fingerprint } = strand
  return {
    incoming,
    strand: { connection, feed: feed.name, partition, strand: id, wanted: fingerprint, lane: numberOf(lane) }
  }
}

/** Finished parts for an item that the vendor has no more; they take the item's place, so that its return is news. */
export const gone = (origin: Origin, key: string, parts: ReadonlyArray<Part.Part>): ReadonlyArray<Inbox.Incoming> =>
  parts.length === 0
    ? []
    : [row(origin, { key, contentType: PARTS, body: Buffer.from(JSON.stringify(parts.map(absent))) })]

// ---------------------------------------------------------------------------------------------------------------------

const absent = (part: Part.Part): Part.Part => (part.deleted === true ? { ...part, absent: true } : part)

const numberOf = (lane: Lane.Lane): Inbox.LaneNumber => Lane.lanes.indexOf(lane) as Inbox.LaneNumber

const row = (
  { connection, feed, partition, lane, now }: Origin,
  content: Pick<Inbox.Incoming, "key" | "contentType" | "body">
): Inbox.Incoming => ({
  connection,
  source: sourceOf(feed),
  partition,
  receivedAt: now,
  lane: numberOf(lane),
  ...content
})

const decoders = new WeakMap<Feed.Any, (item: unknown) => Either.Either<unknown, unknown>>()
const decoderOf = (feed: Feed.Any) => {
  const decoder = decoders.get(feed) ?? Schema.decodeUnknownEither(feed.item)
  decoders.set(feed, decoder)
  return decoder
}
