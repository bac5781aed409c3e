/** What is read: the workspace's users, and the messages of listed and shared channels with the replies below them. */
import { Feed, Pages, VendorError, Wire } from "@interchannel/connector"
import { Instant } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import { call, identity, settings, type SlackApi, VENDOR } from "./api.ts"
import { lists } from "./credentials.ts"
import { deleted, message, messageAt, messageRef, partitionOf, placeOf, unseen, user } from "./normalize.ts"
import * as posts from "./posts.ts"
import { Channel, ChannelPage, Message, nextCursor, tsBefore, tsOf, User, UserAnswer, UserPage } from "./wire.ts"

const { DAY_MS, HOUR_MS, MINUTE_MS } = Instant

/** What one page asks for, as Slack recommends. */
const PAGE_SIZE = 200
/** Channels that the app is a member of: 20,000. */
const CHANNEL_PAGES_MAX = 100

/** Each channel that the app is a member of. */
export const memberships = Effect.map(
  Pages.all<SlackApi>({
    vendor: VENDOR,
    operation: "users.conversations",
    pagesMax: CHANNEL_PAGES_MAX,
    page: (cursor) => {
      const asked = {
        types: "public_channel,private_channel,mpim,im",
        exclude_archived: true,
        limit: PAGE_SIZE,
        cursor
      }
      return Effect.map(call("users.conversations", asked, ChannelPage), (page) =>
        Feed.page(page.channels, nextCursor(page))
      )
    }
  }),
  Wire.fitting(Channel)
)

/** Those that are read. */
const readable = Effect.zipWith(memberships, settings, (channels, known) =>
  channels.filter((channel) => channel.is_ext_shared === true || lists(known, channel.id))
)

export const users = Feed.snapshot("users", {
  yields: "contacts",
  item: User,
  key: (item) => item.id,
  normalize: user,
  cadenceMs: 6 * HOUR_MS,
  page: ({ token }) =>
    Effect.map(call("users.list", { limit: PAGE_SIZE, cursor: token }, UserPage), (page) =>
      Feed.page(page.members, nextCursor(page))
    ),
  one: (id) =>
    Effect.map(VendorError.unlessGone(call("users.info", { user: id }, UserAnswer)), (answer) => answer?.user),
  // A contact without fields, so that a user whom the workspace may not see is not asked for again.
  gone: (id) => [unseen(id)]
})

export const messages = Feed.window("messages", {
  yields: "interactions",
  item: Message,
  key: (item) => item.ts,
  normalize: (item, origin) => message(item, placeOf(origin.partition), origin),
  cadenceMs: MINUTE_MS,
  overlapMs: MINUTE_MS,
  // A late reply does not move its parent, and an edit is in no list of news: both are found by reading again.
  reconcile: { everyMs: HOUR_MS, windowMs: 14 * DAY_MS },
  sliceMs: 30 * DAY_MS,
  partitions: Effect.gen(function* () {
    const { team_id: team } = yield* identity
    return (yield* readable).map((channel) => ({
      id: partitionOf({ team, channel: channel.id }),
      title: titleOf(channel)
    }))
  }),
  page: ({ partition, from, to, token }) =>
    read("conversations.history", partition, {
      oldest: tsOf(Math.max(0, from)),
      latest: tsBefore(Math.max(1, to)),
      inclusive: true,
      cursor: token
    }),
  strand: {
    of: (item) =>
      (item.reply_count ?? 0) > 0
        ? { id: item.ts, fingerprint: `${item.latest_reply ?? ""}/${item.reply_count}` }
        : undefined,
    page: ({ partition, strand, token }) =>
      Effect.map(read("conversations.replies", partition, { ts: strand, cursor: token }), (page) => ({
        ...page,
        // Each page begins with the parent, which has been read already.
        items: page.items.filter((item) => !isAt(item, strand))
      }))
  },
  one: (id) =>
    Effect.gen(function* () {
      const at = messageAt({ kind: "message", id })
      if (at === undefined) return undefined
      // Given the ts of a reply, Slack answers with that reply alone.
      const page = yield* VendorError.unlessGone(
        read("conversations.replies", partitionOf(at), { ts: at.ts, limit: 1 })
      )
      return page?.items.find((item) => isAt(item, at.ts))
    }),
  gone: (id, at) => {
    const place = messageAt({ kind: "message", id })
    return place === undefined ? [] : [deleted(place, place.ts, at)]
  }
})

/** What a `Refetch` of a message names. */
export const messageId = (place: { readonly team: string; readonly channel: string }, ts: string): string =>
  messageRef(place, ts).id

// ---------------------------------------------------------------------------------------------------------------------

const read = (method: string, partition: string, args: Readonly<Record<string, unknown>>) =>
  posts.page(method, { ...args, channel: placeOf(partition).channel }, PAGE_SIZE)

const isAt = (item: unknown, ts: string): boolean => Wire.field(item, "ts") === ts

const titleOf = (channel: Channel): string =>
  channel.name === undefined ? (channel.is_im === true ? "direct messages" : channel.id) : `#${channel.name}`
