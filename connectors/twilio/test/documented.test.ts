import { Delivery, type Feed } from "@interchannel/connector"
import { Part } from "@interchannel/domain"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { calls, events, messages, recordings, transcripts } from "../src/feeds.ts"
import { callbacks } from "../src/webhooks.ts"
import { Task } from "../src/wire.ts"
import { document, whenDocumented } from "./documented.ts"

const origin: Feed.Origin = { connection: "phone", partition: "WS1", acceptedAt: 1_700_000_000_000 }

interface Row {
  readonly operationId: string
  readonly example: string
  readonly body: Readonly<Record<string, unknown>>
}
const rows = (file: string): ReadonlyArray<Row> =>
  (document(`samples/twilio/${file}.json`) as { readonly rows: ReadonlyArray<Row> }).rows

/** Every sample of a list or of one item. */
const itemsOf = (file: string, list: string, one: string, operations: RegExp): ReadonlyArray<unknown> =>
  rows(file)
    .filter(({ operationId }) => operations.test(operationId))
    .flatMap(({ operationId, body }) => (operationId === one ? [body] : ((body[list] as Array<unknown>) ?? [])))

const read = (feed: Feed.Any, item: unknown) => {
  const decoded = Schema.decodeUnknownEither(feed.item)(item)
  expect(Either.isRight(decoded), `${feed.name} ${JSON.stringify(item)}`).toBe(true)
  return feed.normalize(Either.getOrThrow(decoded), origin)
}

describe("Twilio's own samples are read", () => {
  const cases: ReadonlyArray<readonly [Feed.Any, file: string, one: string, operations: RegExp, telling: boolean]> = [
    [calls as unknown as Feed.Any, "responses-api-v2010", "FetchCall", /^(List|Fetch)Call$/, true],
    [messages as unknown as Feed.Any, "responses-api-v2010", "FetchMessage", /^(List|Fetch)Message$/, true],
    [recordings as unknown as Feed.Any, "responses-api-v2010", "FetchRecording", /^(List|Fetch)Recording$/, true],
    [events as unknown as Feed.Any, "responses-taskrouter-v1", "FetchEvent", /^(List|Fetch)Event$/, false],
    [transcripts as unknown as Feed.Any, "responses-other", "FetchTranscript", /^(List|Fetch)Transcript$/, false]
  ]
  it.each(cases.map(([feed, ...rest]) => [feed.name, feed, ...rest] as const))(
    "%s",
    (name, feed, file, one, operations, telling) =>
      whenDocumented(`samples of ${name}`, () => {
        const items = itemsOf(file, name, one, operations)
        expect(items.length).toBeGreaterThan(1)
        const told = items.map((item) => read(feed, item))
        // Those of TaskRouter are about a worker's activity, those of Intelligence of no recording.
        expect(told.every((outcomes) => outcomes.length > 0)).toBe(telling)
        console.log(`${items.length} samples of ${name} were read`)
      })()
  )

  it(
    "tasks",
    whenDocumented("samples of tasks", () => {
      for (const task of itemsOf("responses-taskrouter-v1", "tasks", "FetchTask", /^(List|Fetch)Task$/)) {
        expect(Schema.is(Task)(task)).toBe(true)
      }
    })
  )

  it(
    "bodies of status callbacks",
    whenDocumented("bodies of status callbacks", () => {
      const { form } = document("samples/twilio/status-callbacks.json") as {
        readonly form: ReadonlyArray<{ readonly body: string }>
      }
      const told = form.map(({ body }) => {
        const data = Delivery.bodyData("application/x-www-form-urlencoded", Buffer.from(body))
        return callbacks.normalize(Schema.decodeUnknownSync(callbacks.item)(data), origin)
      })
      const details = told.map(([part]) =>
        part !== undefined && !Part.isRefetch(part) && part.subject === "interaction" ? part.fields.details : undefined
      )
      expect(details).toMatchObject([
        { legs: [{ status: "completed", answeredByPerson: true }] },
        { legs: [{ status: "busy", disposition: "busy" }] }
      ])
      expect(told[0]?.[0]).toMatchObject({ version: { rank: 3, at: Date.UTC(2018, 2, 25, 9, 53, 19) } })
    })
  )
})
