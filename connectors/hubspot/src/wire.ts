/**
 * HubSpot's shapes, only the fields we use. Where its documents are vague or disagree, a field is optional and each known
 * spelling is read.
 */
import { Wire } from "@interchannel/connector"
import * as Schema from "effect/Schema"
import { objectTypes } from "./objects.ts"

const Text = Schema.NonEmptyString
const Count = Schema.Int.pipe(Schema.nonNegative())

const { id: Id, maybe, maybeId, text: Said, time: Time } = Wire

export const Properties = Schema.Record({ key: Schema.String, value: Schema.NullOr(Schema.String) })
export type Properties = typeof Properties.Type
/** What is written of them. */
export type Values = Readonly<Record<string, string>>

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

/** The text of a property; `undefined` when it is empty. */
export type Reader = (name: string) => string | undefined
export const readerOf =
  ({ properties }: CrmRecord): Reader =>
  (name) =>
    properties[name]?.trim() || undefined

export const Owner = Schema.Struct({
  id: Text,
  email: Said,
  firstName: Said,
  lastName: Said,
  updatedAt: Time
})
export type Owner = typeof Owner.Type

const paging = maybe(Schema.Struct({ next: maybe(Schema.Struct({ after: Text })) }))
export const List = Schema.Struct({ results: Schema.Array(Schema.Unknown), paging })
export const SearchList = Schema.Struct({ ...List.fields, total: Count })

const Context = maybe(Schema.Record({ key: Schema.String, value: Schema.Unknown }))
/** An error of a whole call, or of one input of a batch. HubSpot promises none of the fields. */
export const ApiError = Schema.Struct({
  id: maybeId,
  message: Said,
  category: Said,
  policyName: Said,
  context: Context,
  errors: maybe(Schema.Array(Schema.Struct({ message: Said, code: Said, in: Said, context: Context })))
})
export type ApiError = typeof ApiError.Type

const listOf = <A, I>(item: Schema.Schema<A, I>) =>
  Schema.optionalWith(Schema.Array(item), { default: (): ReadonlyArray<A> => [] })

const BatchResult = Schema.Struct({
  id: Schema.optional(Id),
  objectWriteTraceId: Said,
  properties: Schema.optionalWith(Properties, { default: () => ({}) }),
  /** Newest first. */
  propertiesWithHistory: Schema.optional(
    Schema.Record({ key: Schema.String, value: Schema.Array(Schema.Struct({ timestamp: Time })) })
  ),
  url: Schema.optional(Text)
})
export type BatchResult = typeof BatchResult.Type
/** The 200, 201 and 207 of every batch call. */
export const Batch = Schema.Struct({ results: listOf(BatchResult), errors: listOf(ApiError) })

/** Which records the records of a batch are associated with. */
export const Associated = Schema.Struct({
  results: listOf(
    Schema.Struct({ from: Schema.Struct({ id: Id }), to: Schema.Array(Schema.Struct({ toObjectId: Id })) })
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
export const JournalFile = Schema.Struct({ journalEvents: Schema.Array(Schema.Unknown) })

/** What webhooks and the journal have in common. */
const change = {
  portalId: Schema.optional(Schema.Int),
  occurredAt: Time,
  objectTypeId: Said,
  objectId: maybeId,
  primaryObjectId: maybeId,
  mergedObjectIds: maybe(Schema.Array(Id)),
  newObjectId: maybeId,
  fromObjectTypeId: Said,
  fromObjectId: maybeId,
  toObjectTypeId: Said,
  toObjectId: maybeId
}

export const JournalEvent = Schema.Struct({ action: Text, ...change })
export type JournalEvent = typeof JournalEvent.Type

export const WebhookEvent = Schema.Struct({
  /** `contact.propertyChange`; older and newer events name the field differently. */
  subscriptionType: Said,
  eventType: Said,
  appId: maybeId,
  changeSource: Said,
  sourceId: maybeId,
  ...change
})
export type WebhookEvent = typeof WebhookEvent.Type
