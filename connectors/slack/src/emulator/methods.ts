/** The methods of the Web API over the World, with the refusals that Slack documents. Each gets its arguments as texts. */
import { Faults } from "@interchannel/connector/testing"
import type { Channel, Install, Message, User } from "./State.ts"
import type { World } from "./World.ts"

export type Args = Readonly<Record<string, string>>
export type Answer = Readonly<Record<string, unknown>>

export interface Context {
  readonly world: World
  readonly install: Install
  readonly args: Args
  readonly fault: Faults.Fault | undefined
  /** The most that any page holds. */
  readonly pageItems: number
  /** The history methods give no more than 15. */
  readonly distributed: boolean
  /** Epoch milliseconds. */
  readonly at: number
}

/** A refusal: HTTP 200 with `ok: false`. */
export class Refusal extends Error {
  readonly answer: Answer
  constructor(error: string, more: Answer = {}) {
    super(error)
    this.answer = { ok: false, error, ...more }
  }
}

const TEXT_MAX = 40_000
const BLOCKS_MAX = 50
const HISTORY_PAGE_MAX = 999
const LIST_PAGE_MAX = 1_000
const PAGE_DEFAULT = 100
const DISTRIBUTED_PAGE_MAX = 15

interface Method {
  /** One of them is needed. */
  readonly scopes: ReadonlyArray<string>
  readonly answer: (context: Context) => Answer
}

const historyScopes = ["channels:history", "groups:history", "im:history", "mpim:history"]
const readScopes = ["channels:read", "groups:read", "im:read", "mpim:read"]

