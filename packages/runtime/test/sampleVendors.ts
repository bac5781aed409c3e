/** Two invented vendors, in memory: a chat that is read, and a CRM that is read and written. Each call can be made to fail. */
import {
  Action,
  Connector,
  Feed,
  Limits,
  type RecordFields,
  VendorError,
  Verifier,
  Webhook
} from "@interchannel/connector"
import { Handle, Part, Ref, Version } from "@interchannel/domain"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

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

const orFail = (vendor: string, operation: string, failures: Array<VendorError.Reason>) =>
  Effect.suspend(() => {
    const reason = failures.shift()
    return reason === undefined ? Effect.void : Effect.fail(VendorError.make(vendor, operation, reason))
  })

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

export interface Entry {
  readonly ref: string
  readonly key: string
  body: string
  readonly records: Set<string>
  writes: number
  owner?: string | undefined
  links?: ReadonlyArray<string>
}

export interface CrmRecord {
  readonly id: string
  readonly email: string
  readonly phone?: string
  readonly name?: string
  readonly updatedAt: number
  readonly former?: ReadonlyArray<string>
  readonly deleted?: boolean
  /** Our key, where we created it. */
  readonly key?: string
  readonly company?: string
  /** One of the company's own users, not a customer's record. */
  readonly user?: boolean
  /** Its single fields, and when each was changed. */
  readonly values?: Readonly<Record<string, string>>
  readonly changed?: Readonly<Record<string, number>>
}

const RecordItem = Schema.Struct({
  id: Schema.NonEmptyString,
  email: Schema.String,
  phone: Schema.optional(Schema.String),
  name: Schema.optional(Schema.String),
  createdAt: Schema.optional(Schema.Int),
  updatedAt: Schema.Int,
  former: Schema.optional(Schema.Array(Schema.String)),
  deleted: Schema.optional(Schema.Boolean),
  key: Schema.optional(Schema.String),
  company: Schema.optional(Schema.String),
  user: Schema.optional(Schema.Boolean),
  values: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.String }))
})

export interface CrmState {
  readonly records: Array<unknown>
  readonly entries: Map<string, Entry>
  readonly failures: Array<VendorError.Reason>
  /** Keys whose write commits, though the answer is lost. */
  readonly lost: Set<string>
  /** A batch that holds one of these texts is refused as a whole. */
  readonly refused: Set<string>
  /** Runs once, while the next write is under way. */
  meanwhile: Effect.Effect<void>
  /** How often fields were read. */
  reads: number
  /** Each setting of fields that was done. */
  readonly set: Array<{ readonly id: string; readonly set: Readonly<Record<string, string | null>> }>
  readonly observed: Array<{
    readonly id: string
    readonly at: number
    readonly key: string
    readonly body: string
    readonly deleted?: boolean
    /** It is shown without our key. */
    readonly unmarked?: boolean
    /** A mail that the CRM logged by itself. */
    readonly messageId?: string
  }>
  ids: number
}
export const crmWorld = (): CrmState => ({
  records: [],
  entries: new Map(),
  failures: [],
  lost: new Set(),
  refused: new Set(),
  meanwhile: Effect.void,
  reads: 0,
  set: [],
  observed: [],
  ids: 0
})
export class CrmWorld extends Context.Tag("test/CrmWorld")<CrmWorld, CrmState>() {}

const records = Feed.snapshot("records", {
  yields: "contacts",
  item: RecordItem,
  key: (item) => item.id,
  cadenceMs: 1_000,
  sweep: (key, at) => [Part.tombstone("contact", Ref.local("person", key), Version.make(at))],
  normalize: (item) => {
    const ref = Ref.local("person", item.id)
    const version = Version.make(item.updatedAt)
    if (item.deleted === true) return [Part.tombstone("contact", ref, version)]
    const handles = [
      Handle.email(item.email, { verified: true }),
      item.phone === undefined ? undefined : Handle.phone(item.phone),
      Handle.external("crm", item.id)
    ].filter((handle) => handle !== undefined)
    const company = item.company === undefined ? undefined : Ref.local("company", item.company)
    return [
      ...(company === undefined ? [] : [Part.organization({ ref: company, version, fields: { name: company.id } })]),
      Part.contact({
        ref: item.user === true ? Ref.local("agent", item.id) : ref,
        ...(item.user === true ? { kind: "address" as const } : {}),
        version,
        ...(item.key === undefined ? {} : { marker: item.key }),
        ...(item.former === undefined ? {} : { former: item.former.map((id) => Ref.local("person", id)) }),
        fields: {
          ...(item.name === undefined ? {} : { name: { full: item.name } }),
          ...(company === undefined ? {} : { organization: company }),
          createdAt: item.createdAt ?? item.updatedAt,
          ...(item.values?.["job"] === undefined ? {} : { title: item.values["job"] }),
          ...(item.values?.["firm"] === undefined ? {} : { organizationName: item.values["firm"] }),
          ...(item.values === undefined ? {} : { custom: item.values }),
          handles
        }
      })
    ]
  },
  page: () =>
    Effect.gen(function* () {
      const world = yield* CrmWorld
      yield* orFail("crm", "records", world.failures)
      return Feed.page([...world.records])
    })
})

