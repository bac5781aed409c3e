/**
 * What is read: calls, messages, recordings, transcripts and TaskRouter's events. Twilio has no "updated since": durations,
 * recordings and read receipts come later, so two days are read again every hour.
 */
import { Feed, Http, Pages, VendorError, Wire } from "@interchannel/connector"
import { Instant } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { call, page, settings, VENDOR } from "./api.ts"
import * as legs from "./legs.ts"
import { message, recording, transcript } from "./normalize.ts"
import * as tasks from "./tasks.ts"
import { Call, Message, Recording, Sentence, Spoken, TaskEvent, Transcript } from "./wire.ts"

const { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } = Instant

const pace = {
  yields: "interactions",
  cadenceMs: MINUTE_MS,
  // Calls last; one that began before the last look may have ended since.
  overlapMs: 15 * MINUTE_MS,
  reconcile: { everyMs: HOUR_MS, windowMs: 48 * HOUR_MS },
  sliceMs: 7 * DAY_MS
} as const

export const calls = Feed.window("calls", {
  ...pace,
  item: Call,
  key: ({ sid }) => sid,
  normalize: legs.listed,
  page: (request) => ofAccount("calls", "/Calls.json", "StartTime", request)
})

export const messages = Feed.window("messages", {
  ...pace,
  item: Message,
  key: ({ sid }) => sid,
  normalize: message,
  page: (request) => ofAccount("messages", "/Messages.json", "DateSent", request),
  one: (sid) => one("messages", Http.path`/Messages/${sid}.json`)
})

export const recordings = Feed.window("recordings", {
  ...pace,
  item: Recording,
  key: ({ sid }) => sid,
  normalize: recording,
  page: (request) => ofAccount("recordings", "/Recordings.json", "DateCreated", request),
  one: (sid) => one("recordings", Http.path`/Recordings/${sid}.json`)
})

export const events = Feed.window("events", {
  ...pace,
  item: TaskEvent,
  key: ({ sid }) => sid,
  normalize: tasks.listed,
  partitions: Effect.map(settings, ({ workspaces }) => workspaces.map((id) => ({ id }))),
  page: ({ partition, from, to, token }) =>
    page("events.list", "taskrouter", {
      items: "events",
      path: `/v1/Workspaces/${partition}/Events`,
      query: { StartDate: second(from, Math.floor), EndDate: second(to, Math.ceil) },
      token
    })
})

// ---------------------------------------------------------------------------------------------------------------------

/** Sentences of one transcript: 20,000. */
const SENTENCE_PAGES_MAX = 100

const ofAccount = (items: string, path: string, time: string, { from, to, token }: Feed.WindowRequest) =>
  page(`${items}.list`, "api", {
    items,
    path,
    // With the equals sign behind it, the first is "at or after". Seconds are as fine as these times are.
    query: { [`${time}>`]: second(from, Math.floor), [`${time}<`]: second(to, Math.ceil) },
    token
  })

const one = (items: string, path: string) =>
  VendorError.unlessGone(Effect.flatMap(call(`${items}.get`, "api", path), (answer) => answer.json()))

const second = (at: Instant.Instant, round: (seconds: number) => number): string =>
  Instant.toIso(Math.max(0, round(at / SECOND_MS) * SECOND_MS)).replace(".000Z", "Z")

/** `undefined` when transcript or recording are gone, or were made of something else than a call. */
const spoken = (sid: string) =>
  Effect.gen(function* () {
    const path = Http.path`/v2/Transcripts/${sid}`
    const read = yield* VendorError.unlessGone(call("transcripts.get", "intelligence", path))
    if (read === undefined) return undefined
    const { channel, language_code, date_updated } = yield* read.decoded(Transcript)
    const source = channel?.media_properties?.source_sid ?? ""
    const recording = Wire.one(Recording)(yield* one("recordings", Http.path`/Recordings/${source}.json`))
    if (recording?.call_sid === undefined) return undefined
    const items = yield* Pages.all({
      vendor: VENDOR,
      operation: "sentences.list",
      pagesMax: SENTENCE_PAGES_MAX,
      page: (token) => page("sentences.list", "intelligence", { items: "sentences", path: `${path}/Sentences`, token })
    })
    // A line a sentence, with the number of the channel it was said on.
    const lines = Wire.fitting(Sentence)(items).map(({ media_channel, transcript: said }) =>
      media_channel === undefined ? said : `${media_channel}: ${said}`
    )
    return {
      transcript: sid,
      call: recording.call_sid,
      updatedAt: date_updated ?? 0,
      language: language_code,
      text: lines.join("\n")
    } satisfies Spoken
  })

/** One list of two sorts of items: transcripts, and what is said in them, read when a transcript is new or changed. */
export const transcripts = Feed.window("transcripts", {
  ...pace,
  item: Schema.Union(Spoken, Transcript),
  key: (item) => ("text" in item ? `${item.transcript}/text` : item.sid),
  normalize: transcript,
  partitions: Effect.map(settings, ({ transcriptServices }) => transcriptServices.map((id) => ({ id }))),
  page: ({ partition, from, to, token }) => {
    const span = { AfterDateCreated: second(from, Math.floor), BeforeDateCreated: second(to, Math.ceil) }
    const query = { ServiceSid: partition, ...span }
    return page("transcripts.list", "intelligence", { items: "transcripts", path: "/v2/Transcripts", query, token })
  },
  strand: {
    of: (item) =>
      "text" in item || item.status !== "completed" || !item.channel?.media_properties?.source_sid
        ? undefined
        : { id: item.sid, fingerprint: String(item.date_updated ?? "") },
    page: ({ strand }) => Effect.map(spoken(strand), (item) => Feed.page(item === undefined ? [] : [item]))
  },
  one: spoken
})
