/** What Slack sends, only the fields that are used. */
import { Wire } from "@interchannel/connector"
import * as Schema from "effect/Schema"

const Id = Schema.String.pipe(Schema.pattern(/^[\w-]{1,64}$/))
const { flag, maybe, text } = Wire
const id = maybe(Id)

/** A message's id within its channel, and its time: seconds and microseconds. Text, since a float loses digits. */
export const Ts = Schema.String.pipe(Schema.pattern(/^\d{1,11}\.\d{6}$/))

/** Whole milliseconds since 1970. */
export const instantOf = (ts: string): number => {
  const [seconds = "0", micros = "0"] = ts.split(".")
  return Number(seconds) * 1000 + Number(micros.slice(0, 3))
}

/** The first microsecond of a millisecond. */
export const tsOf = (instant: number): string =>
  `${Math.floor(instant / 1000)}.${String(instant % 1000).padStart(3, "0")}000`

/** The last microsecond before a millisecond. */
export const tsBefore = (instant: number): string => tsOf(instant - 1).replace(/000$/, "999")

export const File = Schema.Struct({
  id: Id,
  name: text,
  mimetype: text,
  size: maybe(Schema.NonNegativeInt),
  url_private: text,
  /** `tombstone`: the file was deleted; `hidden_by_limit`: the plan hides it. */
  mode: text
})

export const Message = Schema.Struct({
  ts: Ts,
  subtype: text,
  user: id,
  bot_id: id,
  username: text,
  bot_profile: maybe(Schema.Struct({ name: text })),
  /** The author's workspace in a shared channel. */
  user_team: id,
  team: id,
  text,
  thread_ts: maybe(Ts),
  parent_user_id: id,
  root: maybe(Schema.Struct({ user: id })),
  edited: maybe(Schema.Struct({ user: id, ts: Ts })),
  files: maybe(Schema.Array(File)),
  reply_count: maybe(Schema.Number),
  latest_reply: text,
  metadata: maybe(
    Schema.Struct({
      event_type: text,
      event_payload: maybe(Schema.Record({ key: Schema.String, value: Schema.Unknown }))
    })
  )
})
export type Message = typeof Message.Type

export const User = Schema.Struct({
  id: Id,
  team_id: id,
  name: text,
  real_name: text,
  deleted: flag,
  tz: text,
  is_bot: flag,
  is_workflow_bot: flag,
  is_connector_bot: flag,
  /** Of another workspace, and sharing no channel that the app sees: little of the profile is shown. */
  is_stranger: flag,
  is_email_confirmed: flag,
  /** Seconds since 1970. */
  updated: maybe(Schema.Number.pipe(Schema.between(0, 100_000_000_000))),
  profile: maybe(
    Schema.Struct({
      real_name: text,
      display_name: text,
      first_name: text,
      last_name: text,
      title: text,
      email: text,
      phone: text
    })
  )
})
export type User = typeof User.Type

export const Channel = Schema.Struct({ id: Id, name: text, is_ext_shared: flag, is_im: flag, is_archived: flag })
export type Channel = typeof Channel.Type

const MessageEvent = Schema.Struct({
  type: Schema.Literal("message"),
  channel: Id,
  event_ts: maybe(Ts),
  ...Message.fields,
  /** `message_changed`: the message as it is now. */
  message: maybe(Schema.Struct({ ...Message.fields, ts: maybe(Ts) })),
  previous_message: maybe(Schema.Struct({ ts: maybe(Ts) })),
  /** `message_deleted` */
  deleted_ts: maybe(Ts)
})
export type MessageEvent = typeof MessageEvent.Type

const userEvents = ["user_change", "team_join", "user_profile_changed"] as const
const UserEvent = Schema.Struct({ type: Schema.Literal(...userEvents), user: User })

const otherThan = (...types: ReadonlyArray<string>) =>
  Schema.Struct({ type: Schema.String.pipe(Schema.filter((type) => !types.includes(type))) })

/** One delivery of the Events API; Socket Mode carries the same. */
export const Envelope = Schema.Union(
  Schema.Struct({
    type: Schema.Literal("event_callback"),
    team_id: id,
    context_team_id: id,
    /** The install that the event is for; in a shared channel `team_id` may be the other side's. */
    authorizations: maybe(Schema.Array(Schema.Struct({ team_id: id }))),
    is_ext_shared_channel: flag,
    event: Schema.Union(MessageEvent, UserEvent, otherThan("message", ...userEvents))
  }),
  otherThan("event_callback")
)
export type Envelope = typeof Envelope.Type

/** The part that every paged answer has. */
const paged = {
  response_metadata: maybe(Schema.Struct({ next_cursor: text }))
}
export const MessagePage = Schema.Struct({ messages: Schema.Array(Schema.Unknown), ...paged })
export const UserPage = Schema.Struct({ members: Schema.Array(Schema.Unknown), ...paged })
export const ChannelPage = Schema.Struct({ channels: Schema.Array(Channel), ...paged })
export const UserAnswer = Schema.Struct({ user: Schema.Unknown })
export const ChannelAnswer = Schema.Struct({ channel: Channel })
export const Posted = Schema.Struct({ channel: Id, ts: Ts })
export const Done = Schema.Struct({})
export const SocketAnswer = Schema.Struct({ url: Schema.NonEmptyString })
export const AuthTest = Schema.Struct({
  url: Schema.String,
  team: text,
  user: text,
  team_id: Id,
  user_id: Id,
  response_metadata: maybe(Schema.Struct({ scopes: maybe(Schema.Array(Schema.String)) }))
})
export type Identity = typeof AuthTest.Type

export const nextCursor = (page: Pick<typeof MessagePage.Type, "response_metadata">) =>
  page.response_metadata?.next_cursor
