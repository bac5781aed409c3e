/** What happens in the stand-in's Twilio. The verbs are what callers, agents and flows do; each is told as Twilio would. */
import { type EmulatorClock, Outbox } from "@interchannel/connector/testing"
import { type Account, type Call, KEPT_MAX, type Message, type State, type Task, type Told } from "./State.ts"

export interface Worker {
  readonly name: string
  /** `client:agnes`. */
  readonly uri: string
}

interface Sides {
  readonly from: string
  readonly to: string
}

/** RFC 2822, as the older API and its callbacks have it. */
export const rfc2822 = (at: number): string => new Date(at).toUTCString().replace("GMT", "+0000")

export class World {
  state: State
  readonly #clock: EmulatorClock.EmulatorClock
  readonly outbox = new Outbox.Outbox<Told>(() => this.state.told, KEPT_MAX)

  constructor(state: State, clock: EmulatorClock.EmulatorClock) {
    this.state = state
    this.#clock = clock
  }

  sid(prefix: string): string {
    this.state.drawn += 1
    return prefix + this.state.drawn.toString(16).padStart(32, "0")
  }

  addAccount(name: string, numbers: ReadonlyArray<string>): Account {
    const account: Account = {
      sid: this.sid("AC"),
      authToken: this.sid("emulated"),
      name,
      revoked: false,
      numbers: numbers.map((number) => ({ sid: this.sid("PN"), number, statusCallback: "" })),
      workspaces: [this.sid("WS"), this.sid("WS")],
      transcriptServices: [this.sid("GA"), this.sid("GA")]
    }
    this.state.accounts.push(account)
    return account
  }

  // -------------------------------------------------------------------------------------------------------------- calls

  /** Somebody calls, and the menu picks up. */
  incoming(account: Account, sides: Sides): string {
    const sid = this.#call(account, { ...sides, direction: "inbound", ownNumber: true, status: "ringing" })
    this.answer(sid)
    return sid
  }

  /** The company's own program calls. */
  place(account: Account, sides: Sides): string {
    return this.#call(account, { ...sides, direction: "outbound-api", ownNumber: true, status: "ringing" })
  }

  /** `<Dial>`: rings somebody for a call, who sees `from`; absent: the caller's number. */
  dial(parent: string, to: string, from?: string): string {
    const above = this.call(parent)
    const account = this.account(above.account)
    const ownNumber = from !== undefined && account.numbers.some(({ number }) => number === from)
    const sides = { from: from ?? above.from, to, ownNumber }
    return this.#call(account, { ...sides, parent, direction: "outbound-dial", status: "ringing" })
  }

  answer(sid: string, answeredBy?: string): void {
    const call = this.call(sid)
    call.status = "in-progress"
    call.answeredAt = this.#now()
    if (answeredBy !== undefined) call.answeredBy = answeredBy
    this.#changed(call)
  }

  /** Ends it; of the calls below, those that ring are cancelled and the others end too. */
  hangUp(sid: string, status = "completed"): void {
    for (const below of this.state.calls.filter(({ parent, endedAt }) => parent === sid && endedAt === undefined)) {
      this.hangUp(below.sid, below.answeredAt === undefined ? "canceled" : "completed")
    }
    const call = this.call(sid)
    call.status = status
    call.endedAt = this.#now()
    this.#changed(call)
  }

  call(sid: string): Call {
    return found(this.state.calls, sid)
  }

  /** `RecordVerb`: a message that the caller left. */
  record(
    call: string,
    given: { readonly source?: string; readonly seconds?: number; readonly done?: boolean } = {}
  ): string {
    const { account } = this.call(call)
    const { source = "DialVerb", seconds = 12, done = true } = given
    const sid = this.sid("RE")
    const at = this.#now()
    const status = done ? "completed" : "processing"
    this.state.recordings.push({ sid, account, call, source, seconds, status, at, updatedAt: at })
    this.#tellRecording(sid)
    return sid
  }

  /** `completed` or `deleted`. */
  changeRecording(sid: string, status: string): void {
    const recording = found(this.state.recordings, sid)
    recording.status = status
    recording.updatedAt = this.#now()
    this.#tellRecording(sid)
  }

