/** An invented chat, in memory, that is read and pushes. Each call can be made to fail. */
import { Connector, Feed, Limits, VendorError, Verifier, Webhook } from "@interchannel/connector"
import { Handle, Part, Ref, Version } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { orFail } from "./orFail.ts"

export interface Message {
  readonly id: string
  readonly at: number
  readonly version?: number
  readonly from: string
  /** What the sender is called; else as `from`. */
  readonly name?: string
  readonly email?: string
  readonly phone?: string
  readonly text: string
  readonly deleted?: boolean
  readonly thread?: string
  readonly room?: string
  /** What the sender's profile says, and when it was changed. */
  readonly profile?: {
    readonly title?: string
    readonly company?: string
    readonly custom?: Readonly<Record<string, string>>
    readonly at: number
  }
  /** It is a mail then. */
  readonly messageId?: string
  /** Names a record of the CRM. */
  readonly record?: string
}

const MessageItem = Schema.Struct({
  id: Schema.NonEmptyString,
  at: Schema.Int,
  version: Schema.optional(Schema.Int),
  from: Schema.NonEmptyString,
  name: Schema.optional(Schema.String),
  email: Schema.optional(Schema.String),
  phone: Schema.optional(Schema.String),
  text: Schema.String,
  deleted: Schema.optional(Schema.Boolean),
  thread: Schema.optional(Schema.String),
  room: Schema.optional(Schema.String),
  profile: Schema.optional(
    Schema.Struct({
      title: Schema.optional(Schema.String),
      company: Schema.optional(Schema.String),
      custom: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.String })),
      at: Schema.Int
    })
  ),
  messageId: Schema.optional(Schema.String),
  record: Schema.optional(Schema.String)
})

const messageParts = (item: typeof MessageItem.Type): ReadonlyArray<Part.Part> => {
  const version = Version.make(item.version ?? item.at)
  const user = Ref.local("user", item.from)
  const handles = [
    item.email === undefined ? undefined : Handle.email(item.email, { verified: true }),
    item.phone === undefined ? undefined : Handle.phone(item.phone)
  ].filter((handle) => handle !== undefined)
  const ref = Ref.local("message", item.id)
  const sender = Part.contact({
    ref: user,
    kind: "address",
    // Each message says the same of its sender.
    version: Version.make(item.profile?.at ?? 0),
    fields: {
      name: { full: item.name ?? item.from },
      ...(handles.length === 0 ? {} : { handles }),
      ...(item.profile?.title === undefined ? {} : { title: item.profile.title }),
      ...(item.profile?.company === undefined ? {} : { organizationName: item.profile.company }),
      ...(item.profile?.custom === undefined ? {} : { custom: item.profile.custom })
    }
  })
  if (item.deleted === true) return [Part.tombstone("interaction", ref, version)]
  const message = Part.interaction({
    ref,
    version,
    fields: {
      ...(item.messageId === undefined
        ? { kind: "chat", details: {} }
        : { kind: "email", details: { messageId: item.messageId } }),
      direction: "inbound",
      startedAt: item.at,
      text: item.text,
      conversation: Ref.local("thread", item.thread ?? item.id),
      participants: [
        {
          contact: user,
          name: item.name ?? item.from,
          ...(item.record === undefined ? {} : { handle: Handle.external("crm", item.record) })
        }
      ]
    }
  })
  return [sender, message]
}

/** What the chat holds; `failures` are thrown by the next calls, in order. */
export class ChatWorld extends Context.Tag("test/ChatWorld")<
  ChatWorld,
  {
    readonly messages: Array<unknown>
    readonly failures: Array<VendorError.Reason>
    pageSize: number
    /** Messages that name a room stand in it alone. */
    readonly rooms: Array<string>
    /** Reading these fails, each in its own way. */
    readonly closed: Map<string, VendorError.Reason>
    /** Which room was read, and from when. */
    readonly reads: Array<{ readonly room: string; readonly from: number; readonly to: number }>
  }
>() {}

const messages = Feed.window("messages", {
  yields: "interactions",
  item: MessageItem,
  key: (item) => item.id,
  cadenceMs: 1_000,
  overlapMs: 1_000,
  sliceMs: 30 * 86_400_000,
  normalize: messageParts,
  partitions: Effect.map(ChatWorld, ({ rooms }) => rooms.map((id) => ({ id }))),
  page: ({ from, to, token, partition }) =>
    Effect.gen(function* () {
      const world = yield* ChatWorld
      yield* orFail("chat", "messages", world.failures)
      const closed = world.closed.get(partition)
      if (closed !== undefined) return yield* Effect.fail(VendorError.make("chat", "messages", closed))
      world.reads.push({ room: partition, from, to })
      const inRange = world.messages.filter((item) => {
        const { at = 0, room = "all" } = item as Partial<Message>
        return at >= from && at < to && room === partition
      })
      const start = Number(token ?? "0")
      const end = start + world.pageSize
      return Feed.page(inRange.slice(start, end), end < inRange.length ? String(end) : undefined)
    })
})

const pushed = Webhook.make("pushed", {
  verifier: Verifier.hmac<{ readonly secret: string }>({
    secret: ({ secret }) => secret,
    signature: ({ headers }) => headers["x-signature"]
  }),
  deliveryKey: (data) => (data as { readonly delivery?: string }).delivery,
  items: (data) => (data as { readonly messages: ReadonlyArray<unknown> }).messages,
  item: MessageItem,
  normalize: messageParts,
  retriesOn: "anything but 200"
})

type ChatState = Context.Tag.Service<typeof ChatWorld>
export const chatWorld = (): ChatState => ({
  messages: [],
  failures: [],
  pageSize: 100,
  rooms: ["all"],
  closed: new Map(),
  reads: []
})

export const chat = (world: ChatState) =>
  Connector.make("chat", {
    title: "Chat",
    credentials: Schema.Struct({ secret: Schema.NonEmptyString }),
    settings: Schema.Struct({ host: Schema.optionalWith(Schema.String, { default: () => "one" }) }),
    accountOf: ({ host }) => host,
    refsHoldEverywhere: true,
    api: () => Layer.succeed(ChatWorld, world),
    limits: Limits.make({ concurrency: 4, buckets: {}, operations: {}, otherwise: [] }),
    feeds: [messages],
    webhooks: [pushed],
    check: Effect.succeed([{ ok: true, what: "the chat answers" }])
  })
