/** Request Tracker: users, tickets with what was said in them, and a queue that holds what happened on other channels. */
import { Connector } from "@interchannel/connector"
import { appendTimeline, showContext, upsertContact } from "./actions.ts"
import { layer, VENDOR } from "./api.ts"
import { check, prepare } from "./check.ts"
import { Credentials, Settings } from "./credentials.ts"
import { tickets, userChanges, users } from "./feeds.ts"
import { limits } from "./limits.ts"

export const RequestTracker = Connector.make(VENDOR, {
  title: "Request Tracker",
  credentials: Credentials,
  settings: Settings,
  api: layer,
  limits,
  feeds: [users, userChanges, tickets],
  actions: [appendTimeline, showContext, upsertContact],
  cautions: [
    "Each entry is a ticket in the history queue: scrips and watchers of that queue act on it. Customers get no mail, since they become requestors after the ticket was made.",
    "A card changes a custom field of the ticket, which moves its last update."
  ],
  check,
  prepare
})