  transcribe(recording: string, service: string, sentences: ReadonlyArray<string>): string {
    const { account } = found(this.state.recordings, recording)
    const sid = this.sid("GT")
    const at = this.#now()
    this.state.transcripts.push({ sid, account, service, recording, sentences: [], at, updatedAt: at })
    for (const sentence of sentences) this.say(sid, sentence)
    this.#tell(account, {
      account_sid: account,
      service_sid: service,
      transcript_sid: sid,
      customer_key: "",
      event_type: "voice_intelligence_transcript_available"
    })
    return sid
  }

  /** Adds a sentence. */
  say(transcript: string, text: string): void {
    const of = found(this.state.transcripts, transcript)
    of.sentences.push({ sid: this.sid("GX"), channel: 1 + (of.sentences.length % 2), text })
    of.updatedAt = this.#now()
  }

  // -------------------------------------------------------------------------------------------------------------- tasks

  /** `<Enqueue>`: a task about a call, in a workspace of its account. */
  enqueue(
    call: string,
    given: {
      readonly queue: string
      readonly workspace?: string
      readonly attributes?: Readonly<Record<string, unknown>>
    }
  ): string {
    const { account, from, to } = this.call(call)
    const { workspace = this.account(account).workspaces[0]!, queue } = given
    const sid = this.sid("WT")
    const at = this.#now()
    const attributes = JSON.stringify({ call_sid: call, from, to, ...given.attributes })
    const task: Task = { sid, account, workspace, queue, attributes, status: "pending", version: 0, at, updatedAt: at }
    this.state.tasks.push(task)
    this.#tellTask(task, "task-queue.entered")
    this.#tellTask(task, "task.created")
    return sid
  }

  accept(task: string, worker: Worker): void {
    const of = this.task(task)
    const told = {
      reservation_sid: this.sid("WR"),
      worker_sid: `WK${Buffer.from(worker.uri).toString("hex").padStart(32, "0").slice(-32)}`,
      worker_name: worker.name,
      worker_attributes: JSON.stringify({ contact_uri: worker.uri })
    }
    this.#changeTask(of, "reserved")
    this.#tellTask(of, "reservation.created", told)
    this.#changeTask(of, "assigned")
    this.#tellTask(of, "reservation.accepted", told)
  }

  finish(task: string): void {
    const of = this.task(task)
    this.#changeTask(of, "completed")
    this.#tellTask(of, "task.completed")
  }

  cancel(task: string, reason: string): void {
    const of = this.task(task)
    this.#changeTask(of, "canceled")
    this.#tellTask(of, "task.canceled", { task_canceled_reason: reason })
  }

  setAttributes(task: string, attributes: string): void {
    const of = this.task(task)
    of.attributes = attributes
    this.#changeTask(of, of.status)
    this.#tellTask(of, "task.updated")
  }

  task(sid: string): Task {
    return found(this.state.tasks, sid)
  }

  // ----------------------------------------------------------------------------------------------------------- messages

  receive(account: Account, given: Sides & { readonly body: string; readonly media?: number }): string {
    return this.#message(account, { ...given, media: given.media ?? 0, direction: "inbound", status: "received" })
  }

  send(account: Account, given: Sides & { readonly body: string; readonly messagingService?: string }): string {
    return this.#message(account, { ...given, media: 0, direction: "outbound-api", status: "queued" })
  }

  progress(sid: string, status: string): void {
    const message = found(this.state.messages, sid)
    message.status = status
    message.updatedAt = this.#now()
    this.#tellMessage(message)
  }

  /** Takes the text away, as Twilio offers for privacy; no callback tells of it. */
  redact(sid: string): void {
    const message = found(this.state.messages, sid)
    message.body = ""
    message.updatedAt = this.#now()
  }

  account(sid: string): Account {
    return found(this.state.accounts, sid)
  }

  // -------------------------------------------------------------------------------------------------------------------

  /** Twilio's times are whole seconds. */
  #now(): number {
    return Math.floor(this.#clock.now() / 1000) * 1000
  }

  #call(account: Account, given: Pick<Call, "from" | "to" | "direction" | "ownNumber" | "status" | "parent">): string {
    const at = this.#now()
    const call: Call = { ...given, sid: this.sid("CA"), account: account.sid, at, updatedAt: at, sequence: 0 }
    this.state.calls.push(call)
    this.#changed(call)
    return call.sid
  }

  #changed(call: Call): void {
    call.updatedAt = this.#now()
    const ended = call.endedAt !== undefined
    const seconds = ended && call.answeredAt !== undefined ? (call.endedAt! - call.answeredAt) / 1000 : 0
    this.#tell(call.account, {
      CallSid: call.sid,
      CallStatus: call.status,
      ...(call.parent === undefined ? {} : { ParentCallSid: call.parent }),
      Direction: call.direction,
      From: call.from,
      To: call.to,
      Timestamp: rfc2822(call.updatedAt),
      SequenceNumber: String(call.sequence),
      CallbackSource: "call-progress-events",
      ...(call.answeredBy === undefined ? {} : { AnsweredBy: call.answeredBy }),
      ...(ended ? { CallDuration: String(seconds), Duration: String(Math.ceil(seconds / 60)) } : {})
    })
    call.sequence += 1
  }

  #message(
    account: Account,
    given: Pick<Message, "from" | "to" | "body" | "media" | "direction" | "status" | "messagingService">
  ): string {
    const at = this.#now()
    const message: Message = { ...given, sid: this.sid("SM"), account: account.sid, at, updatedAt: at }
    this.state.messages.push(message)
    this.#tellMessage(message)
    return message.sid
  }

  /** Of a message that comes in the number's own webhook tells, of one that goes out the status callback. */
  #tellMessage({ account, sid, from, to, status, direction, body, media }: Message): void {
    const told =
      direction === "inbound"
        ? { SmsStatus: status, Body: body, NumMedia: String(media) }
        : { SmsStatus: status, MessageStatus: status }
    this.#tell(account, { MessageSid: sid, SmsSid: sid, From: from, To: to, ...told })
  }

  #tellRecording(sid: string): void {
    const { account, call, status, source, seconds } = found(this.state.recordings, sid)
    const duration = status === "completed" ? { RecordingDuration: String(seconds) } : {}
    const told = { RecordingSid: sid, CallSid: call, RecordingStatus: status, RecordingSource: source, ...duration }
    this.#tell(account, told)
  }

  #changeTask(task: Task, status: string): void {
    task.status = status
    task.version += 1
    task.updatedAt = this.#now()
  }

  #tellTask(task: Task, type: string, more: Readonly<Record<string, string>> = {}): void {
    const at = this.#clock.now()
    const data = {
      task_sid: task.sid,
      task_attributes: task.attributes,
      task_age: String(Math.floor((at - task.at) / 1000)),
      task_queue_name: task.queue,
      task_assignment_status: task.status,
      ...more
    }
    const [kind = "task"] = type.split(".")
    const resource = { type: kind, sid: more["reservation_sid"] ?? task.sid }
    const description = `${kind} ${resource.sid}: ${type}`
    const { account, workspace } = task
    const event = { sid: this.sid("EV"), account, workspace, type, description, resource, data, at, updatedAt: at }
    this.state.events.push(event)
    const fields = Object.entries(data).map(([name, value]) => [pascal(name), value])
    this.#tell(account, {
      EventType: type,
      ResourceType: resource.type,
      ResourceSid: resource.sid,
      WorkspaceSid: workspace,
      Timestamp: String(Math.floor(at / 1000)),
      TimestampMs: String(at),
      ...(Object.fromEntries(fields) as Record<string, string>)
    })
  }

  #tell(account: string, fields: Readonly<Record<string, string>>): void {
    this.outbox.tell({
      account,
      token: this.sid("token-"),
      fields: { AccountSid: account, ApiVersion: "2010-04-01", ...fields },
      delivered: false
    })
  }
}

const found = <A extends { readonly sid: string }>(items: ReadonlyArray<A>, sid: string): A => {
  const item = items.find((each) => each.sid === sid)
  if (item === undefined) throw new Error(`the stand-in has no ${sid}`)
  return item
}

/** `task_sid` as `TaskSid`. */
const pascal = (name: string): string => name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
