/** What an admin wants to know about an installed app: is it let in, may it do what it must, does it see the channels. */
import { Finding } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { identity, settings } from "./api.ts"
import { memberships } from "./feeds.ts"
import { scopes } from "./manifest.ts"
import type { Channel } from "./wire.ts"

export const check = Effect.gen(function* () {
  const known = yield* settings
  const who = yield* identity
  const channels = yield* memberships
  const member = new Map(channels.map((channel) => [channel.id, channel]))
  const shared = channels.filter((channel) => channel.is_ext_shared === true)
  const listed = [...known.channels, ...(known.timelineChannel === undefined ? [] : [known.timelineChannel])]
  const unread = channels.filter((channel) => !shared.includes(channel) && !listed.includes(channel.id))
  return [
    good(`signed in as ${who.user ?? who.user_id} in ${who.team ?? who.team_id} (${who.team_id})`),
    ...scopeFindings(who.response_metadata?.scopes),
    ...[...new Set(listed)].map((id) => channelFinding(id, member.get(id))),
    shared.length + known.channels.length === 0
      ? bad(
          "no channel is read",
          `invite the app to a channel that is shared with a customer, or add a channel's id to the settings; ${names(unread)}`
        )
      : good(`${shared.length} shared and ${known.channels.length} listed channels are read; ${names(unread)}`)
  ]
})

// ---------------------------------------------------------------------------------------------------------------------

const { bad, good } = Finding

/** Slack names the granted scopes in a header; a proxy may have dropped it. */
const scopeFindings = (granted: ReadonlyArray<string> | undefined): ReadonlyArray<Finding.Finding> => {
  if (granted === undefined) return []
  const missing = Object.entries(scopes).filter(([scope]) => !granted.includes(scope))
  if (missing.length === 0) return [good("the app has every scope that it needs")]
  return missing.map(([scope, use]) =>
    bad(
      `scope ${scope} is missing: without it the app cannot ${use}`,
      "add it under OAuth & Permissions and reinstall the app"
    )
  )
}

const channelFinding = (id: string, channel: Channel | undefined): Finding.Finding =>
  channel === undefined
    ? bad(
        `channel ${id} is in the settings, and the app is no member of it`,
        "type /invite and the app's name in the channel"
      )
    : good(`channel ${id} is #${channel.name ?? id}`)

const names = (unread: ReadonlyArray<Channel>): string =>
  unread.length === 0
    ? "the app is in no other channel"
    : `not read: ${Finding.listed(unread.map(({ id, name = "" }) => `#${name} ${id}`))}`
