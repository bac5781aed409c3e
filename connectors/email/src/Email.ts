/** A mailbox on any server: IMAP to read and hear, SMTP to send. */
import { Connector } from "@interchannel/connector"
import { sendMessage } from "./actions.ts"
import { layer, VENDOR } from "./api.ts"
import { check } from "./check.ts"
import { Credentials, Settings } from "./credentials.ts"
import { mails } from "./feeds.ts"
import { limits } from "./limits.ts"
import { idle } from "./listeners.ts"

export const Email = Connector.make(VENDOR, {
  title: "Mailbox",
  credentials: Credentials,
  settings: Settings,
  accountOf: ({ address, imap }) => `${address} at ${imap.host}:${imap.port}`,
  // A mail is the same mail on every host.
  refsHoldEverywhere: true,
  api: layer,
  limits,
  feeds: [mails],
  listeners: [idle],
  actions: [sendMessage],
  cautions: ["Mail that is sent reaches people outside at once and cannot be taken back."],
  check
})
