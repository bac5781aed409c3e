/** What a Slack Connection is configured with: the secrets of the customer's own app, and what may be read and written. */
import { Credentials as Secrets } from "@interchannel/connector"
import * as Schema from "effect/Schema"

export const Credentials = Schema.Struct({
  botToken: Secrets.secret({ prefix: "xoxb-", from: 'the app\'s page, "OAuth & Permissions", Bot User OAuth Token' }),
  /** Socket Mode needs it, with the scope connections:write. */
  appToken: Schema.optional(
    Secrets.secret({ prefix: "xapp-", from: 'the app\'s page, "Basic Information", App-Level Tokens' })
  ),
  /** Events over HTTP need it. */
  signingSecret: Secrets.secret({ from: 'the app\'s page, "Basic Information", Signing Secret' })
}).annotations({ identifier: "SlackCredentials" })
export type Credentials = typeof Credentials.Type

/** Ids, not names: anyone can rename a channel, and that must not change what is read. */
const ChannelId = Schema.String.pipe(
  Schema.pattern(/^[CGD][A-Z0-9]{1,30}$/, { message: () => "expected a channel id such as C012AB3CD" }),
  Secrets.remedy("copy the id from the end of the channel's details in Slack; `check` lists those the app is in")
)

export const API_URL = "https://slack.com/api/"

export const Settings = Schema.Struct({
  /** The workspace that the tokens must be for: those of another are refused, and an exchange is noticed. Absent: any. */
  workspace: Schema.optional(
    Schema.String.pipe(
      Schema.pattern(/^[TE][A-Z0-9]{1,30}$/, { message: () => "expected a workspace id such as T012AB3CD" }),
      Secrets.remedy("copy the id from Slack's web address, or from what `check` says")
    )
  ),
  /** Channels to read besides those shared with another company (Slack Connect), which are always read. */
  channels: Schema.optionalWith(Schema.Array(ChannelId), { default: () => [] }),
  /** Where AppendTimeline keeps one thread a record. */
  timelineChannel: Schema.optional(ChannelId),
  /** `distributed`: Slack's history limit of one call a minute for apps that are sold outside its Marketplace. */
  historyProfile: Schema.optionalWith(Schema.Literal("internal", "distributed"), { default: () => "internal" }),
  /** A card in a shared channel is read by the customer's side too. Unless this allows it, it goes to `timelineChannel`. */
  cardsInSharedChannels: Schema.optionalWith(Schema.Boolean, { default: () => false }),
  /** Another base URL: an emulator on this machine. */
  apiUrl: Schema.optionalWith(Schema.String, { default: () => API_URL })
}).annotations({ identifier: "SlackSettings" })
export type Settings = typeof Settings.Type
export const isSettings = Schema.is(Settings)

/** Is a channel that is not shared read? */
export const lists = (settings: Settings, channel: string): boolean =>
  settings.channels.includes(channel) || settings.timelineChannel === channel
