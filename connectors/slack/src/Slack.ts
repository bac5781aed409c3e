/** Slack: the channels a company shares with its customers, and a place to show their history. */
import { Connector } from "@interchannel/connector"
import { appendTimeline, sendMessage, showContext } from "./actions.ts"
import { layer, VENDOR } from "./api.ts"
import { check } from "./check.ts"
import { Credentials, Settings } from "./credentials.ts"
import { messages, users } from "./feeds.ts"
import { limits } from "./limits.ts"
import { socket } from "./listeners.ts"
import { events } from "./webhooks.ts"

export const Slack = Connector.make(VENDOR, {
  title: "Slack",
  credentials: Credentials,
  settings: Settings,
  accountOf: ({ workspace }) => (workspace === undefined ? undefined : `workspace ${workspace}`),
  api: layer,
  limits,
  feeds: [users, messages],
  webhooks: [events],
  listeners: [socket],
  actions: [sendMessage, showContext, appendTimeline],
  cautions: [
    "A card is a reply: Slack notifies everybody who follows the thread, and marks the channel as unread.",
    "Timeline entries are posted now, whatever they tell of: their channel is unread while history is written."
  ],
  check
})
