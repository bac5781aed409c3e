/**
 * Our own messages. Slack has no idempotency key: each carries ours in its metadata, and looking for that is what makes a
 * write happen once. Every app in the workspace can read metadata, so nothing but the opaque key is in it.
 */
import { type Action, Feed, Pages, VendorError } from "@interchannel/connector"
import type { LocalRef } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { fail, SlackApi, VENDOR } from "./api.ts"
import { MARKER, markerOf, messageAt, messageRef } from "./normalize.ts"
import { Done, type Identity, Message, MessagePage, nextCursor, Posted } from "./wire.ts"

/** One look-up reads 50 pages: 49,950 messages, or 750 in the `distributed` profile. */
const LOOK_UP_PAGES_MAX = 50
/** The most that Slack gives. */
const PAGE_SIZE = { internal: 999, distributed: 15 }

export interface Content {
  /** Ours, found again by `findReply` and `findMessage`. */
  readonly key: string
  /** In Slack's markup. */
  readonly text: string
  readonly blocks?: ReadonlyArray<unknown>
}

/** What reads or writes one message. */
type Attempt<A> = Effect.Effect<A, VendorError.VendorError, SlackApi>

/** Not safe to repeat. */
export const post = (channel: string, thread: string | undefined, content: Content): Attempt<Action.Written> =>
  Effect.gen(function* () {
    const { call, identity } = yield* SlackApi
    // Asked for first: once the message is posted, nothing may fail any more.
    const self = yield* identity
    const args = { channel, thread_ts: thread, ...shown(content), unfurl_links: false, unfurl_media: false }
    const posted = yield* call("chat.postMessage", args, Posted)
    return writtenAt(self, posted.channel, posted.ts, thread)
  })

/** Fails with `Gone` when somebody deleted it. */
export const update = (ref: LocalRef, content: Content): Attempt<Action.Written> =>
  Effect.gen(function* () {
    const { call, identity } = yield* SlackApi
    const self = yield* identity
    const { channel, ts } = yield* placed(ref)
    yield* call("chat.update", { channel, ts, ...shown(content) }, Posted)
    return writtenAt(self, channel, ts)
  })

/** Succeeds when it is not there. */
export const remove = (ref: LocalRef): Attempt<void> =>
  Effect.gen(function* () {
    const { call } = yield* SlackApi
    const { channel, ts } = yield* placed(ref)
    yield* VendorError.unlessGone(call("chat.delete", { channel, ts }, Done))
  })

/** Our message with the key in a thread. */
export const findReply = (channel: string, thread: string, key: string): Attempt<Action.Written | undefined> =>
  Effect.gen(function* () {
    const found = yield* VendorError.unlessGone(
      scan("conversations.replies", { channel, ts: thread }, (message) => markerOf(message) === key)
    )
    return found === undefined ? undefined : writtenAt(yield* (yield* SlackApi).identity, channel, found.ts, thread)
  })

/** Our message with the key in a channel, outside of threads. */
export const findMessage = (channel: string, key: string): Attempt<Action.Written | undefined> =>
  Effect.gen(function* () {
    const found = yield* scan("conversations.history", { channel }, (message) => markerOf(message) === key)
    return found === undefined ? undefined : writtenAt(yield* (yield* SlackApi).identity, channel, found.ts)
  })

/** The first message that `isWanted`, in Slack's order. Fails when there are more pages than are looked at. */
export const scan = (
  method: "conversations.history" | "conversations.replies",
  args: Readonly<Record<string, unknown>>,
  isWanted: (message: Message) => boolean
): Attempt<Message | undefined> =>
  Effect.flatMap(SlackApi, ({ call, settings }) => {
    const asked = { limit: PAGE_SIZE[settings.historyProfile], include_all_metadata: true, ...args }
    const list: Pages.List<never> = {
      vendor: VENDOR,
      operation: method,
      pagesMax: LOOK_UP_PAGES_MAX,
      page: (cursor) =>
        Effect.map(call(method, { ...asked, cursor }, MessagePage), (page) =>
          Feed.page(page.messages, nextCursor(page))
        )
    }
    return Pages.find(list, Message, isWanted)
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