export const methods: Readonly<Record<string, Method>> = {
  "auth.test": {
    scopes: [],
    answer: ({ world, install }) => {
      const team = world.state.teams[install.team]!
      return {
        url: `https://${team.domain}.example.com/`,
        team: team.name,
        user: world.user(install.user).name,
        team_id: team.id,
        user_id: install.user,
        bot_id: install.botId,
        is_enterprise_install: false
      }
    }
  },
  "users.list": {
    scopes: ["users:read"],
    answer: (context) => {
      const { world, install } = context
      const all = Object.values(world.state.users).filter(({ team_id: team }) => team === install.team)
      const { items, next } = paged(context, all, LIST_PAGE_MAX)
      return { members: items.map((user) => profile(context, user)), ...next }
    }
  },
  "users.info": {
    scopes: ["users:read"],
    answer: (context) => {
      const user = context.world.state.users[context.args["user"] ?? ""]
      if (user === undefined) throw new Refusal("user_not_found")
      return { user: profile(context, user) }
    }
  },
  "users.lookupByEmail": {
    scopes: ["users:read.email"],
    answer: (context) => {
      const user = Object.values(context.world.state.users).find(
        (one) => one.team_id === context.install.team && one.profile["email"] === context.args["email"]
      )
      if (user === undefined) throw new Refusal("users_not_found")
      return { user: profile(context, user) }
    }
  },
  "conversations.list": { scopes: readScopes, answer: (context) => channels(context, false) },
  "users.conversations": { scopes: readScopes, answer: (context) => channels(context, true) },
  "conversations.info": {
    scopes: readScopes,
    answer: (context) => ({ channel: described(context, channelOf(context)) })
  },
  "conversations.members": {
    scopes: readScopes,
    answer: (context) => {
      const { items, next } = paged(context, channelOf(context).members, LIST_PAGE_MAX)
      return { members: items, ...next }
    }
  },
  "conversations.open": {
    scopes: ["im:write"],
    answer: (context) => {
      const user = context.world.state.users[context.args["users"] ?? ""]
      if (user === undefined) throw new Refusal("user_not_found")
      return { channel: { id: context.world.openIm(context.install, user.id) } }
    }
  },
  "conversations.history": {
    scopes: historyScopes,
    answer: (context) => {
      const channel = memberOf(context)
      const inChannel = context.world
        .messages(channel.id)
        .filter(
          ({ ts, thread_ts: thread, subtype }) =>
            thread === undefined || thread === ts || subtype === "thread_broadcast"
        )
      const newestFirst = inRange(context, inChannel).toReversed()
      const { items, next } = paged(context, newestFirst, historyPageMax(context))
      return {
        messages: items.map((message) => shown(context, channel, message)),
        has_more: "response_metadata" in next,
        ...next
      }
    }
  },
  "conversations.replies": {
    scopes: historyScopes,
    answer: (context) => {
      const channel = memberOf(context)
      const first = context.world.messages(channel.id).find(({ ts }) => ts === context.args["ts"])
      if (first === undefined) throw new Refusal("thread_not_found")
      // Given the ts of a reply, Slack answers with that reply alone.
      const isReply = first.thread_ts !== undefined && first.thread_ts !== first.ts
      const thread = inRange(context, isReply ? [] : context.world.replies(channel.id, first.ts))
      const { items, next } = paged(context, thread, historyPageMax(context))
      return {
        messages: [first, ...items].map((message) => shown(context, channel, message)),
        has_more: "response_metadata" in next,
        ...next
      }
    }
  },
  "chat.postMessage": {
    scopes: ["chat:write"],
    answer: (context) => {
      const { world, install, args } = context
      const channel = memberOf(context)
      if (channel.archived) throw new Refusal("is_archived")
      const content = contentOf(args)
      if (content.text === "" && content.blocks === undefined) throw new Refusal("no_text")
      const thread = args["thread_ts"]
      if (thread !== undefined && !isThread(world.messages(channel.id), thread)) throw new Refusal("thread_not_found")
      const ts = world.postAsApp({ install, channel: channel.id, thread, ...content })
      return { channel: channel.id, ts, message: shown(context, channel, world.message(channel.id, ts)) }
    }
  },
  "chat.update": {
    scopes: ["chat:write"],
    answer: (context) => {
      const channel = channelOf(context)
      const message = ownMessage(context, channel, "cant_update_message")
      const content = contentOf(context.args)
      context.world.change(channel.id, message.ts, content, context.install.user)
      return { channel: channel.id, ts: message.ts, text: content.text }
    }
  },
  "chat.delete": {
    scopes: ["chat:write"],
    answer: (context) => {
      const channel = channelOf(context)
      const message = ownMessage(context, channel, "cant_delete_message")
      context.world.delete(channel.id, message.ts)
      return { channel: channel.id, ts: message.ts }
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------------

/** What the app's workspace sees of a user: of a stranger, hardly more than the name. */
const profile = ({ world, install }: Context, user: User): Answer => {
  if (user.team_id === install.team) return { ...user, profile: profileFor(install, user) }
  const sharesChannel = Object.values(world.state.channels).some(
    ({ teams, members }) => teams.includes(install.team) && members.includes(user.id)
  )
  if (sharesChannel) return { ...user, is_stranger: false, profile: profileFor(install, user) }
  const { id, team_id, name, real_name, updated } = user
  return { id, team_id, name, real_name, updated, is_stranger: true, profile: { real_name } }
}

const profileFor = (install: Install, user: User): Answer => {
  if (install.scopes.includes("users:read.email")) return user.profile
  const { email: _, ...rest } = user.profile
  return rest
}

const described = ({ install }: Context, channel: Channel): Answer => ({
  id: channel.id,
  ...(channel.kind === "im"
    ? { user: channel.members.find((member) => member !== install.user) }
    : { name: channel.name, name_normalized: channel.name }),
  is_channel: channel.kind === "public",
  is_group: channel.kind === "private",
  is_im: channel.kind === "im",
  is_mpim: false,
  is_private: channel.kind !== "public",
  is_archived: channel.archived,
  is_shared: channel.teams.length > 1,
  is_ext_shared: channel.teams.length > 1,
  is_org_shared: false,
  is_member: channel.members.includes(install.user),
  conversation_host_id: channel.teams[0],
  shared_team_ids: channel.teams,
  context_team_id: install.team
})

const kinds: Readonly<Record<Channel["kind"], string>> = {
  public: "public_channel",
  private: "private_channel",
  im: "im"
}

const channels = (context: Context, own: boolean): Answer => {
  const { world, install, args } = context
  const types = (args["types"] ?? "public_channel").split(",")
  const all = Object.values(world.state.channels).filter(
    (channel) =>
      channel.teams.includes(install.team) &&
      types.includes(kinds[channel.kind]) &&
      (args["exclude_archived"] !== "true" || !channel.archived) &&
      (channel.members.includes(install.user) || (!own && channel.kind === "public"))
  )
  const { items, next } = paged(context, all, LIST_PAGE_MAX)
  return { channels: items.map((channel) => described(context, channel)), ...next }
}

/** The channel, when the app may know of it. */
const channelOf = ({ world, install, args }: Context): Channel => {
  const channel = world.state.channels[args["channel"] ?? ""]
  const isVisible =
    channel?.teams.includes(install.team) === true &&
    (channel.kind === "public" || channel.members.includes(install.user))
  if (channel === undefined || !isVisible) throw new Refusal("channel_not_found")
  return channel
}

const memberOf = (context: Context): Channel => {
  const channel = channelOf(context)
  if (!channel.members.includes(context.install.user)) throw new Refusal("not_in_channel")
  return channel
}

const ownMessage = (context: Context, channel: Channel, otherwise: string): Message => {
  const message = context.world.messages(channel.id).find(({ ts }) => ts === context.args["ts"])
  if (message === undefined) throw new Refusal("message_not_found")
  if (message.bot_id !== context.install.botId) throw new Refusal(otherwise)
  return message
}

const isThread = (messages: ReadonlyArray<Message>, ts: string): boolean =>
  messages.some((message) => message.ts === ts && message.subtype !== "tombstone")

/** Metadata is shown on demand, to apps that may read it. */
const shown = ({ world, install, args }: Context, channel: Channel, message: Message): Answer => {
  const mayRead = args["include_all_metadata"] === "true" && install.scopes.includes("metadata.message:read")
  const { metadata, ...rest } = world.shown(channel.id, message)
  return metadata === undefined || !mayRead ? rest : { ...rest, metadata }
}

const inRange = ({ args, fault, at }: Context, messages: ReadonlyArray<Message>): ReadonlyArray<Message> => {
  const { oldest = "0", latest } = args
  const isInclusive = args["inclusive"] === "true"
  const shownUntil = fault?._tag === "stale" ? at - fault.ms : Number.POSITIVE_INFINITY
  return messages.filter(
    ({ ts }) =>
      (isInclusive ? micros(ts) >= micros(oldest) : micros(ts) > micros(oldest)) &&
      (latest === undefined || (isInclusive ? micros(ts) <= micros(latest) : micros(ts) < micros(latest))) &&
      micros(ts) <= shownUntil * 1000
  )
}

const micros = (ts: string): number => {
  const [seconds = "0", rest = "0"] = ts.split(".")
  return Number(seconds) * 1_000_000 + Number(rest.padEnd(6, "0"))
}

const historyPageMax = ({ distributed }: Context): number => (distributed ? DISTRIBUTED_PAGE_MAX : HISTORY_PAGE_MAX)

/** The cursor names the item that comes next, so that what is added meanwhile moves nothing. */
const paged = <A>(context: Context, all: ReadonlyArray<A>, most: number) => {
  const { args, fault, pageItems } = context
  const limit = Math.min(Number(args["limit"] ?? PAGE_DEFAULT), most, pageItems)
  if (!(limit >= 1)) throw new Refusal("invalid_limit")
  const begin = beginOf(args["cursor"], all, fault)
  const page = all.slice(begin, begin + limit)
  const following = all[begin + limit]
  const next =
    following === undefined
      ? {}
      : { response_metadata: { next_cursor: Buffer.from(`next:${nameOf(following)}`).toString("base64") } }
  return { items: Faults.disturbed(page, fault), next }
}

const beginOf = (cursor: string | undefined, all: ReadonlyArray<unknown>, fault: Faults.Fault | undefined): number => {
  if (cursor === undefined || cursor === "") return 0
  const name = /^next:(.+)$/.exec(Buffer.from(cursor, "base64").toString("utf8"))?.[1]
  const index = all.findIndex((item) => nameOf(item) === name)
  if (fault?._tag === "expireCursor" || index < 0) throw new Refusal("invalid_cursor")
  return index
}

const nameOf = (item: unknown): string => {
  if (typeof item === "string") return item
  const { id, ts } = item as { readonly id?: string; readonly ts?: string }
  return id ?? ts ?? ""
}

const contentOf = (args: Args): Pick<Message, "text" | "blocks" | "metadata"> => {
  const text = args["text"] ?? ""
  const blocks = parsed(args["blocks"], "invalid_blocks_format")
  const metadata = parsed(args["metadata"], "invalid_metadata_format")
  if (text.length > TEXT_MAX) throw new Refusal("msg_too_long")
  if (blocks !== undefined && !isBlocks(blocks)) throw new Refusal("invalid_blocks")
  if (metadata !== undefined && !isMetadata(metadata)) throw new Refusal("invalid_metadata_schema")
  return { text, ...(blocks === undefined ? {} : { blocks }), ...(metadata === undefined ? {} : { metadata }) }
}

const parsed = (json: string | undefined, otherwise: string): unknown => {
  if (json === undefined) return undefined
  try {
    return JSON.parse(json)
  } catch {
    throw new Refusal(otherwise)
  }
}

const SECTION_TEXT_MAX = 3_000
const FIELDS_MAX = 10
const HEADER_TEXT_MAX = 150

const isBlocks = (value: unknown): value is ReadonlyArray<unknown> =>
  Array.isArray(value) && value.length > 0 && value.length <= BLOCKS_MAX && value.every(isBlock)

const isBlock = (block: {
  readonly type?: string
  readonly text?: { readonly text?: string }
  readonly fields?: unknown
}) => {
  const length = block.text?.text?.length ?? 0
  if (block.type === "header") return length > 0 && length <= HEADER_TEXT_MAX
  if (block.type !== "section") return typeof block.type === "string"
  const fields = Array.isArray(block.fields) ? block.fields.length : 0
  return length <= SECTION_TEXT_MAX && fields <= FIELDS_MAX && length + fields > 0
}

const isMetadata = (value: unknown): value is NonNullable<Message["metadata"]> =>
  typeof value === "object" &&
  value !== null &&
  "event_type" in value &&
  typeof value.event_type === "string" &&
  "event_payload" in value &&
  typeof value.event_payload === "object"
