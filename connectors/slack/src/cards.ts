/** The context card of a conversation: one message, below the customer's, updated in place. */
import type { Action } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { fail, SlackApi } from "./api.ts"
import * as posts from "./posts.ts"
import { cardBlocks, cardText } from "./render.ts"
import { ChannelAnswer } from "./wire.ts"

type Input = Action.Input<"ShowContext">

export const write = (input: Input) =>
  Effect.gen(function* () {
    const { identity } = yield* SlackApi
    const about = yield* posts.placed(input.conversation)
    const place = input.existing === undefined ? yield* placeFor(input) : yield* posts.placed(input.existing)
    const away = place.channel === about.channel ? undefined : posts.permalink(yield* identity, about.channel, about.ts)
    const content = { key: input.key, text: cardText(input.card), blocks: cardBlocks(input.card, away) }
    return input.existing === undefined
      ? yield* posts.post(place.channel, "thread" in place ? place.thread : undefined, content)
      : yield* posts.update(input.existing, content)
  })

export const find = (input: Input) =>
  Effect.flatMap(placeFor(input), ({ channel, thread }) =>
    thread === undefined ? posts.findMessage(channel, input.key) : posts.findReply(channel, thread, input.key)
  )

// ---------------------------------------------------------------------------------------------------------------------

/** What an agent may know about a customer is not for the customer's colleagues, who read along in a shared channel. */
const placeFor = ({ conversation }: Input) =>
  Effect.gen(function* () {
    const { call, settings } = yield* SlackApi
    const { channel, ts: thread } = yield* posts.placed(conversation)
    if (settings.cardsInSharedChannels) return { channel, thread }
    const { channel: info } = yield* call("conversations.info", { channel }, ChannelAnswer)
    if (info.is_ext_shared !== true) return { channel, thread }
    if (settings.timelineChannel !== undefined) return { channel: settings.timelineChannel, thread: undefined }
    return yield* fail.rejected(
      "chat.postMessage",
      "shared_channel",
      "another company would read the card; set timelineChannel, where it goes then, or cardsInSharedChannels to allow it"
    )
  })
