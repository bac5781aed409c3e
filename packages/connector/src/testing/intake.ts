/** Takes items and deliveries: each once, in the order they come; what cannot be read is set aside; refetches are done. */
import { createHash } from "node:crypto"
import { Part } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as Delivery from "../Delivery.ts"
import * as Feed from "../Feed.ts"
import type * as Listener from "../Listener.ts"
import type { VendorError } from "../VendorError.ts"
import type * as Webhook from "../Webhook.ts"
import { CheckFailed } from "./Check.ts"
import * as Ledger from "./Ledger.ts"
import { feedOf, type Running, slotOf, webhookOf } from "./running.ts"

/** A refetch that asks for a refetch, and so on. */
const REFETCH_DEPTH_MAX = 4

export type Taken =
  | { readonly _tag: "Refused"; readonly why: string }
  | { readonly _tag: "Answered"; readonly answer: Webhook.Answer }
  | { readonly _tag: "Known" }
  | { readonly _tag: "Stored"; readonly subjects: ReadonlyArray<Ledger.Named> }

export type Subjects = Effect.Effect<ReadonlyArray<Ledger.Named>, VendorError | CheckFailed>

/** An item as a page of the feed holds it. Unchanged since the last reading, it tells nothing new, unless it is to tell `again`. */
export const item = (
  running: Running,
  feed: Feed.Any,
  partition: string,
  raw: unknown,
  { depth = 0, again = false }: { readonly depth?: number; readonly again?: boolean } = {}
): Subjects =>
  Effect.gen(function* () {
    const { state, clock } = running
    const read = outcomesOf(running, `feed:${feed.name}`, feed, raw, partition)
    if (read === undefined) return []
    const key = feed.key(read.item)
    const slot = slotOf(feed.name, partition, key)
    const known = state.items[slot]
    const seenAt = clock.now()
    if (!again && known !== undefined && Ledger.sortedJson(known.raw) === Ledger.sortedJson(raw)) {
      state.items[slot] = { ...known, seenAt }
      return known.subjects
    }
    const subjects = [...(known?.subjects ?? []), ...(yield* record(running, read.outcomes, depth))]
    const { outcomes } = read
    state.items[slot] = { feed: feed.name, partition, key, raw, seenAt, outcomes, acceptedAt: seenAt, subjects }
    return subjects
  })

export const delivery = (
  running: Running,
  name: string,
  given: Delivery.Delivery
): Effect.Effect<Taken, VendorError | CheckFailed> =>
  Effect.gen(function* () {
    const webhook = webhookOf(running.connector, name)
    const verdict = webhook.verifier(given, running.account.credentials, given.receivedAt)
    if (!verdict.genuine) return { _tag: "Refused", why: verdict.why }
    const data = Delivery.bodyData(given.headers["content-type"], given.body)
    const answer = webhook.answer?.(data, given)
    if (answer !== undefined) return { _tag: "Answered", answer }
    const key = deliveryKey(webhook, data, given)
    if (running.state.deliveries.includes(key)) return { _tag: "Known" }
    running.state.deliveries.push(key)
    return { _tag: "Stored", subjects: yield* body(running, `webhook:${name}`, webhook, data) }
  })

/** The data of a delivery or an envelope. */
export const body = (running: Running, source: string, reader: Listener.Reader, data: unknown): Subjects =>
  Effect.gen(function* () {
    const subjects: Array<Ledger.Named> = []
    for (const raw of reader.items === undefined ? [data] : reader.items(data)) {
      const read = outcomesOf(running, source, reader, raw, Feed.ALL.id)
      if (read !== undefined) subjects.push(...(yield* record(running, read.outcomes, 0)))
    }
    return subjects
  })

/** Notes parts, and does what has to be read again. */
export const record = (running: Running, outcomes: ReadonlyArray<Part.Outcome>, depth: number): Subjects =>
  Effect.gen(function* () {
    const subjects: Array<Ledger.Named> = []
    for (const outcome of outcomes) {
      if (!Part.isRefetch(outcome)) {
        running.state.told.push(outcome)
        subjects.push({ subject: outcome.subject, ref: outcome.ref })
      } else if (!isKnown(running, outcome)) {
        subjects.push(...(yield* refetch(running, outcome, depth)))
      }
    }
    return subjects
  })

/** As the daemon's intake does: the vendor's own key, else a hash of the body. */
export const deliveryKey = (webhook: Webhook.Any, data: unknown, given: Delivery.Delivery): string =>
  webhook.deliveryKey?.(data, given) ?? createHash("sha256").update(given.body).digest("base64url")

// ---------------------------------------------------------------------------------------------------------------------

/** `undefined`: set aside. */
const outcomesOf = (
  { state, clock, connection, account }: Running,
  source: string,
  reader: Pick<Webhook.Any, "item" | "normalize">,
  raw: unknown,
  partition: string
): { readonly item: unknown; readonly outcomes: ReadonlyArray<Part.Outcome> } | undefined => {
  const setAside = (detail: string) => void state.quarantine.push({ source, raw, detail })
  const decoded = Schema.decodeUnknownEither(reader.item as Schema.Schema<unknown>)(raw)
  if (Either.isLeft(decoded)) {
    setAside(ParseResult.TreeFormatter.formatErrorSync(decoded.left))
    return undefined
  }
  const origin: Feed.Origin = { connection, partition, acceptedAt: clock.now(), settings: account.settings }
  try {
    return { item: decoded.right, outcomes: reader.normalize(decoded.right, origin) }
  } catch (cause) {
    setAside(`normalize threw ${String(cause)}`)
    return undefined
  }
}

const isKnown = ({ connector, connection, state }: Running, wanted: Part.Refetch): boolean => {
  const { unlessKnown: ref } = wanted
  if (ref === undefined) return false
  const ledger = Ledger.make(connection, state.told)
  const subjects =
    feedOf(connector, wanted.refetch).yields === "contacts"
      ? (["contact", "organization"] as const)
      : (["interaction"] as const)
  return subjects.some((subject) => ledger.of({ subject, ref }) !== undefined)
}

const refetch = (running: Running, wanted: Part.Refetch, depth: number): Subjects =>
  Effect.gen(function* () {
    const feed = feedOf(running.connector, wanted.refetch)
    const partition = wanted.partition ?? Feed.ALL.id
    if (feed.one === undefined) {
      return yield* new CheckFailed({ detail: `normalize asks to refetch from ${feed.name}, which has no \`one\`` })
    }
    if (depth >= REFETCH_DEPTH_MAX) {
      return yield* new CheckFailed({ detail: `refetching ${feed.name} ${wanted.id} does not end` })
    }
    running.state.refetched.push(wanted)
    const raw: unknown = yield* running.use(feed.one(wanted.id, partition))
    return raw === undefined
      ? yield* record(running, feed.gone?.(wanted.id, running.clock.now()) ?? [], depth + 1)
      : yield* item(running, feed, partition, raw, { depth: depth + 1 })
  })
