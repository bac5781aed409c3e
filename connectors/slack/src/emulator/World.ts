/**
 * What happens in the stand-in's Slack. The verbs are what people do; each changes the state and tells the events that
 * Slack would tell, to every install that may hear them.
 */
import { type EmulatorClock, Outbox } from "@interchannel/connector/testing"
import { scopes } from "../manifest.ts"
import type { Channel, Install, Message, State, Told, User } from "./State.ts"
import { TOLD_MAX } from "./State.ts"

interface NewUser {
  readonly team: string
  readonly name: string
  /** Absent: Slack shows none. */
  readonly email?: string
  readonly title?: string
  readonly phone?: string
  readonly tz?: string
  readonly bot?: boolean
}

interface NewChannel {
  readonly team: string
  readonly name: string
  readonly private?: boolean
  /** Slack Connect: other workspaces that it is shared with. */
  readonly sharedWith?: ReadonlyArray<string>
  readonly members?: ReadonlyArray<string>
  /** Is the app invited? Absent: yes, in every workspace that has it. */
  readonly app?: boolean
}

interface NewPost {
  /** The `ts` of the message that is replied to. */
  readonly thread?: string
  /** A reply that the channel shows too. */
  readonly broadcast?: boolean
  readonly files?: ReadonlyArray<{ readonly name: string; readonly mimetype: string; readonly size: number }>
}

/** A message of an app, ours or another. */
export interface AppPost {
  readonly install: Install
  readonly channel: string
  readonly text: string
  readonly thread?: string | undefined
  readonly blocks?: ReadonlyArray<unknown>
  readonly metadata?: NonNullable<Message["metadata"]>
}

export class World {
  state: State
  private readonly clock: EmulatorClock.EmulatorClock
  /** Called for each event after it was noted. */
  readonly outbox = new Outbox.Outbox<Told>(() => this.state.told, TOLD_MAX)

  constructor(state: State, clock: EmulatorClock.EmulatorClock) {
    this.state = state
    this.clock = clock
  }

  addTeam(name: string): string {
    const id = this.draw("T")
    this.state.teams[id] = { id, name, domain: name.toLowerCase().replace(/[^a-z0-9]+/g, "-") }
    return id
  }

  /** Installs the app in a workspace, with a bot user and secrets of its own. */
  install(team: string): Install {
    const user = this.addUser({ team, name: "interchannel", bot: true })
    const install: Install = {
      team,
      user,
      botId: this.draw("B"),
      appId: this.draw("A"),
      botToken: `xoxb-emulated-${team}`,
      appToken: `xapp-emulated-${team}`,
      signingSecret: `emulated-signing-secret-${team}`,
      scopes: Object.keys(scopes),
      revoked: false
    }
    this.state.installs.push(install)
    return install
  }

  addUser(given: NewUser): string {
    const id = this.draw("U")
    const [first = given.name, ...rest] = given.name.split(" ")
    const user: User = {
      id,
      team_id: given.team,
      name: given.name.toLowerCase().replace(/[^a-z0-9]+/g, "."),
      real_name: given.name,
      deleted: false,
      is_bot: given.bot ?? false,
      is_email_confirmed: given.email !== undefined,
      tz: given.tz ?? "Europe/Berlin",
      updated: Math.floor(this.clock.now() / 1000),
      profile: {
        real_name: given.name,
        display_name: "",
        first_name: first,
        last_name: rest.join(" "),
        title: given.title ?? "",
        phone: given.phone ?? "",
        ...(given.email === undefined ? {} : { email: given.email })
      }
    }
    this.state.users[id] = user
    this.tellTeam(given.team, { type: "team_join", user })
    return id
  }

  /** Changes a user; in `profile` the given fields only. */
  changeUser(id: string, change: Partial<Omit<User, "id">>): void {
    const user = this.user(id)
    const profile = { ...user.profile, ...change.profile }
    // Two changes within a second must not look like one.
    const updated = Math.max(user.updated + 1, Math.floor(this.clock.now() / 1000))
    Object.assign(user, change, { profile, updated })
    this.tellTeam(user.team_id, { type: "user_change", user })
  }

  addChannel(given: NewChannel): string {
    const id = this.draw(given.private === true ? "G" : "C")
    const teams = [given.team, ...(given.sharedWith ?? [])]
    const bots = this.state.installs.filter((install) => teams.includes(install.team)).map(({ user }) => user)
    this.state.channels[id] = {
      id,
      name: given.name,
      teams,
      kind: given.private === true ? "private" : "public",
      archived: false,
      members: [...(given.app === false ? [] : bots), ...(given.members ?? [])]
    }
    this.state.messages[id] = []
    return id
  }

