/** An invented CRM, in memory, that is read and written. Each call can be made to fail. */
import { Connector, Feed, Limits } from "@interchannel/connector"
import { Handle, Part, Ref, Version } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { orFail } from "./orFail.ts"
import { CrmWorld, type CrmState } from "./crmWorld.ts"
import { appendTimeline, upsertContact } from "./crmActions.ts"

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
