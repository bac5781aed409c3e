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

export const TaskEvent = Schema.Struct({
  sid: Id,
  event_type: Schema.String,
  event_date_ms: Schema.Number,
  workspace_sid: text,
  event_data: Schema.Struct({
    task_sid: text,
    task_attributes: text,
    task_age: maybeNumber,
    task_queue_name: text,
    task_canceled_reason: text,
    reservation_sid: text,
    worker_sid: text,
    worker_name: text,
    worker_attributes: text
  })
})
export type TaskEvent = typeof TaskEvent.Type

export const Task = Schema.Struct({ sid: Id, attributes: Schema.String })

export const Account = Schema.Struct({ sid: Id, friendly_name: text, status: Schema.String })

export const OwnNumber = Schema.Struct({ phone_number: Id, status_callback: text })

/** A call changed its state. */
export const CallTold = Schema.Struct({
  CallSid: Id,
  CallStatus: Id,
  ParentCallSid: text,
  Direction: text,
  From: text,
  To: text,
  Timestamp: maybeTime,
  SequenceNumber: maybeNumber,
  CallDuration: maybeNumber,
  AnsweredBy: text
})
export type CallTold = typeof CallTold.Type

/** Tells little: the recording is read. */
export const RecordingTold = Schema.Struct({ RecordingSid: Id, RecordingStatus: Id })
/** Tells neither when nor what was written: the message is read. */
export const MessageTold = Schema.Struct({ MessageSid: Id })
/** The one callback in JSON, of Conversational Intelligence: the transcript is there and can be read. */
export const TranscriptTold = Schema.Struct({ transcript_sid: Id, service_sid: Id })

export const TaskTold = Schema.Struct({
  EventType: Id,
  TimestampMs: Schema.NumberFromString,
  WorkspaceSid: Id,
  TaskSid: Id,
  TaskAttributes: text,
  TaskAge: maybeNumber,
  TaskQueueName: text,
  TaskCanceledReason: text,
  ReservationSid: text,
  WorkerSid: text,
  WorkerName: text,
  WorkerAttributes: text
})
export type TaskTold = typeof TaskTold.Type

/** Callbacks about anything else, such as conferences and what workers are doing. */
export const OtherTold = Schema.Struct({ AccountSid: Id })
