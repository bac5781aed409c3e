/** What each kind of Interaction adds to the common fields. Every field is optional or has a default: vendors differ, and a
 * field added later must not break what is stored. */
import * as Schema from "effect/Schema"
import { FieldName } from "./FieldName.ts"
import { Instant } from "./Instant.ts"
import { LocalRef } from "./Ref.ts"

const Text = Schema.String
/** JSON has no infinity: it would come back as null. */
const Amount = Schema.Finite.pipe(Schema.nonNegative())
const Seconds = Amount
const list = <A, I, R>(item: Schema.Schema<A, I, R>) => Schema.optional(Schema.Array(item))

/** A recording or attachment that stays with the vendor. `url` is the vendor's, and may need the vendor's login or expire. */
export const Media = Schema.Struct({
  id: Text,
  url: Schema.optional(Text),
  name: Schema.optional(Text),
  contentType: Schema.optional(Text),
  bytes: Schema.optional(Schema.NonNegativeInt),
  durationSeconds: Schema.optional(Seconds)
}).annotations({ identifier: "Media" })
export type Media = typeof Media.Type

export const Transcript = Schema.Struct({
  id: Text,
  url: Schema.optional(Text),
  language: Schema.optional(Text),
  text: Schema.optional(Text)
}).annotations({ identifier: "Transcript" })
export type Transcript = typeof Transcript.Type

/** A change of the text after it was sent; the earlier text is among the revisions in the ledger. */
export const Edit = Schema.Struct({ id: Text, at: Instant, by: Schema.optional(LocalRef) }).annotations({
  identifier: "Edit"
})
export type Edit = typeof Edit.Type

export const Disposition = Schema.Literal(
  "answered",
  "missed",
  "abandoned",
  "voicemail",
  "busy",
  "failed",
  "transferred",
  "cancelled"
).annotations({ identifier: "Disposition" })
export type Disposition = typeof Disposition.Type

/** One strand of a call or meeting: between whom, when, how it ended. */
export const Leg = Schema.Struct({
  id: Text,
  parent: Schema.optional(Text),
  from: Schema.optional(Text),
  to: Schema.optional(Text),
  agent: Schema.optional(LocalRef),
  startedAt: Schema.optional(Instant),
  answeredAt: Schema.optional(Instant),
  endedAt: Schema.optional(Instant),
  /** A person picked up, not an IVR or a mailbox. */
  answeredByPerson: Schema.optional(Schema.Boolean),
  /** How this strand ended; that of the whole call follows from all of them. */
  disposition: Schema.optional(Disposition),
  status: Schema.optional(Text)
}).annotations({ identifier: "Leg" })
export type Leg = typeof Leg.Type

const call = {
  legs: list(Leg),
  queue: Schema.optional(Text),
  waitSeconds: Schema.optional(Seconds),
  talkSeconds: Schema.optional(Seconds),
  recordings: list(Media),
  transcripts: list(Transcript)
}

export const VoiceDetails = Schema.Struct({
  ...call,
  /** The choices made in the menu, first to last. */
  ivrPath: list(Text),
  disposition: Schema.optional(Disposition)
})
export const VideoDetails = Schema.Struct({ ...call, joinUrl: Schema.optional(Text) })
export const SmsDetails = Schema.Struct({ status: Schema.optional(Text), attachments: list(Media) })
export const ChatDetails = Schema.Struct({
  /** The network the message travelled on, when the vendor carries several: whatsapp, messenger, web. */
  service: Schema.optional(Text),
  channel: Schema.optional(Text),
  edits: list(Edit),
  attachments: list(Media),
  reactions: list(Schema.Struct({ id: Text, count: Schema.NonNegativeInt }))
})
export const EmailDetails = Schema.Struct({
  messageId: Schema.optional(Text),
  inReplyTo: Schema.optional(Text),
  references: list(Text),
  listId: Schema.optional(Text),
  /** RFC 3834. */
  autoSubmitted: Schema.optional(Text),
  /** What sort of mail it is; a person wrote only `message` and `forward`. */
  sort: Schema.optional(Schema.Literal("message", "forward", "auto-reply", "bounce", "list", "calendar")),
  html: Schema.optional(Text),
  headers: Schema.optional(Schema.Record({ key: FieldName, value: Text })),
  attachments: list(Media)
})
export const SocialDetails = Schema.Struct({
  network: Schema.optional(Text),
  post: Schema.optional(Text),
  public: Schema.optional(Schema.Boolean),
  edits: list(Edit),
  attachments: list(Media)
})
export const TicketDetails = Schema.Struct({
  number: Schema.optional(Text),
  status: Schema.optional(Text),
  priority: Schema.optional(Text),
  queue: Schema.optional(Text),
  attachments: list(Media)
})
export const CallbackDetails = Schema.Struct({
  dueAt: Schema.optional(Instant),
  number: Schema.optional(Text),
  queue: Schema.optional(Text),
  status: Schema.optional(Schema.Literal("requested", "placed", "reached", "missed", "cancelled"))
})
export const WebDetails = Schema.Struct({
  url: Schema.optional(Text),
  title: Schema.optional(Text),
  referrer: Schema.optional(Text),
  secondsOnPage: Schema.optional(Seconds)
})
export const FormDetails = Schema.Struct({
  form: Schema.optional(Text),
  answers: Schema.optional(Schema.Record({ key: FieldName, value: Text }))
})
export const VisitDetails = Schema.Struct({ place: Schema.optional(Text), purpose: Schema.optional(Text) })
export const AppUsageDetails = Schema.Struct({
  app: Schema.optional(Text),
  feature: Schema.optional(Text),
  count: Schema.optional(Schema.NonNegativeInt)
})
export const PurchaseDetails = Schema.Struct({
  order: Schema.optional(Text),
  /** In the smallest unit of the currency. */
  amountMinor: Schema.optional(Schema.Int),
  /** ISO 4217. */
  currency: Schema.optional(Text),
  items: list(Schema.Struct({ id: Text, name: Schema.optional(Text), quantity: Schema.optional(Amount) }))
})
export const AppointmentDetails = Schema.Struct({
  /** iCalendar UID, RFC 5545. */
  uid: Schema.optional(Text),
  place: Schema.optional(Text),
  status: Schema.optional(Schema.Literal("tentative", "confirmed", "cancelled", "held", "no-show")),
  joinUrl: Schema.optional(Text)
})
export const SurveyDetails = Schema.Struct({
  survey: Schema.optional(Text),
  score: Schema.optional(Schema.Finite),
  scoreMax: Schema.optional(Schema.Finite),
  answers: Schema.optional(Schema.Record({ key: FieldName, value: Text }))
})
export const NoteDetails = Schema.Struct({ author: Schema.optional(LocalRef), attachments: list(Media) })
