/**
 * A record's timeline: one thread in the configured channel, begun when its first entry is written. Which thread is whose
 * stands in the metadata of its first message; the channel is read once, and after that only what is newer.
 */
import { type Action, VendorError } from "@interchannel/connector"
import { Key, type LocalRef } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import { fail, settings, SlackApi } from "./api.ts"
import { escape } from "./mrkdwn.ts"
import { markerOf } from "./normalize.ts"
import * as posts from "./posts.ts"
import { entryText } from "./render.ts"

type Input = Action.Input<"AppendTimeline">

export const write = (input: Input) =>
  Effect.gen(function* () {
    const content = { key: input.key, text: entryText(input.entry) }
    const channel = yield* timelineChannel
    if (input.existing === undefined) return yield* append(channel, input, content)
    return yield* renew(channel, input.existing, input, content)
  })

export const find = ({ records, leave, key }: Input) =>
  Effect.flatMap(timelineChannel, (channel) => search(channel, [...records, ...leave], key))

// ---------------------------------------------------------------------------------------------------------------------

/** A message is in one thread: that of the first record. */
const home = ({ records }: Input): LocalRef => records[0]!

/** Opaque, since every app in the workspace can read it. */
const threadKey = (record: LocalRef): string => Key.derive("t", record.kind, record.id)

const timelineChannel = Effect.flatMap(settings, ({ timelineChannel: channel }) =>
  channel === undefined
    ? fail.misconfigured(
        "AppendTimeline",
        "there is no channel for timelines",
        "set timelineChannel to the id of a channel that the app is a member of, or switch timelines off for Slack"
      )
    : Effect.succeed(channel)
)

const append = (channel: string, input: Input, content: posts.Content) =>
  Effect.gen(function* () {
    const { threads } = yield* SlackApi
    const post = Effect.flatMap(threadOf(channel, home(input)), (thread) => posts.post({ channel, thread }, content))
    const posted = yield* VendorError.unlessGone(post)
    if (posted !== undefined) return posted
    // Somebody deleted the thread: what comes now begins another.
    threads.known.delete(threadKey(home(input)))
    return yield* post
  })

/** Updates an entry where it is; out of the thread of a record that it must leave it is taken, and written anew. */
const renew = (channel: string, existing: LocalRef, input: Input, content: posts.Content) =>
  Effect.gen(function* () {
    if (input.leave.length === 0) {
      const updated = yield* VendorError.unlessGone(posts.update(existing, content))
      if (updated !== undefined) return updated
    }
    // Not where it was: somebody deleted it, or an attempt to move it was cut short.
    const stays = yield* search(channel, input.records, input.key)
    const leaves = yield* search(channel, input.leave, input.key)
    if (stays === undefined && leaves === undefined) return yield* posts.update(existing, content)
    // Written first and removed after: an entry must not vanish between the two.
    const written = yield* stays === undefined ? append(channel, input, content) : posts.update(stays.ref, content)
    if (leaves !== undefined) yield* posts.remove(leaves.ref)
    return written
  })

/** The entry in the threads of these records. */
const search = (channel: string, records: ReadonlyArray<LocalRef>, key: string) =>
  Effect.gen(function* () {
    for (const record of records) {
      const thread = yield* knownThread(channel, record)
      const written = thread === undefined ? undefined : yield* posts.find({ channel, thread }, key)
      if (written !== undefined) return written
    }
    return undefined
  })

/** The thread of a record, begun now if there is none. One at a time, so that no record gets two. */
const threadOf = (channel: string, record: LocalRef) =>
  Effect.gen(function* () {
    const { threads } = yield* SlackApi
    return yield* threads.turn.withPermits(1)(
      Effect.gen(function* () {
        const known = yield* lookUp(channel, threadKey(record))
        if (known !== undefined) return known
        const title = `*History of* ${mention(record)}`
        const begun = yield* posts.post({ channel }, { key: threadKey(record), text: title })
        const { ts } = yield* posts.placed(begun.ref)
        threads.known.set(threadKey(record), ts)
        return ts
      })
    )
  })

const knownThread = (channel: string, record: LocalRef) =>
  Effect.flatMap(SlackApi, ({ threads }) => threads.turn.withPermits(1)(lookUp(channel, threadKey(record))))

/** Reads what has been posted to the channel since the last look. */
const lookUp = (channel: string, key: string) =>
  Effect.gen(function* () {
    const { threads } = yield* SlackApi
    const known = threads.known.get(key)
    if (known !== undefined) return known
    let newest: string | undefined
    yield* posts.scan("conversations.history", { channel, oldest: threads.readThrough }, (message) => {
      newest ??= message.ts
      const marker = markerOf(message)
      if (marker !== undefined) threads.known.set(marker, message.ts)
      return false
    })
    threads.readThrough = newest ?? threads.readThrough
    return threads.known.get(key)
  })

const mention = ({ kind, id }: LocalRef): string => (kind === "user" ? `<@${id}>` : escape(`${kind} ${id}`))
