/**
 * HubSpot's shapes, only the fields we use. Where its documents are vague or disagree, a field is optional and each known
 * spelling is read.
 */
import { Instant } from "@interchannel/domain"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { objectTypes } from "./objects.ts"

const Text = Schema.NonEmptyString
const Count = Schema.Int.pipe(Schema.nonNegative())

/** ISO 8601 in records, epoch milliseconds in webhooks; the journal is documented with neither. */
export const Time = Schema.transformOrFail(Schema.Union(Schema.String, Schema.Number), Instant.Instant, {
  strict: true,
  decode: (value, _options, ast) => {
    const at = typeof value === "number" ? value : /^\d+$/.test(value) ? Number(value) : Instant.fromIso(value)
    return at === undefined
      ? ParseResult.fail(new ParseResult.Type(ast, value, "expected a time: ISO 8601 or epoch milliseconds"))
      : ParseResult.succeed(at)
  },
  encode: (at) => ParseResult.succeed(Instant.toIso(at))
})

/** Text in records, a number in events. */
export const Id = Schema.transform(Schema.Union(Text, Count), Text, {
  strict: true,
  decode: String,
  encode: (id) => id
})

export const Properties = Schema.Record({ key: Schema.String, value: Schema.NullOr(Schema.String) })
export type Properties = typeof Properties.Type

/** A record of any object type, with what `records.ts` adds so that the record alone tells what it is. */
export const CrmRecord = Schema.Struct({
  objectType: Schema.Literal(...objectTypes),
  portalId: Schema.Int,
  /** The value of our own property. */
  marker: Schema.optional(Text),
  id: Text,
  properties: Schema.optionalWith(Properties, { default: () => ({}) }),
  createdAt: Schema.optional(Time),
  updatedAt: Time,
  archivedAt: Schema.optional(Time),
  url: Schema.optional(Text),
  associations: Schema.optional(
    Schema.Record({
      key: Schema.String,
      value: Schema.Struct({ results: Schema.Array(Schema.Struct({ id: Id })) })
    })
  )
})
export type CrmRecord = typeof CrmRecord.Type

export const Owner = Schema.Struct({
  id: Text,
  email: Schema.optional(Schema.NullOr(Schema.String)),
  firstName: Schema.optional(Schema.NullOr(Schema.String)),
  lastName: Schema.optional(Schema.NullOr(Schema.String)),
  updatedAt: Time
})
export type Owner = typeof Owner.Type

const paging = Schema.optional(
  Schema.NullOr(Schema.Struct({ next: Schema.optional(Schema.NullOr(Schema.Struct({ after: Text }))) }))
)
export const List = Schema.Struct({ results: Schema.Array(Schema.Unknown), paging })
export const SearchList = Schema.Struct({ ...List.fields, total: Count })

const Context = Schema.optional(Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.Unknown })))
const Said = Schema.optional(Schema.NullOr(Schema.String))
/** An error of a whole call, or of one input of a batch. HubSpot promises none of the fields. */
export const ApiError = Schema.Struct({
  id: Schema.optional(Schema.NullOr(Id)),
  message: Said,
  category: Said,
  policyName: Said,
  context: Context,
  errors: Schema.optional(
    Schema.NullOr(Schema.Array(Schema.Struct({ message: Said, code: Said, in: Said, context: Context })))
  )
})
export type ApiError = typeof ApiError.Type

/** The 200, 201 and 207 of every batch call. */
export const Batch = Schema.Struct({
  results: Schema.optionalWith(
    Schema.Array(
      Schema.Struct({
        id: Schema.optional(Id),
        objectWriteTraceId: Said,
        properties: Schema.optionalWith(Properties, { default: () => ({}) }),
        /** Newest first. */
        propertiesWithHistory: Schema.optional(
          Schema.Record({ key: Schema.String, value: Schema.Array(Schema.Struct({ timestamp: Time })) })
        ),
        url: Schema.optional(Text)
      })
    ),
    { default: () => [] }
  ),
  errors: Schema.optionalWith(Schema.Array(ApiError), { default: () => [] })
})
export type BatchResult = (typeof Batch.Type)["results"][number]

/** Which records the records of a batch are associated with. */
export const Associated = Schema.Struct({
  results: Schema.optionalWith(
    Schema.Array(
      Schema.Struct({ from: Schema.Struct({ id: Id }), to: Schema.Array(Schema.Struct({ toObjectId: Id })) })
    ),
    { default: () => [] }
  )
})

export const Property = Schema.Struct({ name: Text, hasUniqueValue: Schema.optional(Schema.Boolean) })
export const Subscriptions = Schema.Struct({
  results: Schema.Array(
    Schema.Struct({
      portalId: Schema.optional(Schema.Int),
      objectTypeId: Said,
      actions: Schema.optional(Schema.Array(Schema.String))
    })
  )
})

export const Token = Schema.Struct({ access_token: Schema.Redacted(Text), expires_in: Schema.NonNegative })

export const JournalPointer = Schema.Struct({ url: Text, currentOffset: Text })
/** Nothing: there is nothing newer. */
export const JournalAnswer = Schema.UndefinedOr(JournalPointer)
export const JournalFile = Schema.Struct({ journalEvents: Schema.Array(Schema.Unknown) })

const optionalId = Schema.optional(Schema.NullOr(Id))
/** What webhooks and the journal have in common. */
const change = {
  portalId: Schema.optional(Schema.Int),
  occurredAt: Time,
  objectTypeId: Said,
  objectId: optionalId,
  primaryObjectId: optionalId,
  mergedObjectIds: Schema.optional(Schema.NullOr(Schema.Array(Id))),
  newObjectId: optionalId,
  fromObjectTypeId: Said,
  fromObjectId: optionalId,
  toObjectTypeId: Said,
  toObjectId: optionalId
}

export const JournalEvent = Schema.Struct({ action: Text, ...change })
export type JournalEvent = typeof JournalEvent.Type

export const WebhookEvent = Schema.Struct({
  /** `contact.propertyChange`; older and newer events name the field differently. */
  subscriptionType: Said,
  eventType: Said,
  appId: optionalId,
  changeSource: Said,
  sourceId: optionalId,
  ...change
})
export type WebhookEvent = typeof WebhookEvent.Type
