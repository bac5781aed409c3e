/** The manifest of the customer's own internal app: Slack gives history at full speed to those only. */

/** The scopes of the bot, and what each is for. */
export const scopes = {
  "channels:history": "read messages in public channels",
  "channels:read": "see public channels",
  "chat:write": "post messages, cards and timelines",
  "groups:history": "read messages in private channels",
  "groups:read": "see private channels",
  "im:history": "find its own direct messages again",
  "im:read": "see direct messages",
  "im:write": "open direct messages",
  "metadata.message:read": "recognise its own messages, so that nothing is written twice",
  "mpim:history": "read messages in group conversations",
  "mpim:read": "see group conversations",
  "users:read": "know who wrote",
  "users:read.email": "know the e-mail address of who wrote"
} as const

/** The events to subscribe to. */
export const botEvents = [
  "message.channels",
  "message.groups",
  "message.im",
  "message.mpim",
  "team_join",
  "user_change"
] as const

interface Options {
  readonly name?: string
  /** Where the daemon receives Slack's events: an https URL. */
  readonly requestUrl?: string
  /** Events over a socket that the daemon opens, instead of a URL. */
  readonly socketMode: boolean
}

/** JSON to paste at "Create New App", "From a manifest". */
export const manifest = ({ name = "interchannel", requestUrl, socketMode }: Options): string =>
  JSON.stringify(
    {
      display_information: { name, description: "Shares each customer's history between your systems" },
      features: { bot_user: { display_name: name, always_online: true } },
      oauth_config: { scopes: { bot: Object.keys(scopes) } },
      settings: {
        event_subscriptions: {
          ...(requestUrl === undefined || socketMode ? {} : { request_url: requestUrl }),
          bot_events: botEvents
        },
        org_deploy_enabled: false,
        socket_mode_enabled: socketMode,
        token_rotation_enabled: false
      }
    },
    undefined,
    2
  )
