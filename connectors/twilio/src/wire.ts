/** What Twilio sends, as far as it is used: resources of its APIs, and the form fields of its callbacks. */
import { Wire } from "@interchannel/connector"
import * as Schema from "effect/Schema"

const { text, maybeNumber, maybeTime } = Wire
const Id = Schema.NonEmptyString
const dates = { date_created: maybeTime, date_updated: maybeTime }

export const Call = Schema.Struct({
  sid: Id,
  status: Schema.String,
  parent_call_sid: text,
  direction: text,
  from: text,
  to: text,
  /** Of the account's own number in use; absent where the caller's number is passed on. */
  phone_number_sid: text,
  ...dates,
  start_time: maybeTime,
  end_time: maybeTime,
  /** Seconds; empty for a call that nobody took. */
  duration: maybeNumber,
  answered_by: text
})
export type Call = typeof Call.Type

export const Message = Schema.Struct({
  sid: Id,
  status: Schema.String,
  direction: Schema.String,
  from: text,
  to: text,
  body: text,
  num_media: maybeNumber,
  ...dates,
  date_sent: maybeTime,
  error_message: text
})
export type Message = typeof Message.Type

export const Recording = Schema.Struct({
  sid: Id,
  call_sid: text,
  status: Schema.String,
  source: text,
  duration: maybeNumber,
  media_url: text,
  ...dates
})
export type Recording = typeof Recording.Type

export const Transcript = Schema.Struct({
  sid: Id,
  status: Schema.String,
  language_code: text,
  date_updated: maybeTime,
  channel: Wire.maybe(Schema.Struct({ media_properties: Wire.maybe(Schema.Struct({ source_sid: text })) }))
})
export type Transcript = typeof Transcript.Type

/** What was said in a call, put together by the feed from a transcript, its sentences, and the recording that it was made of. */
export const Spoken = Schema.Struct({
  transcript: Id,
  call: Id,
  updatedAt: Schema.Number,
  language: text,
  text: Schema.String
})
export type Spoken = typeof Spoken.Type

export const Sentence = Schema.Struct({ media_channel: maybeNumber, transcript: Id })

const ofTask = {
  task_sid: text,
  task_attributes: text,
  task_age: maybeNumber,
  task_queue_name: text,
  task_canceled_reason: text,
  reservation_sid: text,
  worker_sid: text,
  worker_name: text,
  worker_attributes: text
}

export const TaskEvent = Schema.Struct({
  sid: Id,
  event_type: Schema.String,
  event_date_ms: Schema.Number,
  workspace_sid: text,
  event_data: Schema.Struct(ofTask)
})
export type TaskEvent = typeof TaskEvent.Type

export const Task = Schema.Struct({ sid: Id, attributes: Schema.String })

export const Account = Schema.Struct({ sid: Id, friendly_name: text, status: Schema.String })

export const OwnNumber = Schema.Struct({ phone_number: Id, status_callback: text })

/** A call changed its state. */
const CallTold = Schema.Struct({
  call_sid: Id,
  call_status: Id,
  parent_call_sid: text,
  direction: text,
  from: text,
  to: text,
  timestamp: maybeTime,
  sequence_number: maybeNumber,
  call_duration: maybeNumber,
  answered_by: text
})
export type CallTold = typeof CallTold.Type

/** Tells little: the recording is read. */
const RecordingTold = Schema.Struct({ recording_sid: Id, recording_status: Id })
/** Tells neither when nor what was written: the message is read. */
const MessageTold = Schema.Struct({ message_sid: Id })
/** Of Conversational Intelligence: the transcript is there and can be read. */
const TranscriptTold = Schema.Struct({ transcript_sid: Id, service_sid: Id })

const TaskTold = Schema.Struct({
  event_type: Id,
  timestamp_ms: Schema.NumberFromString,
  workspace_sid: Id,
  ...ofTask
})
export type TaskTold = typeof TaskTold.Type

/** Callbacks about anything else, such as conferences and what workers are doing. */
const OtherTold = Schema.Struct({ account_sid: Id })

const Fields = Schema.Record({ key: Schema.String, value: Schema.Unknown })

/** Callbacks say `CallSid` where the APIs, and the one callback in JSON, say `call_sid`. */
const Renamed = Schema.transform(Fields, Fields, {
  strict: true,
  decode: (fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [renamed(name), value])),
  encode: (fields) => fields
})
const renamed = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase()

/** Any callback. One of a recording names the call as well, so it is asked for first. */
export const Told = Schema.compose(
  Renamed,
  Schema.Union(TaskTold, RecordingTold, TranscriptTold, MessageTold, CallTold, OtherTold),
  { strict: false }
)
