/** What is written to Slack: a message to a customer, a context card in their thread, and the timeline of a record. */
import { Action } from "@interchannel/connector"
import type { LocalRef } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import { call, type Doing, fail } from "./api.ts"
import * as cards from "./cards.ts"
import { escape } from "./mrkdwn.ts"
import * as posts from "./posts.ts"
import * as timeline from "./timeline.ts"
import { ChannelAnswer } from "./wire.ts"

/** Each carries our key. Slack shows a message in its history at once; the second is for its replicas. */
const marked = { idempotency: "look up first", visibleAfterMs: 1_000, batchMax: 1, remove: posts.remove } as const

export const sendMessage = Action.SendMessage.with({
  ...marked,
  write: Action.each((input) => {
    const content = { key: input.key, text: escape(input.text) }
    return input.existing === undefined
      ? Effect.flatMap(target(input), (place) => posts.post(place, content))
      : posts.update(input.existing, content)
  }),
  find: (input) => Effect.flatMap(target(input), (place) => posts.find(place, input.key))
})

export const showContext = Action.ShowContext.with({ ...marked, write: Action.each(cards.write), find: cards.find })

export const appendTimeline = Action.AppendTimeline.with({
  ...marked,
  lacks: Action.needs(
    "timelineChannel",
    "set settings.timelineChannel to the id of a channel that the app is a member of"
  ),
  write: Action.each(timeline.write),
  find: timeline.find
})

// ---------------------------------------------------------------------------------------------------------------------

type Addressed = Pick<Action.Input<"SendMessage">, "conversation" | "to">

/** The thread of a conversation, a channel itself, or the direct messages with a user. */
const target = ({ conversation, to }: Addressed): Doing<posts.Place> =>
  Effect.gen(function* () {
    if (conversation !== undefined) return yield* threadOf(conversation)
    const user = to?.kind === "vendor-user" ? /^slack:[^/]+\/([UW][A-Z0-9]+)$/.exec(to.value)?.[1] : undefined
    if (user === undefined) {
      const detail = "neither a conversation nor a user of Slack is given"
      return yield* fail.rejected("chat.postMessage", "no_addressee", detail)
    }
    const { channel } = yield* call("conversations.open", { users: user }, ChannelAnswer)
    return { channel: channel.id }
  })

const threadOf = (conversation: LocalRef): Doing<posts.Place> =>
  conversation.kind === "channel"
    ? Effect.succeed({ channel: conversation.id })
    : Effect.map(posts.placed(conversation), ({ channel, ts }) => ({ channel, thread: ts }))
