/** What Request Tracker sends, as far as it is used. Ids come as numbers here and as text there. */
import { Wire } from "@interchannel/connector"
import * as Schema from "effect/Schema"

const { id: Id, text, time: Time } = Wire

/** A user, beside a ticket or a transaction. A group can be a requestor too, and has no address. */
const Person = Schema.Struct({ type: Schema.String, id: Id, EmailAddress: text, RealName: text })
export type Person = typeof Person.Type

export const User = Schema.Struct({
  id: Id,
  Name: Schema.NonEmptyString,
  EmailAddress: text,
  RealName: text,
  Organization: text,
  Lang: text,
  MobilePhone: text,
  WorkPhone: text,
  HomePhone: text,
  Created: Schema.optional(Time),
  LastUpdated: Time,
  /** Added by us: an own person, who works in Request Tracker. */
  privileged: Schema.Boolean,
  disabled: Schema.Boolean
})
export type User = typeof User.Type

export const Ticket = Schema.Struct({
  id: Id,
  Subject: text,
  Status: Schema.NonEmptyString,
  Queue: Schema.Struct({ Name: Schema.NonEmptyString }),
  Priority: Schema.optional(Schema.Union(Schema.String, Schema.Number)),
  Created: Time,
  /** 1970 stands for: never. */
  Started: Schema.optional(Time),
  LastUpdated: Time,
  Requestor: Schema.Array(Person),
  Cc: Schema.optional(Schema.Array(Person)),
  CustomFields: Wire.maybe(Schema.Array(Schema.Struct({ name: Schema.String, values: Schema.Array(Schema.Unknown) }))),
  /** Added by us: the latest transaction known of it. */
  latest: Schema.optional(Id)
})
export type Ticket = typeof Ticket.Type

export const Transaction = Schema.Struct({
  id: Id,
  Type: Schema.Literal("Create", "Correspond", "Comment"),
  Created: Time,
  Creator: Schema.Struct({ ...Person.fields, Name: Schema.String })
})

/** Something said in a ticket, put together by the feed from a transaction, what is attached to it, and its ticket. */
export const Message = Schema.Struct({
  transaction: Transaction,
  ticket: Ticket,
  /** Who wrote it works in Request Tracker. */
  byStaff: Schema.Boolean,
  text: Schema.optional(Schema.Struct({ type: Schema.String, content: Schema.String })),
  messageId: text,
  files: Schema.Array(Schema.Struct({ id: Id, name: Schema.String, contentType: text }))
})
export type Message = typeof Message.Type

/** A ticket that was deleted, or what was said in one; put together by the feed. */
export const Removed = Schema.Struct({
  removed: Schema.Literal("ticket", "transaction"),
  id: Id,
  at: Time,
  latest: Schema.optional(Id)
})
export type Removed = typeof Removed.Type

export const Listing = Schema.Struct({
  items: Schema.Array(Schema.Unknown),
  /** The URL of the next page. */
  next_page: text,
  /** Absent where we may not see all of it. */
  total: Wire.maybe(Schema.Number)
})

/** What a transaction list is searched for: whose it is. */
export const Touched = Schema.Struct({ id: Id, ObjectId: Id })

export const Attachment = Schema.Struct({ id: Id, TransactionId: Id, ContentType: text, Filename: text, Headers: text })
export const Body = Schema.Struct({
  TransactionId: Id,
  ContentType: Schema.String,
  Filename: text,
  Content: Schema.String
})

/** What a creation answers. */
export const Made = Schema.Struct({ id: Id })

/** A single ticket, asked for by id: deleted ones too, and a merged one as what it was merged into. */
export const Standing = Schema.Struct({ id: Id, Status: Schema.String, LastUpdated: Schema.String })
/** A single user, asked for by id. */
const Flag = Schema.Union(Schema.Number, Schema.String)
export const Details = Schema.Struct(
  { Privileged: Flag, Disabled: Flag },
  { key: Schema.String, value: Schema.Unknown }
)

export const Named = Schema.Struct({ id: Id, Name: Schema.String })
/** Users among its members go by their names here. */
export const Group = Schema.Struct({ Members: Schema.Array(Schema.Struct({ type: Schema.String, id: Id })) })
export const Queue = Schema.Struct({
  id: Id,
  TicketCustomFields: Schema.optional(Schema.Array(Schema.Struct({ name: Schema.String })))
})
export const About = Schema.Struct({ Version: Schema.String })
