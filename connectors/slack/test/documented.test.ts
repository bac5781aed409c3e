import type { Feed } from "@interchannel/connector"
import { Part } from "@interchannel/domain"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { messages, users } from "../src/feeds.ts"
import { events } from "../src/webhooks.ts"
import { ChannelPage } from "../src/wire.ts"
import { document, documents, whenDocumented } from "./documented.ts"

const origin: Feed.Origin = { connection: "support", partition: "T0OWN/C0SHARED", acceptedAt: 1_700_000_000_000 }

/** Samples of shapes have empty values; these are in their place. */
const filled = (value: unknown, name = ""): unknown => {
  if (Array.isArray(value)) return value.map((item) => filled(item, name))
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([key, field]) => !(key === "subtype" && field === ""))
    return Object.fromEntries(fields.map(([key, field]) => [key, filled(field, key)]))
  }
  if (value !== "" && value !== "0000000000.000000") return value
  if (name === "ts" || name.endsWith("_ts")) return "1700000000.000100"
  if (/^(id|user|channel|bot_id|.*_id)$/.test(name)) return "U0FILLED"
  return value
}

const list = (sample: unknown, name: string): ReadonlyArray<unknown> =>
  (sample as Readonly<Record<string, ReadonlyArray<unknown>>>)[name] ?? []

describe("Slack's own samples are read", () => {
  it(
    "events as they are pushed",
    whenDocumented("samples of events", () => {
      const decode = Schema.decodeUnknownEither(events.item)
      const samples = [
        ...documents("samples/slack/events"),
        ...documents("samples/slack/events-shape").map(([name, sample]) => [name, filled(sample)] as const)
      ]
      const told = samples.map(([name, sample]) => {
        // What is pushed in earnest carries the type; a shape may have it empty.
        const shaped = { type: "event_callback", ...(sample as object) } as { readonly type: string }
        const given = {
          ...shaped,
          ...(shaped.type === "" ? { type: "event_callback" } : {}),
          is_ext_shared_channel: true
        }
        const decoded = decode(given)
        expect(Either.isRight(decoded), `${name}: ${Either.isLeft(decoded) ? decoded.left.message : ""}`).toBe(true)
        return { name, outcomes: Either.isRight(decoded) ? events.normalize(decoded.right, origin) : [] }
      })
      const about = (piece: RegExp) => told.filter(({ name, outcomes }) => piece.test(name) && outcomes.length > 0)
      expect(samples.length).toBeGreaterThan(100)
      expect(about(/^message/).length).toBeGreaterThan(9)
      expect(about(/^Message(Changed|Deleted|Bot|FileShare|ThreadBroadcast|Me)?Payload/).length).toBe(7)
      expect(about(/^(UserChange|UserProfileChanged|TeamJoin)Payload/).length).toBe(3)
      expect(about(/^(reaction|member|app_)/)).toEqual([])
      console.log(`${samples.length} samples of events were read`)
    })
  )

  it(
    "answers of the methods that are called",
    whenDocumented("samples of answers", () => {
      const shape = (method: string) => filled(document(`samples/slack/api-shape/${method}.json`))
      for (const method of ["conversations.history", "conversations.replies"]) {
        const items = list(shape(method), "messages")
        expect(items.length).toBeGreaterThan(0)
        for (const item of items) {
          const [part] = messages.normalize(Schema.decodeUnknownSync(messages.item)(item), origin)
          expect(part !== undefined && Part.isRefetch(part)).toBe(false)
        }
      }
      const members = [
        ...list(shape("users.list"), "members"),
        (shape("users.info") as { readonly user: unknown }).user
      ]
      expect(members.length).toBeGreaterThan(1)
      for (const member of members) {
        expect(users.normalize(Schema.decodeUnknownSync(users.item)(member), origin).length).toBe(1)
      }
      expect(Schema.decodeUnknownSync(ChannelPage)(shape("conversations.list")).channels.length).toBeGreaterThan(0)
    })
  )
})

describe("Slack's published signature", () => {
  interface Vector {
    readonly secret: string
    readonly timestamp: string
    readonly body: string
    readonly signature: string
  }
  const verdict = (vector: Vector, change: Partial<Vector> = {}, laterMs = 0) => {
    const { timestamp, body, signature, secret } = { ...vector, ...change }
    const sentAt = Number(vector.timestamp) * 1000
    return events.verifier(
      {
        method: "POST",
        url: "https://hooks.example.com/events",
        headers: { "x-slack-request-timestamp": timestamp, "x-slack-signature": signature },
        body: Buffer.from(body),
        receivedAt: sentAt + laterMs
      },
      { botToken: Redacted.make("xoxb-none"), signingSecret: Redacted.make(secret) },
      sentAt + laterMs
    ).genuine
  }

  it(
    "is genuine within five minutes, and nothing else is",
    whenDocumented("the published signature", () => {
      const { slack } = document("samples/signatures.json") as { readonly slack: Vector }
      expect(verdict(slack)).toBe(true)
      expect(verdict(slack, {}, 299_000)).toBe(true)
      expect(verdict(slack, {}, 301_000)).toBe(false)
      expect(verdict(slack, {}, -301_000)).toBe(false)
      expect(verdict(slack, { body: `${slack.body} ` })).toBe(false)
      expect(verdict(slack, { secret: `${slack.secret}0` })).toBe(false)
      expect(verdict(slack, { timestamp: String(Number(slack.timestamp) + 1) })).toBe(false)
      expect(verdict(slack, { signature: slack.signature.replace("v0=", "") })).toBe(false)
      expect(verdict(slack, { signature: slack.signature.replace("v0=", "v1=") })).toBe(false)
    })
  )
})