/** Entries as the CRM shows them: our own, perhaps changed by a person. */
const entries = Feed.snapshot("entries", {
  yields: "interactions",
  item: Schema.Struct({
    id: Schema.String,
    at: Schema.Int,
    key: Schema.String,
    body: Schema.String,
    messageId: Schema.optional(Schema.String),
    unmarked: Schema.optional(Schema.Boolean),
    deleted: Schema.optional(Schema.Boolean)
  }),
  key: (item) => item.id,
  cadenceMs: 1_000,
  normalize: (item) => [
    item.deleted === true
      ? Part.tombstone("interaction", Ref.local("entry", item.id), Version.make(item.at))
      : Part.interaction({
          ref: Ref.local("entry", item.id),
          version: Version.make(item.at),
          ...(item.messageId === undefined && item.unmarked !== true ? { marker: item.key, written: item.body } : {}),
          fields: {
            ...(item.messageId === undefined
              ? { kind: "note", details: {} }
              : { kind: "email", details: { messageId: item.messageId } }),
            direction: "internal",
            startedAt: item.at,
            text: item.body
          }
        })
  ],
  page: () => Effect.map(CrmWorld, ({ observed }) => Feed.page([...observed]))
})

const put = (world: CrmState, input: Action.Input<"AppendTimeline">): Action.Result => {
  const byKey = [...world.entries.values()].find(({ key }) => key === input.key)
  if (input.existing !== undefined && !world.entries.has(input.existing.id)) {
    return Either.left(VendorError.make("crm", "put", new VendorError.Gone({ detail: "no such entry" })))
  }
  const entry: Entry = byKey ?? { ref: `e${++world.ids}`, key: input.key, body: "", records: new Set(), writes: 0 }
  entry.body = input.entry.body
  entry.writes += 1
  entry.owner = input.owner?.id
  entry.links = input.entry.links.map(({ url }) => url)
  for (const { id } of input.records) entry.records.add(id)
  for (const { id } of input.leave) entry.records.delete(id)
  world.entries.set(entry.ref, entry)
  return Either.right({ ref: Ref.local("entry", entry.ref), written: entry.body })
}

const appendTimeline = Action.AppendTimeline.with({
  idempotency: "vendor key",
  batchMax: 10,
  ownerKind: "agent",
  organizationKind: "company",
  write: (inputs) =>
    Effect.gen(function* () {
      const world = yield* CrmWorld
      const { meanwhile } = world
      world.meanwhile = Effect.void
      yield* meanwhile
      yield* orFail("crm", "put", world.failures)
      const refused = inputs.find(({ entry }) => world.refused.has(entry.body))
      if (refused !== undefined) {
        const reason = new VendorError.Rejected({ code: "BATCH", detail: `refused: ${refused.entry.body}` })
        return yield* Effect.fail(VendorError.make("crm", "put", reason))
      }
      const results = inputs.map((input) => put(world, input))
      if (inputs.some(({ key }) => world.lost.delete(key))) {
        const reason = new VendorError.Unavailable({ detail: "the answer was lost", uncertain: true })
        return yield* Effect.fail(VendorError.make("crm", "put", reason))
      }
      return results
    }),
  remove: ({ id }) => Effect.map(CrmWorld, (world) => void world.entries.delete(id))
})

const recordOf = ({ records: all }: CrmState, id: string) =>
  (all as Array<CrmRecord>).find((record) => record.id === id)

const noRecord = VendorError.make("crm", "fields", new VendorError.Gone({ detail: "no such record" }))

