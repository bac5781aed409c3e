/**
 * Our own messages. Slack has no idempotency key: each carries ours in its metadata, and looking for that is what makes a
 * write happen once. Every app in the workspace can read metadata, so nothing but the opaque key is in it.
 */
import { type Action, Feed, Pages, VendorError } from "@interchannel/connector"
import type { LocalRef } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { call, type Doing, fail, identity, SlackApi, VENDOR } from "./api.ts"
import { MARKER, markerOf, messageAt, messageRef } from "./normalize.ts"
import { Done, type Identity, Message, MessagePage, nextCursor, Posted } from "./wire.ts"

/** One look-up reads 50 pages: 49,950 messages, or 750 in the `distributed` profile. */
const LOOK_UP_PAGES_MAX = 50
/** The most that Slack gives. */
const LOOK_UP_PAGE_SIZE = 999
/** In its `distributed` profile Slack gives no more. */
const DISTRIBUTED_PAGE_SIZE = 15

export interface Content {
  /** Ours, found again by `find`. */
  readonly key: string
  /** In Slack's markup. */
  readonly text: string
  readonly blocks?: ReadonlyArray<unknown>
}

/** A channel, or a thread in it. */
export interface Place {
  readonly channel: string
  readonly thread?: string | undefined
}

type Arguments = Readonly<Record<string, unknown>>

/** Not safe to repeat. */
export const post = ({ channel, thread }: Place, content: Content): Doing<Action.Written> =>
  Effect.gen(function* () {
    // Asked for first: once the message is posted, nothing may fail any more.
    const self = yield* identity
    const args = { channel, thread_ts: thread, ...shown(content), unfurl_links: false, unfurl_media: false }
    const posted = yield* call("chat.postMessage", args, Posted)
    return writtenAt(self, posted.channel, posted.ts, thread)
  })

/** Fails with `Gone` when somebody deleted it. */
export const update = (ref: LocalRef, content: Content): Doing<Action.Written> =>
  Effect.gen(function* () {
    const self = yield* identity
    const { channel, ts } = yield* placed(ref)
    yield* call("chat.update", { channel, ts, ...shown(content) }, Posted)
    return writtenAt(self, channel, ts)
  })

/** Succeeds when it is not there. */
export const remove = (ref: LocalRef): Doing<void> =>
  Effect.gen(function* () {
    const { channel, ts } = yield* placed(ref)
    yield* VendorError.unlessGone(call("chat.delete", { channel, ts }, Done))
  })

/** Our message with the key in a thread, or in a channel outside of threads. */
export const find = ({ channel, thread }: Place, key: string): Doing<Action.Written | undefined> =>
  Effect.gen(function* () {
    const isOurs = (message: Message) => markerOf(message) === key
    const found = yield* thread === undefined
      ? scan("conversations.history", { channel }, isOurs)
      : VendorError.unlessGone(scan("conversations.replies", { channel, ts: thread }, isOurs))
    return found === undefined ? undefined : writtenAt(yield* identity, channel, found.ts, thread)
  })

/** The first message that `isWanted`, in Slack's order. Fails when there are more pages than are looked at. */
export const scan = (method: string, args: Arguments, isWanted: (message: Message) => boolean) => {
  const list: Pages.List<SlackApi> = {
    vendor: VENDOR,
    operation: method,
    pagesMax: LOOK_UP_PAGES_MAX,
    page: (cursor) => page(method, { ...args, cursor }, LOOK_UP_PAGE_SIZE)
  }
  return Pages.find(list, Message, isWanted)
}

/** One page of messages, as many as the profile allows. */
export const page = (method: string, args: Arguments, limit: number): Doing<Feed.Page> =>
  Effect.gen(function* () {
    const { settings } = yield* SlackApi
    const most = settings.historyProfile === "distributed" ? DISTRIBUTED_PAGE_SIZE : limit
    const answer = yield* call(method, { limit: most, include_all_metadata: true, ...args }, MessagePage)
    return Feed.page(answer.messages, nextCursor(answer))
  })

/** Where a message is, from its ref. */
export const placed = (ref: LocalRef) =>
  Either.fromNullable(messageAt(ref), () =>
    fail.rejected("write", "ref", `${ref.kind} ${ref.id} is no message or thread of Slack`)
  )

/** Where a person opens a message. */
export const permalink = (self: Identity, channel: string, ts: string, thread?: string): string => {
  const inThread = thread === undefined ? "" : `?thread_ts=${thread}&cid=${channel}`
  return `${self.url.replace(/\/$/, "")}/archives/${channel}/p${ts.replace(".", "")}${inThread}`
}

// ---------------------------------------------------------------------------------------------------------------------

const shown = ({ key, text, blocks }: Content) => ({
  text,
  blocks,
  metadata: { event_type: MARKER, event_payload: { id: key } }
})

const writtenAt = (self: Identity, channel: string, ts: string, thread?: string): Action.Written => ({
  ref: messageRef({ team: self.team_id, channel }, ts),
  url: permalink(self, channel, ts, thread)
})
