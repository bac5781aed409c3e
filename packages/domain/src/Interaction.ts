/**
 * One thing that happened between a customer and the company: a call, message, mail, visit, purchase. A union by `kind`:
 * the common fields are the same for all, `details` are typed by the kind. Interactions name Contacts, never Persons.
 */
import * as Schema from "effect/Schema"
import * as Details from "./Details.ts"
import { Instant } from "./Instant.ts"
import { InteractionKey } from "./Key.ts"
import { Participant } from "./Participant.ts"
import { ConnectionId, LocalRef } from "./Ref.ts"
import { Version } from "./Version.ts"

/** Seen from the company: inbound comes from a customer. */
export const Direction = Schema.Literal("inbound", "outbound", "internal").annotations({ identifier: "Direction" })
export type Direction = typeof Direction.Type

export const Link = Schema.Struct({ label: Schema.String, url: Schema.String }).annotations({ identifier: "Link" })
export type Link = typeof Link.Type

/** A judgement that the vendor supplied; we make none ourselves. */
export const Sentiment = Schema.Struct({
  /** -1 angry … 1 delighted. */
  score: Schema.Finite.pipe(Schema.between(-1, 1)),
  source: Schema.optional(Schema.String)
}).annotations({ identifier: "Sentiment" })
export type Sentiment = typeof Sentiment.Type

const optionalFields = {
  endedAt: Schema.optional(Instant),
  /** The vendor's own grouping: thread, ticket, chat. */
  conversation: Schema.optional(LocalRef),
  subject: Schema.optional(Schema.String),
  /** Plain text; markup is gone. */
  text: Schema.optional(Schema.String),
  /** How it ended, in one line. */
  outcome: Schema.optional(Schema.String),
  sentiment: Schema.optional(Sentiment),
  links: Schema.optional(Schema.Array(Link))
}
type OptionalFields = Schema.Struct<typeof optionalFields>["Type"]

const common = {
  key: InteractionKey,
  connection: ConnectionId,
  ref: LocalRef,
  direction: Direction,
  startedAt: Instant,
  participants: Schema.Array(Participant),
  ...optionalFields,
  version: Version
}

const details = {
  voice: Details.VoiceDetails,
  sms: Details.SmsDetails,
  chat: Details.ChatDetails,
  email: Details.EmailDetails,
  video: Details.VideoDetails,
  social: Details.SocialDetails,
  ticket: Details.TicketDetails,
  callback: Details.CallbackDetails,
  web: Details.WebDetails,
  form: Details.FormDetails,
  visit: Details.VisitDetails,
  "app usage": Details.AppUsageDetails,
  purchase: Details.PurchaseDetails,
  appointment: Details.AppointmentDetails,
  survey: Details.SurveyDetails,
  note: Details.NoteDetails
}
export type InteractionKind = keyof typeof details
export const interactionKinds = Object.keys(details) as ReadonlyArray<InteractionKind>
export const InteractionKind = Schema.Literal(...(interactionKinds as [InteractionKind, ...Array<InteractionKind>]))
/** The details of one kind, e.g. `DetailsOf<"voice">`. */
export type DetailsOf<K extends InteractionKind> = (typeof details)[K]["Type"]

const member = <K extends InteractionKind>(kind: K) =>
  Schema.Struct({ kind: Schema.Literal(kind), ...common, details: details[kind] as (typeof details)[K] }).annotations({
    identifier: `Interaction of kind ${kind}`
  })

export const Voice = member("voice")
export const Sms = member("sms")
export const Chat = member("chat")
export const Email = member("email")
export const Video = member("video")
export const Social = member("social")
export const Ticket = member("ticket")
export const Callback = member("callback")
export const Web = member("web")
export const Form = member("form")
export const Visit = member("visit")
export const AppUsage = member("app usage")
export const Purchase = member("purchase")
export const Appointment = member("appointment")
export const Survey = member("survey")
export const Note = member("note")

export const Interaction = Schema.Union(
  Voice,
  Sms,
  Chat,
  Email,
  Video,
  Social,
  Ticket,
  Callback,
  Web,
  Form,
  Visit,
  AppUsage,
  Purchase,
  Appointment,
  Survey,
  Note
).annotations({ identifier: "Interaction" })
export type Interaction = typeof Interaction.Type

/** What one Part may say about an Interaction of kind `K`: anything, nothing is required. */
export type InteractionFields<K extends InteractionKind = InteractionKind> = K extends InteractionKind
  ? OptionalFields & {
      readonly kind?: K | undefined
      readonly direction?: Direction | undefined
      readonly startedAt?: Instant | undefined
      readonly participants?: ReadonlyArray<Participant> | undefined
      readonly details?: DetailsOf<K> | undefined
    }
  : never