  /** The direct messages of an app with a user. */
  openIm(install: Install, user: string): string {
    const known = Object.values(this.state.channels).find(
      ({ kind, members }) => kind === "im" && members.includes(install.user) && members.includes(user)
    )
    if (known !== undefined) return known.id
    const id = this.draw("D")
    const channel: Channel = {
      id,
      name: "",
      teams: [install.team],
      kind: "im",
      archived: false,
      members: [install.user, user]
    }
    this.state.channels[id] = channel
    this.state.messages[id] = []
    return id
  }

  /** A person writes; returns the message's `ts`. */
  post(channel: string, user: string, text: string, options: NewPost = {}): string {
    const { team_id: team } = this.user(user)
    const shared = this.channel(channel).teams.length > 1
    return this.add(channel, options.thread, {
      ...(options.broadcast === true ? { subtype: "thread_broadcast" } : {}),
      ...(options.files === undefined ? {} : { subtype: "file_share", files: options.files.map(this.file) }),
      user,
      team,
      ...(shared ? { user_team: team } : {}),
      text
    })
  }

  postAsApp({ install, channel, thread, ...content }: AppPost): string {
    return this.add(channel, thread, {
      user: install.user,
      bot_id: install.botId,
      app_id: install.appId,
      team: install.team,
      ...content
    })
  }

  edit(channel: string, ts: string, text: string): void {
    const message = this.message(channel, ts)
    this.change(channel, ts, { text }, message.user ?? "")
  }

  /** `by` edits; what is `undefined` stays. */
  change(
    channel: string,
    ts: string,
    change: Partial<Pick<Message, "text" | "blocks" | "metadata">>,
    by: string
  ): void {
    const message = this.message(channel, ts)
    const before = this.shown(channel, message)
    for (const [name, value] of Object.entries(change)) {
      if (value !== undefined) Object.assign(message, { [name]: value })
    }
    // Slack cuts the time of an edit to whole seconds.
    message.edited = { user: by, ts: `${Math.floor(this.clock.now() / 1000)}.000000` }
    this.tellChanged(channel, message, before)
  }

  /** A message that has replies stays as an empty one. */
  delete(channel: string, ts: string): void {
    const message = this.message(channel, ts)
    const before = this.shown(channel, message)
    if (this.replies(channel, ts).length > 0) {
      this.replace(channel, {
        type: "message",
        subtype: "tombstone",
        ts,
        thread_ts: ts,
        user: "USLACKBOT",
        text: "This message was deleted.",
        hidden: true
      })
      this.tellChanged(channel, this.message(channel, ts), before)
      return
    }
    this.state.messages[channel] = this.messages(channel).filter((other) => other.ts !== ts)
    this.tell(channel, {
      type: "message",
      subtype: "message_deleted",
      previous_message: before,
      hidden: true,
      deleted_ts: ts,
      ...this.stamp(channel)
    })
    this.tellParent(channel, message)
  }

  /** Slack unfurls a link: the message is told as changed, and says the same. */
  unfurl(channel: string, ts: string): void {
    const message = this.message(channel, ts)
    this.tellChanged(channel, message, this.shown(channel, message))
  }

  revoke(install: Install): void {
    install.revoked = true
  }

  // -------------------------------------------------------------------------------------------------------------------

  user(id: string): User {
    return found(this.state.users[id], "user", id)
  }
  channel(id: string): Channel {
    return found(this.state.channels[id], "channel", id)
  }
  messages(channel: string): Array<Message> {
    return found(this.state.messages[channel], "channel", channel)
  }
  message(channel: string, ts: string): Message {
    return found(
      this.messages(channel).find((message) => message.ts === ts),
      "message",
      `${channel} ${ts}`
    )
  }
  replies(channel: string, parent: string): ReadonlyArray<Message> {
    return this.messages(channel).filter((message) => message.thread_ts === parent && message.ts !== parent)
  }

  /** With what Slack adds to the first message of a thread. */
  shown(channel: string, message: Message): Readonly<Record<string, unknown>> {
    const replies = this.replies(channel, message.ts)
    if (replies.length === 0) return { ...message }
    const users = [...new Set(replies.flatMap(({ user }) => (user === undefined ? [] : [user])))]
    return {
      ...message,
      thread_ts: message.ts,
      reply_count: replies.length,
      reply_users_count: users.length,
      reply_users: users,
      latest_reply: replies.at(-1)!.ts
    }
  }

