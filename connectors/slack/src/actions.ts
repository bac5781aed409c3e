/** What is written to Slack: a message to a customer, a context card in their thread, and the timeline of a record. */
import { Action } from "@interchannel/connector"
import type { Handle, LocalRef } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { fail, SlackApi } from "./api.ts"
import * as cards from "./cards.ts"
import { Settings } from "./credentials.ts"
import { escape } from "./mrkdwn.ts"
import * as posts from "./posts.ts"
import * as timeline from "./timeline.ts"
import { ChannelAnswer } from "./wire.ts"

/** Slack shows a message in its history at once; the second is for its replicas. */
const VISIBLE_AFTER_MS = 1_000

export const sendMessage = Action.SendMessage.with({
  idempotency: "look up first",
  visibleAfterMs: VISIBLE_AFTER_MS,
  batchMax: 1,
  write: Action.each((input) =>
    Effect.gen(function* () {
      const content = { key: input.key, text: escape(input.text) }
      if (input.existing !== undefined) return yield* posts.update(input.existing, content)
      const { channel, thread } = yield* target(input)
      return yield* posts.post(channel, thread, content)
    })
  ),
  find: (input) =>
    Effect.gen(function* () {
      const { channel, thread } = yield* target(input)
      return thread === undefined
        ? yield* posts.findMessage(channel, input.key)
        : yield* posts.findReply(channel, thread, input.key)
    }),
  remove: posts.remove
})

export const showContext = Action.ShowContext.with({
  idempotency: "look up first",
  visibleAfterMs: VISIBLE_AFTER_MS,
  batchMax: 1,
  write: Action.each(cards.write),
  find: cards.find,
  remove: posts.remove
})

export const appendTimeline = Action.AppendTimeline.with({
  idempotency: "look up first",
  visibleAfterMs: VISIBLE_AFTER_MS,
  batchMax: 1,
  lacks: (settings) =>
    Schema.is(Settings)(settings) && settings.timelineChannel === undefined
      ? "set settings.timelineChannel to the id of a channel that the app is a member of"
      : undefined,
  write: Action.each(timeline.write),
  find: timeline.find,
  remove: posts.remove
})

// ---------------------------------------------------------------------------------------------------------------------

interface Addressed {
  readonly conversation?: LocalRef
  readonly to?: Handle.Handle
}

/** The thread of a conversation, a channel itself, or the direct messages with a user. */
const target = ({ conversation, to }: Addressed) =>
  Effect.gen(function* () {
    if (conversation?.kind === "channel") return { channel: conversation.id, thread: undefined }
    if (conversation !== undefined) {
      const { channel, ts } = yield* posts.placed(conversation)
      return { channel, thread: ts }
    }
    const user = to?.kind === "vendor-user" ? /^slack:[^/]+\/([UW][A-Z0-9]+)$/.exec(to.value)?.[1] : undefined
    if (user === undefined) {
      return yield* fail.rejected(
        "chat.postMessage",
        "no_addressee",
        "neither a conversation nor a user of Slack is given"
      )
    }
    const { call } = yield* SlackApi
    const { channel } = yield* call("conversations.open", { users: user }, ChannelAnswer)
    return { channel: channel.id, thread: undefined }
  })
