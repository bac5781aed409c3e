/** What the stand-in's Slack holds: workspaces, users, channels, messages, and the events that it told. Plain JSON. */

export interface Team {
  readonly id: string
  readonly name: string
  readonly domain: string
}

/** The app as one workspace installed it. */
export interface Install {
  readonly team: string
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string
  readonly appId: string
  readonly botId: string
  /** The bot's user. */
  readonly user: string
  scopes: ReadonlyArray<string>
  /** The tokens are accepted no more. */
  revoked: boolean
}

export interface User {
  readonly id: string
  team_id: string
  name: string
  real_name: string
  deleted: boolean
  is_bot: boolean
  is_email_confirmed: boolean
  tz: string
  /** Seconds. */
  updated: number
  profile: Readonly<Record<string, unknown>>
}

export interface Channel {
  readonly id: string
  name: string
  /** The workspaces that it belongs to, the host first; more than one: Slack Connect. */
  readonly teams: ReadonlyArray<string>
  readonly kind: "public" | "private" | "im"
  archived: boolean
  members: Array<string>
}

/** As Slack shows it, without what follows from others: `reply_count` and the like. */
export interface Message {
  readonly type: "message"
  readonly ts: string
  subtype?: string
  user?: string
  bot_id?: string
  app_id?: string
  team?: string
  user_team?: string
  text: string
  thread_ts?: string
  parent_user_id?: string
  hidden?: boolean
  edited?: { readonly user: string; readonly ts: string }
  files?: ReadonlyArray<unknown>
  blocks?: ReadonlyArray<unknown>
  metadata?: { readonly event_type: string; readonly event_payload: Readonly<Record<string, unknown>> }
}

/** One event for one install. */
export interface Told {
  readonly team: string
  /** Epoch milliseconds. */
  readonly at: number
  /** The whole body. */
  readonly body: Readonly<Record<string, unknown>>
  /** An answer of 2xx or an acknowledgement came. */
  delivered: boolean
}

export interface State {
  /** Ids given out, by their first letters. */
  readonly drawn: Record<string, number>
  /** The latest `ts`, in microseconds. */
  newestMicros: number
  readonly teams: Record<string, Team>
  readonly installs: Array<Install>
  readonly users: Record<string, User>
  readonly channels: Record<string, Channel>
  /** By channel, oldest first. */
  readonly messages: Record<string, Array<Message>>
  readonly told: Array<Told>
}

/** Events kept; the oldest go. */
export const TOLD_MAX = 50_000

export const empty = (): State => ({
  drawn: {},
  newestMicros: 0,
  teams: {},
  installs: [],
  users: {},
  channels: {},
  messages: {},
  told: []
})
