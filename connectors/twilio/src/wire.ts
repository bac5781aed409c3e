/** What Twilio sends, as far as it is used: resources of its APIs, and the form fields of its callbacks. */
import * as Schema from "effect/Schema"

const Id = Schema.NonEmptyString
const Text = Schema.optional(Schema.NullOr(Schema.String))
const Count = Schema.optional(Schema.NullOr(Schema.Union(Schema.Number, Schema.NumberFromString)))

export const Call = Schema.Struct({
  sid: Id,
  status: Schema.String,
  parent_call_sid: Text,
  direction: Text,
  from: Text,
  to: Text,
  /** Of the account's own number in use; absent where the caller's number is passed on. */
  phone_number_sid: Text,
  date_created: Text,
  date_updated: Text,
  start_time: Text,
  end_time: Text,
  /** Seconds; empty for a call that nobody took. */
  duration: Text,
  answered_by: Text
})
export type Call = typeof Call.Type

export const Message = Schema.Struct({
  sid: Id,
  status: Schema.String,
  direction: Schema.String,
  from: Text,
  to: Text,
  body: Text,
  num_media: Text,
  date_created: Text,
  date_updated: Text,
  date_sent: Text,
  error_message: Text,
  error_code: Schema.optional(Schema.NullOr(Schema.Union(Schema.Number, Schema.String)))
})
export type Message = typeof Message.Type

export const Recording = Schema.Struct({
  sid: Id,
  call_sid: Text,
  status: Schema.String,
  source: Text,
  duration: Text,
  media_url: Text,
  date_created: Text,
  date_updated: Text
})
export type Recording = typeof Recording.Type

export const Transcript = Schema.Struct({
  sid: Id,
  status: Schema.String,
  language_code: Text,
  date_created: Text,
  date_updated: Text,
  channel: Schema.optional(
    Schema.NullOr(
      Schema.Struct({
        media_properties: Schema.optional(Schema.NullOr(Schema.Struct({ source_sid: Text })))
      })
    )
  )
})
export type Transcript = typeof Transcript.Type

/** What was said in a call, put together by the feed from a transcript, its sentences, and the recording that it was made of. */
export const Spoken = Schema.Struct({
  transcript: Id,
  call: Id,
  updatedAt: Schema.Number,
  language: Text,
  text: Schema.String
})
export type Spoken = typeof Spoken.Type

export const Sentence = Schema.Struct({
  media_channel: Schema.optional(Schema.NullOr(Schema.Number)),
  transcript: Text
})

export const TaskEvent = Schema.Struct({
  sid: Id,
  event_type: Schema.String,
  event_date_ms: Schema.Number,
  workspace_sid: Text,
  event_data: Schema.Struct({
    task_sid: Text,
    task_attributes: Text,
    task_age: Count,
    task_queue_name: Text,
    task_canceled_reason: Text,
    reservation_sid: Text,
    worker_sid: Text,
    worker_name: Text,
    worker_attributes: Text
  })
})
export type TaskEvent = typeof TaskEvent.Type

export const Task = Schema.Struct({ sid: Id, attributes: Schema.String })

export const Account = Schema.Struct({ sid: Id, friendly_name: Text, status: Schema.String })

export const OwnNumber = Schema.Struct({ phone_number: Id, status_callback: Text })

/** A call changed its state. */
export const CallTold = Schema.Struct({
  CallSid: Id,
  CallStatus: Id,
  ParentCallSid: Text,
  Direction: Text,
  From: Text,
  To: Text,
  Timestamp: Text,
  SequenceNumber: Count,
  CallDuration: Text,
  AnsweredBy: Text
})
export type CallTold = typeof CallTold.Type

/** Tells little: the recording is read. */
export const RecordingTold = Schema.Struct({ RecordingSid: Id, RecordingStatus: Id })
/** Tells neither when nor what was written: the message is read. */
export const MessageTold = Schema.Struct({ MessageSid: Id })

export const TaskTold = Schema.Struct({
  EventType: Id,
  TimestampMs: Schema.NumberFromString,
  WorkspaceSid: Id,
  TaskSid: Id,
  TaskAttributes: Text,
  TaskAge: Count,
  TaskQueueName: Text,
  TaskCanceledReason: Text,
  ReservationSid: Text,
  WorkerSid: Text,
  WorkerName: Text,
  WorkerAttributes: Text
})
export type TaskTold = typeof TaskTold.Type

/** Callbacks about anything else, such as conferences and what workers are doing. */
export const OtherTold = Schema.Struct({ AccountSid: Id })
