/** The connector of Parley: each fact stated once, as an author would. */
import {
  Action,
  Connector,
  Credentials,
  Feed,
  type Gate,
  Http,
  Limits,
  Listener,
  Marker,
  type RecordFields,
  VendorError,
  Verifier,
  Webhook
} from "@interchannel/connector"
import { type LocalRef, Part, Version } from "@interchannel/domain"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { WebSocket } from "ws"

const HOUR_MS = 3_600_000

export const ParleyCredentials = Schema.Struct({
  token: Credentials.secret({ from: "Parley's settings" }),
  signingSecret: Credentials.secret({ from: "Parley's settings" })
})
export const Settings = Schema.Struct({ url: Schema.NonEmptyString })

export class Api extends Context.Tag("parley/Api")<
  Api,
  { readonly http: Http.Http; readonly url: string; readonly token: string }
>() {}

const api = (
  account: Connector.Account<typeof ParleyCredentials.Type, typeof Settings.Type>
): Layer.Layer<Api, VendorError.VendorError, Gate.Gate> => {
  const { url } = account.settings
  const token = Redacted.value(account.credentials.token)
  const authorize = Effect.succeed({ authorization: Redacted.make(`Bearer ${token}`) })
  return Layer.scoped(
    Api,
    Effect.map(Http.make({ vendor: "parley", hosts: ["127.0.0.1"], baseUrl: url, authorize }), (http) => ({
      http,
      url,
      token
    }))
  )
}

export const call = <A, I>(schema: Schema.Schema<A, I>, operation: string, request: Http.Request) =>
  Effect.flatMap(Api, ({ http }) => http.decoded(schema, operation, request))

export const isGone = ({ reason }: VendorError.VendorError): boolean => reason._tag === "Gone"

export const Person = Schema.Struct({
  id: Schema.NonEmptyString,
  name: Schema.NonEmptyString,
  email: Schema.NonEmptyString,
  changedAt: Schema.Int,
  formerIds: Schema.Array(Schema.String),
  tag: Schema.optional(Schema.String),
  phone: Schema.optional(Schema.String)
})
type Person = typeof Person.Type
export const Line = Schema.Struct({
  id: Schema.NonEmptyString,
  room: Schema.NonEmptyString,
  author: Schema.String,
  text: Schema.NonEmptyString,
  at: Schema.Int,
  changedAt: Schema.Int,
  below: Schema.optional(Schema.String),
  replies: Schema.optional(Schema.Int)
})
type Line = typeof Line.Type
const Entry = Schema.Struct({
  seq: Schema.Int,
  at: Schema.Int,
  person: Schema.String,
  former: Schema.Array(Schema.String)
})
export const Items = Schema.Struct({
  items: Schema.Array(Schema.Unknown),
  total: Schema.Int,
  next: Schema.optional(Schema.Int)
})
const People = Schema.Struct({ items: Schema.Array(Person) })

export const personRef = (id: string) => ({ kind: "person", id })
const fieldsOf = ({ name, email }: Person) => ({
  name: { full: name },
  handles: [{ kind: "email" as const, value: email }]
})
const personParts = (person: Person): ReadonlyArray<Part.Outcome> => [
  Part.contact({
    ref: personRef(person.id),
    former: person.formerIds.map(personRef),
    version: Version.make(person.changedAt),
    fields: fieldsOf(person),
    ...(person.tag === undefined ? {} : { marker: person.tag, written: Marker.fingerprint({ name: person.name }) })
  })
]
const personGone = (id: string, at: number) => [Part.tombstone("contact", personRef(id), Version.make(at))]

export const lineRef = ({ room, id }: Pick<Line, "room" | "id">) => ({ kind: "line", id: `${room}/${id}` })
const lineParts = (line: Line): ReadonlyArray<Part.Outcome> => [
  Part.interaction({
    ref: lineRef(line),
    version: Version.make(line.changedAt),
    fields: {
      kind: "chat",
      direction: "inbound",
      startedAt: line.at,
      text: line.text,
      conversation: { kind: "thread", id: line.below ?? line.id },
      participants: [{ contact: personRef(line.author), role: "customer" }]
    }
  })
]

export const people = Feed.snapshot("people", {
  yields: "contacts",
  item: Person,
  key: ({ id }) => id,
  cadenceMs: HOUR_MS,
  page: ({ token }) =>
    Effect.map(call(Items, "people.list", { path: "/people", query: { offset: token } }), ({ items, next }) =>
      Feed.page(items, next?.toString())
    ),
  normalize: personParts,
  one: (id) =>
    call(Schema.Unknown, "people.get", { path: Http.path`/people/${id}` }).pipe(
      Effect.catchIf(isGone, () => Effect.succeed(undefined))
    ),
  gone: personGone,
  sweep: personGone
})

