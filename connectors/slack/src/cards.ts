/** The context card of a conversation: one message, below the customer's, updated in place. */
import type { Action } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { call, type Doing, fail, identity, settings } from "./api.ts"
import * as posts from "./posts.ts"
import { cardBlocks, cardText } from "./render.ts"
import { ChannelAnswer } from "./wire.ts"

type Input = Action.Input<"ShowContext">

export const write = (input: Input) =>
  Effect.gen(function* () {
    const { existing, card, key } = input
    const about = yield* posts.placed(input.conversation)
    const place: posts.Place = yield* existing === undefined ? placeFor(input) : posts.placed(existing)
    const away = place.channel === about.channel ? undefined : posts.permalink(yield* identity, about.channel, about.ts)
    const content = { key, text: cardText(card), blocks: cardBlocks(card, away) }
    return yield* existing === undefined ? posts.post(place, content) : posts.update(existing, content)
  })

export const find = (input: Input) => Effect.flatMap(placeFor(input), (place) => posts.find(place, input.key))

// ---------------------------------------------------------------------------------------------------------------------

/** What an agent may know about a customer is not for the customer's colleagues, who read along in a shared channel. */
const placeFor = ({ conversation }: Input): Doing<posts.Place> =>
  Effect.gen(function* () {
    const { cardsInSharedChannels, timelineChannel } = yield* settings
    const { channel, ts: thread } = yield* posts.placed(conversation)
    if (cardsInSharedChannels) return { channel, thread }
    const { channel: info } = yield* call("conversations.info", { channel }, ChannelAnswer)
    if (info.is_ext_shared !== true) return { channel, thread }
    if (timelineChannel !== undefined) return { channel: timelineChannel }
    return yield* fail.rejected(
      "chat.postMessage",
      "shared_channel",
      "another company would read the card; set timelineChannel, where it goes then, or cardsInSharedChannels to allow it"
    )
  })
