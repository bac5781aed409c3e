/**
 * What is read: calls, messages, recordings, transcripts and TaskRouter's events. Twilio has no "updated since": durations,
 * recordings and read receipts come later, so two days are read again every hour.
 */
import { Feed } from "@interchannel/connector"
import { Instant } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { decoded, rejected, TwilioApi, unlessGone } from "./api.ts"
import * as legs from "./legs.ts"
import { message, recording, transcript } from "./normalize.ts"
import * as tasks from "./tasks.ts"
import { Call, Message, Recording, Sentence, Spoken, TaskEvent, Transcript } from "./wire.ts"

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

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
  one: (sid) => one("messages", `/Messages/${encodeURIComponent(sid)}.json`)
})

export const recordings = Feed.window("recordings", {
  ...pace,
  item: Recording,
  key: ({ sid }) => sid,
  normalize: recording,
  page: (request) => ofAccount("recordings", "/Recordings.json", "DateCreated", request),
  one: (sid) => one("recordings", `/Recordings/${encodeURIComponent(sid)}.json`)
})

export const events = Feed.window("events", {
  ...pace,
  item: TaskEvent,
  key: ({ sid }) => sid,
  normalize: tasks.listed,
  partitions: Effect.map(TwilioApi, ({ settings }) => settings.workspaces.map((id) => ({ id }))),
  page: ({ partition, from, to, token }) =>
    Effect.flatMap(TwilioApi, ({ page }) =>
      page("events.list", "taskrouter", {
        items: "events",
        path: `/v1/Workspaces/${partition}/Events`,
        query: { StartDate: second(from, Math.floor), EndDate: second(to, Math.ceil) },
        token
      })
    )
})

/** One list of two sorts of items: transcripts, and what is said in them, read when a transcript is new or changed. */
export const transcripts = Feed.window("transcripts", {
  ...pace,
  item: Schema.Union(Spoken, Transcript),
  key: (item) => ("text" in item ? `${item.transcript}/text` : item.sid),
  normalize: transcript,
  partitions: Effect.map(TwilioApi, ({ settings }) => settings.transcriptServices.map((id) => ({ id }))),
  page: ({ partition, from, to, token }) =>
    Effect.flatMap(TwilioApi, ({ page }) =>
      page("transcripts.list", "intelligence", {
        items: "transcripts",
        path: "/v2/Transcripts",
        query: {
          ServiceSid: partition,
          AfterDateCreated: second(from, Math.floor),
          BeforeDateCreated: second(to, Math.ceil)
        },
        token
      })
    ),
  strand: {
    of: (item) =>
      "text" in item || item.status !== "completed" || !item.channel?.media_properties?.source_sid
        ? undefined
        : { id: item.sid, fingerprint: item.date_updated ?? "" },
    page: ({ strand }) => Effect.map(spoken(strand), (item) => Feed.page(item === undefined ? [] : [item]))
  }
})

// ---------------------------------------------------------------------------------------------------------------------

/** Sentences of one transcript: 20,000. */
const SENTENCE_PAGES_MAX = 100

const ofAccount = (items: string, path: string, time: string, { from, to, token }: Feed.WindowRequest) =>
  Effect.flatMap(TwilioApi, (api) =>
    api.page(`${items}.list`, "api", {
      items,
      path: api.ofAccount(path),
      // With the equals sign behind it, the first is "at or after". Seconds are as fine as these times are.
      query: { [`${time}>`]: second(from, Math.floor), [`${time}<`]: second(to, Math.ceil) },
      token
    })
  )

const one = (items: string, path: string) =>
  Effect.flatMap(TwilioApi, (api) =>
    unlessGone(Effect.flatMap(api.call(`${items}.get`, "api", api.ofAccount(path)), (answer) => answer.json()))
  )

const second = (at: Instant.Instant, round: (seconds: number) => number): string =>
  Instant.toIso(Math.max(0, round(at / SECOND_MS) * SECOND_MS)).replace(".000Z", "Z")

/** `undefined` when transcript or recording are gone, or were made of something else than a call. */
const spoken = (sid: string) =>
  Effect.gen(function* () {
    const { call } = yield* TwilioApi
    const read = yield* unlessGone(
      call("transcripts.get", "intelligence", `/v2/Transcripts/${encodeURIComponent(sid)}`)
    )
    if (read === undefined) return undefined
    const transcript = yield* decoded("transcripts.get", Transcript)(read)
    const source = transcript.channel?.media_properties?.source_sid ?? ""
    const recorded = yield* one("recordings", `/Recordings/${encodeURIComponent(source)}.json`)
    const recording = Schema.decodeUnknownOption(Recording)(recorded)
    if (recording._tag === "None" || !recording.value.call_sid) return undefined
    const updatedAt = legs.instantOf(transcript.date_updated) ?? 0
    const item: Spoken = {
      transcript: sid,
      call: recording.value.call_sid,
      updatedAt,
      language: transcript.language_code,
      text: yield* sentences(sid)
    }
    return item
  })

/** A line a sentence, with the number of the channel it was said on. */
const sentences = (transcript: string) =>
  Effect.gen(function* () {
    const { page } = yield* TwilioApi
    const path = `/v2/Transcripts/${encodeURIComponent(transcript)}/Sentences`
    const lines: Array<string> = []
    let token: string | undefined
    for (let pages = 0; pages < SENTENCE_PAGES_MAX; pages++) {
      const read = yield* page("sentences.list", "intelligence", { items: "sentences", path, query: {}, token })
      for (const item of read.items) {
        const sentence = Schema.decodeUnknownOption(Sentence)(item)
        if (sentence._tag === "None" || !sentence.value.transcript) continue
        const { media_channel: channel, transcript: said } = sentence.value
        lines.push(typeof channel === "number" ? `${channel}: ${said}` : said)
      }
      token = read.next
      if (token === undefined) return lines.join("\n")
    }
    return yield* rejected("sentences.list", "too_long", `more than ${SENTENCE_PAGES_MAX} pages of sentences`)
  })