export const Position = Schema.parseJson(Schema.Struct({ after: Schema.String, offset: Schema.Int }))
type Position = typeof Position.Type

/** After the vendor's last result, begin again behind it where there are more. */
const follow = (items: ReadonlyArray<unknown>, { after, offset }: Position, total: number, next?: number) => {
  if (next !== undefined) return JSON.stringify({ after, offset: next })
  const last = items.findLast(Schema.is(Line))
  return last === undefined || offset + items.length >= total
    ? undefined
    : JSON.stringify({ after: `${String(last.at).padStart(15, "0")}:${last.id}`, offset: 0 })
}

export const lines = Feed.window("lines", {
  yields: "interactions",
  item: Line,
  key: ({ id }) => id,
  cadenceMs: 60_000,
  overlapMs: 5 * 60_000,
  sliceMs: 24 * HOUR_MS,
  reconcile: { everyMs: 6 * HOUR_MS, windowMs: 72 * HOUR_MS },
  partitions: Effect.map(
    call(Schema.Struct({ items: Schema.Array(Schema.String) }), "rooms.list", { path: "/rooms" }),
    ({ items }) => items.map((id) => ({ id }))
  ),
  page: ({ partition, from, to, token }) => {
    const at = Schema.decodeSync(Position)(token ?? '{"after":"","offset":0}')
    return Effect.map(
      call(Items, "lines.list", { path: Http.path`/rooms/${partition}/lines`, query: { from, to, ...at } }),
      ({ items, total, next }) => Feed.page(items, follow(items, at, total, next))
    )
  },
  strand: {
    of: ({ id, replies = 0 }) => (replies === 0 ? undefined : { id, fingerprint: String(replies) }),
    page: ({ strand, token }) =>
      Effect.map(
        call(Items, "lines.replies", { path: Http.path`/lines/${strand}/replies`, query: { offset: token } }),
        ({ items, next }) => Feed.page(items, next?.toString())
      )
  },
  normalize: lineParts
})

const JournalPage = Schema.Struct({ items: Schema.Array(Schema.Unknown), cursor: Schema.String, more: Schema.Boolean })

export const journal = Feed.changes("journal", {
  yields: "contacts",
  item: Entry,
  key: ({ seq }) => String(seq),
  cadenceMs: 60_000,
  resync: ["people"],
  page: ({ cursor }) =>
    call(JournalPage, "journal", { path: "/journal", query: { after: cursor } }).pipe(
      Effect.map(({ items, cursor: next, more }) => ({ items, next, more })),
      Effect.catchIf(isGone, () =>
        VendorError.make(
          "parley",
          "journal",
          new VendorError.CursorExpired({ detail: "the journal does not go back so far" })
        )
      )
    ),
  normalize: ({ person }) => [Part.refetch("people", person)]
})

const Event = Schema.Union(
  Schema.Struct({ id: Schema.String, type: Schema.Literal("person.changed"), person: Schema.NonEmptyString }),
  Schema.Struct({
    id: Schema.String,
    type: Schema.Literal("line.posted", "line.edited", "line.removed"),
    at: Schema.Int,
    line: Line
  })
)
export type Secrets = typeof ParleyCredentials.Type

export const verifier = Verifier.hmac<Secrets>({
  secret: ({ signingSecret }) => Redacted.value(signingSecret),
  signature: ({ headers }) => headers["x-parley-signature"],
  base: ({ headers, body }) => `${headers["x-parley-time"]}.${Buffer.from(body).toString("utf8")}`,
  sentAt: ({ headers }) => Number(headers["x-parley-time"]) * 1000
})

const Body = Schema.Struct({ events: Schema.Array(Schema.Unknown) })

export const events = Webhook.make("events", {
  verifier,
  deliveryKey: (data) =>
    Schema.is(Body)(data) ? (data.events as ReadonlyArray<{ id?: string } | null>)[0]?.id : undefined,
  items: (data) => (Schema.is(Body)(data) ? data.events : []),
  item: Event,
  normalize: (event) => {
    if (event.type === "person.changed") return [Part.refetch("people", event.person)]
    return event.type === "line.removed"
      ? [Part.tombstone("interaction", lineRef(event.line), Version.make(event.at, 1))]
      : lineParts(event.line)
  },
  retriesOn: "anything but 2xx, for a day"
})

const refused = VendorError.make("parley", "socket", new VendorError.Unauthorized({ detail: "the socket was refused" }))
const Frame = Schema.parseJson(Schema.Struct({ events: Schema.NonEmptyArray(Schema.Struct({ id: Schema.String })) }))

