/** What the stand-in's Twilio holds: accounts, calls, messages, recordings, transcripts, tasks and what was told. Plain JSON. */

export interface Account {
  readonly sid: string
  readonly authToken: string
  readonly name: string
  /** The token is accepted no more. */
  revoked: boolean
  readonly numbers: Array<OwnNumber>
  readonly workspaces: ReadonlyArray<string>
  readonly transcriptServices: ReadonlyArray<string>
}

export interface OwnNumber {
  readonly sid: string
  readonly number: string
  statusCallback: string
}

/** Times are epoch milliseconds. */
interface Made {
  readonly sid: string
  readonly account: string
  readonly at: number
  updatedAt: number
}

export interface Call extends Made {
  readonly parent?: string
  readonly direction: "inbound" | "outbound-api" | "outbound-dial"
  readonly from: string
  readonly to: string
  readonly ownNumber: boolean
  status: string
  answeredAt?: number
  endedAt?: number
  answeredBy?: string
  /** Callbacks told so far. */
  sequence: number
}

export interface Message extends Made {
  readonly direction: "inbound" | "outbound-api"
  readonly from: string
  readonly to: string
  body: string
  readonly media: number
  readonly messagingService?: string
  status: string
}

export interface Recording extends Made {
  readonly call: string
  readonly source: string
  readonly seconds: number
  status: string
}

export interface Transcript extends Made {
  readonly service: string
  readonly recording: string
  readonly sentences: Array<{ readonly sid: string; readonly channel: number; readonly text: string }>
}

export interface Task extends Made {
  readonly workspace: string
  readonly queue: string
  attributes: string
  status: string
  /** Counts up; the ETag. */
  version: number
}

export interface Event extends Made {
  readonly workspace: string
  readonly type: string
  readonly description: string
  readonly resource: { readonly type: string; readonly sid: string }
  readonly data: Readonly<Record<string, string>>
}

/** One callback. */
export interface Told {
  readonly account: string
  /** `I-Twilio-Idempotency-Token`. */
  readonly token: string
  readonly fields: Readonly<Record<string, string>>
  delivered: boolean
}

export interface State {
  drawn: number
  readonly accounts: Array<Account>
  readonly calls: Array<Call>
  readonly messages: Array<Message>
  readonly recordings: Array<Recording>
  readonly transcripts: Array<Transcript>
  readonly tasks: Array<Task>
  readonly events: Array<Event>
  readonly told: Array<Told>
}

export const empty = (): State => ({
  drawn: 0,
  accounts: [],
  calls: [],
  messages: [],
  recordings: [],
  transcripts: [],
  tasks: [],
  events: [],
  told: []
})

/** Items of one sort, and callbacks; the oldest callbacks go. */
export const KEPT_MAX = 50_000