/** What a person or we do to a record's fields. */
export const setFields = (
  world: CrmState,
  id: string,
  values: Readonly<Record<string, string | null>>,
  at: number
): void => {
  const index = world.records.findIndex((record) => (record as CrmRecord).id === id)
  const record = world.records[index] as CrmRecord
  const kept = Object.entries({ ...record.values, ...values }).filter(
    (entry): entry is [string, string] => entry[1] !== null
  )
  const changed = { ...record.changed, ...Object.fromEntries(Object.keys(values).map((name) => [name, at])) }
  world.records[index] = { ...record, values: Object.fromEntries(kept), changed, updatedAt: at }
}

const standing = (record: CrmRecord, name: string): RecordFields.Standing => {
  const [value, changedAt] = [record.values?.[name], record.changed?.[name]]
  return { ...(value === undefined ? {} : { value }), ...(changedAt === undefined ? {} : { changedAt }) }
}

const fields: RecordFields.RecordFields<CrmWorld> = {
  paths: { job: "title", firm: "organizationName" },
  read: (asked) =>
    Effect.gen(function* () {
      const world = yield* CrmWorld
      world.reads += 1
      yield* orFail("crm", "read fields", world.failures)
      return asked.map(({ ref, names }) => {
        const record = recordOf(world, ref.id)
        return record === undefined
          ? Either.left(noRecord)
          : Either.right(Object.fromEntries(names.map((name) => [name, standing(record, name)])))
      })
    }),
  write: (changes) =>
    Effect.gen(function* () {
      const world = yield* CrmWorld
      const now = yield* Clock.currentTimeMillis
      const { meanwhile } = world
      world.meanwhile = Effect.void
      yield* orFail("crm", "set fields", world.failures)
      const refused = changes.flatMap(({ set }) => Object.values(set)).find((value) => world.refused.has(value ?? ""))
      if (refused !== undefined) {
        const reason = new VendorError.Rejected({ code: "BATCH", detail: `refused: ${refused}` })
        return yield* Effect.fail(VendorError.make("crm", "set fields", reason))
      }
      const answers = changes.map(({ ref, set }) => {
        if (recordOf(world, ref.id) === undefined) return Either.left(noRecord)
        setFields(world, ref.id, set, now)
        world.set.push({ id: ref.id, set })
        const record = recordOf(world, ref.id)!
        return Either.right(Object.fromEntries(Object.keys(set).map((name) => [name, standing(record, name)])))
      })
      yield* meanwhile
      if (changes.some(({ ref }) => world.lost.delete(ref.id))) {
        const reason = new VendorError.Unavailable({ detail: "the answer was lost", uncertain: true })
        return yield* Effect.fail(VendorError.make("crm", "set fields", reason))
      }
      return answers
    })
}

/** A record of its own for each key. */
const upsertContact = Action.UpsertContact.with({
  idempotency: "vendor key",
  batchMax: 10,
  fields,
  remove: ({ id }) =>
    Effect.map(CrmWorld, ({ records: all }) => {
      const index = all.findIndex((record) => (record as CrmRecord).id === id)
      if (index >= 0) all.splice(index, 1)
    }),
  write: Action.each(({ key, fields }) =>
    Effect.map(CrmWorld, ({ records: all }) => {
      const id = `created ${key}`
      const email = fields.handles?.find(({ kind }) => kind === "email")?.value ?? ""
      const name = fields.name?.full === undefined ? {} : { name: fields.name.full }
      const values = fields.organizationName === undefined ? {} : { values: { firm: fields.organizationName } }
      if (!all.some((record) => (record as CrmRecord).id === id))
        all.push({ id, email, ...name, ...values, updatedAt: 1, key })
      return { ref: Ref.local("person", id) }
    })
  )
})

export const crm = (world: CrmState) =>
  Connector.make("crm", {
    title: "CRM",
    credentials: Schema.Struct({ token: Schema.NonEmptyString }),
    settings: Schema.Struct({ portal: Schema.optionalWith(Schema.String, { default: () => "portal 1" }) }),
    accountOf: ({ portal }) => portal,
    api: () => Layer.succeed(CrmWorld, world),
    limits: Limits.make({ concurrency: 4, buckets: {}, operations: {}, otherwise: [] }),
    feeds: [records, entries],
    actions: [appendTimeline, upsertContact],
    check: Effect.succeed([{ ok: true, what: "the CRM answers" }])
  })