export const socket = Listener.make("socket", {
  as: "events",
  connect: Effect.gen(function* () {
    const { url, token } = yield* Api
    const frames = yield* Queue.unbounded<string>()
    yield* Effect.acquireRelease(
      Effect.async<WebSocket, VendorError.VendorError>((resume) => {
        const client = new WebSocket(url.replace("http", "ws"), { headers: { authorization: `Bearer ${token}` } })
        client.on("message", (data: Buffer) => frames.unsafeOffer(data.toString()))
        client.on("open", () => resume(Effect.succeed(client)))
        client.on("error", () => resume(refused))
      }),
      (client) => Effect.sync(() => client.close())
    )
    return Stream.map(Stream.fromQueue(frames), (text): Listener.Envelope => {
      const key = Schema.decodeSync(Frame)(text).events[0].id
      return { key, data: JSON.parse(text) as unknown, acknowledge: Effect.void }
    })
  })
})

const NoteResult = Schema.Union(Schema.Struct({ id: Schema.String }), Schema.Struct({ error: Schema.String }))

export const appendTimeline = Action.AppendTimeline.with({
  idempotency: "vendor key",
  batchMax: 10,
  write: (inputs) => {
    const notes = inputs.map(({ key, entry, records, existing }) => ({
      key,
      text: entry.title,
      people: records.map(({ id }) => id),
      id: existing?.id
    }))
    return Effect.map(
      call(Schema.Struct({ results: Schema.Array(NoteResult) }), "notes.put", {
        path: "/notes",
        method: "PUT",
        json: { notes }
      }),
      ({ results }) =>
        results.map((result) =>
          "id" in result
            ? Either.right({ ref: { kind: "note", id: result.id } })
            : Either.left(
                VendorError.make("parley", "notes.put", new VendorError.Gone({ detail: "the note was deleted" }))
              )
        )
    )
  },
  remove: ({ id }) =>
    call(Schema.Unknown, "notes.remove", { path: Http.path`/notes/${id}`, method: "DELETE" }).pipe(
      Effect.catchIf(isGone, () => Effect.void),
      Effect.asVoid
    )
})

const shownOf = (person: Person, names: ReadonlyArray<string>): RecordFields.Standings =>
  Object.fromEntries(
    names.map((name) => {
      const value = person[name as "name"] || undefined
      return [name, value === undefined ? {} : { value }]
    })
  )

/** The team's answer about one person, with what it shows in these fields. */
const standing = (ref: LocalRef, names: ReadonlyArray<string>, json?: object) =>
  Effect.either(
    Effect.map(
      call(Person, json === undefined ? "people.get" : "people.change", {
        path: Http.path`/people/${ref.id}`,
        ...(json === undefined ? {} : { method: "PATCH", json })
      }),
      (person) => shownOf(person, names)
    )
  )

export const fields: RecordFields.RecordFields<Api> = {
  paths: { name: "name.full", phone: "phone" },
  read: (asked) => Effect.forEach(asked, ({ ref, names }) => standing(ref, names)),
  write: (changes) =>
    Effect.forEach(changes, ({ ref, set }) =>
      standing(
        ref,
        Object.keys(set),
        Object.fromEntries(Object.entries(set).map(([name, value]) => [name, value ?? ""]))
      )
    )
}

export const upsertContact = Action.UpsertContact.with({
  idempotency: "look up first",
  visibleAfterMs: 5_000,
  batchMax: 1,
  fields,
  find: ({ key }) =>
    Effect.map(call(People, "people.search", { path: "/people/search", query: { tag: key } }), ({ items }) => {
      const hit = items.find(({ tag }) => tag === key)
      return hit && { ref: personRef(hit.id), written: Marker.fingerprint({ name: hit.name }) }
    }),
  write: Action.each(({ key, existing, fields }) => {
    const json = { name: fields.name?.full ?? "Nobody", tag: key }
    return Effect.map(
      existing === undefined
        ? call(Person, "people.add", { path: "/people", json })
        : call(Person, "people.change", { path: Http.path`/people/${existing.id}`, method: "PATCH", json }),
      ({ id }) => ({ ref: personRef(id), written: Marker.fingerprint({ name: json.name }) })
    )
  })
})

export const sendMessage = Action.SendMessage.with({
  idempotency: "none",
  batchMax: 1,
  write: Action.each(({ key, text, conversation }) =>
    Effect.map(
      call(Line, "lines.add", { path: Http.path`/rooms/${conversation?.id ?? "lobby"}/lines`, json: { key, text } }),
      (line) => ({ ref: lineRef(line) })
    )
  )
})

export const Parley = Connector.make("parley", {
  title: "Parley",
  credentials: ParleyCredentials,
  settings: Settings,
  api,
  limits: Limits.cautious,
  feeds: [people, lines, journal],
  webhooks: [events],
  listeners: [socket],
  actions: [appendTimeline, upsertContact, sendMessage],
  check: Effect.map(call(Schema.Unknown, "me", { path: "/me" }), () => [{ ok: true, what: "the token is accepted" }])
})