  private add(channel: string, thread: string | undefined, content: Omit<Message, "type" | "ts">): string {
    const ts = this.nextTs()
    const parent = thread === undefined ? undefined : this.message(channel, thread)
    const message: Message = {
      type: "message",
      ts,
      ...content,
      ...(parent === undefined
        ? {}
        : { thread_ts: parent.ts, ...(parent.user === undefined ? {} : { parent_user_id: parent.user }) })
    }
    if (parent !== undefined) parent.thread_ts = parent.ts
    this.messages(channel).push(message)
    this.tell(channel, { ...message, ...this.where(channel), event_ts: ts })
    this.tellParent(channel, message)
    return ts
  }

  private replace(channel: string, message: Message): void {
    this.state.messages[channel] = this.messages(channel).map((other) => (other.ts === message.ts ? message : other))
  }

  /** A thread's first message is told as changed with each reply: its `reply_count` did. */
  private tellParent(channel: string, reply: Message): void {
    if (reply.thread_ts === undefined || reply.thread_ts === reply.ts) return
    const parent = this.messages(channel).find(({ ts }) => ts === reply.thread_ts)
    if (parent !== undefined) this.tellChanged(channel, parent, this.shown(channel, parent))
  }

  private tellChanged(channel: string, message: Message, before: unknown): void {
    this.tell(channel, {
      type: "message",
      subtype: "message_changed",
      message: this.shown(channel, message),
      previous_message: before,
      hidden: true,
      ...this.stamp(channel)
    })
  }

  private where(channel: string): Readonly<Record<string, unknown>> {
    const types = { public: "channel", private: "group", im: "im" }
    return { channel, channel_type: types[this.channel(channel).kind] }
  }

  private stamp(channel: string): Readonly<Record<string, unknown>> {
    const ts = this.nextTs()
    return { ...this.where(channel), ts, event_ts: ts }
  }

  private tell(channel: string, event: Readonly<Record<string, unknown>>): void {
    const { teams, members } = this.channel(channel)
    const author = (event["message"] ?? event) as { readonly team?: string }
    for (const install of this.state.installs) {
      if (!teams.includes(install.team) || !members.includes(install.user)) continue
      this.note(install, event, {
        // In a shared channel the envelope names the author's workspace; `authorizations` names ours.
        team_id: teams.length > 1 ? (author.team ?? install.team) : install.team,
        is_ext_shared_channel: teams.length > 1,
        event_context: `1-message-${install.team}-${channel}`
      })
    }
  }

  private tellTeam(team: string, event: Readonly<Record<string, unknown>>): void {
    for (const install of this.state.installs.filter((one) => one.team === team)) {
      this.note(install, { ...event, event_ts: this.nextTs() }, { team_id: team, is_ext_shared_channel: false })
    }
  }

  private note(
    install: Install,
    event: Readonly<Record<string, unknown>>,
    envelope: Readonly<Record<string, unknown>>
  ): void {
    const body = {
      token: "verification-token",
      ...envelope,
      context_team_id: install.team,
      api_app_id: install.appId,
      event: structuredClone(event),
      type: "event_callback",
      event_id: this.draw("Ev"),
      event_time: Math.floor(this.clock.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: install.team,
          user_id: install.user,
          is_bot: true,
          is_enterprise_install: false
        }
      ]
    }
    this.outbox.tell({ team: install.team, at: this.clock.now(), body, delivered: false })
  }

  private readonly file = (file: { readonly name: string; readonly mimetype: string; readonly size: number }) => {
    const id = this.draw("F")
    return { id, mode: "hosted", url_private: `https://files.example.com/${id}/${file.name}`, ...file }
  }

  private draw(prefix: string): string {
    const serial = (this.state.drawn[prefix] ?? 0) + 1
    this.state.drawn[prefix] = serial
    return `${prefix}0EM${String(serial).padStart(6, "0")}`
  }

  /** Unique, and later than all before. */
  nextTs(): string {
    const micros = Math.max(this.clock.now() * 1000, this.state.newestMicros + 1)
    this.state.newestMicros = micros
    return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, "0")}`
  }
}

const found = <A>(value: A | undefined, kind: string, id: string): A => {
  if (value === undefined) throw new Error(`the stand-in's Slack has no ${kind} ${id}`)
  return value
}
