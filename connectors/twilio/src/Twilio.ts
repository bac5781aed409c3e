/** Twilio: calls as trees of legs with recordings, transcripts and queues, messages, and the caller's story for the agent. */
import { Connector } from "@interchannel/connector"
import { sendMessage, showContext } from "./actions.ts"
import { layer, VENDOR } from "./api.ts"
import { check } from "./check.ts"
import { Credentials, Settings } from "./credentials.ts"
import { calls, events, messages, recordings, transcripts } from "./feeds.ts"
import { limits } from "./limits.ts"
import { callbacks } from "./webhooks.ts"

export const Twilio = Connector.make(VENDOR, {
  title: "Twilio",
  credentials: Credentials,
  settings: Settings,
  accountOf: ({ accountSid }) => accountSid,
  // SIDs are drawn once for all of Twilio, and a caller is a number.
  refsHoldEverywhere: true,
  api: layer,
  limits,
  feeds: [calls, messages, recordings, transcripts, events],
  webhooks: [callbacks],
  actions: [sendMessage, showContext],
  cautions: [
    "A card changes the task's attributes: TaskRouter checks the workflow's rules again when they name what changed.",
    "A message costs what the account's price list says, and cannot be taken back."
  ],
  check
})
