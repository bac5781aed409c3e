/** What a Twilio Connection is configured with: the account's secrets, and what of it is read. */
import { Credentials as Secrets } from "@interchannel/connector"
import * as Schema from "effect/Schema"

export const Credentials = Schema.Struct({
  /** Signs every webhook, also where an API key makes the calls. */
  authToken: Secrets.secret({ from: "the first page of Twilio's Console, Account Info, Auth Token" }),
  /** Of the key in `settings.apiKeySid`. */
  apiKeySecret: Schema.optional(
    Secrets.secret({ from: "what the Console showed when the API key was made; it shows it once" })
  )
}).annotations({ identifier: "TwilioCredentials" })
export type Credentials = typeof Credentials.Type

const sid = (prefix: string, what: string) =>
  Schema.String.pipe(
    Schema.pattern(new RegExp(`^${prefix}[0-9a-f]{32}$`), {
      message: () => `expected ${what}: ${prefix} and 32 hexadecimal digits`
    }),
    Secrets.remedy("copy it from Twilio's Console")
  )
const sids = (prefix: string, what: string) =>
  Schema.optionalWith(Schema.Array(sid(prefix, what)), { default: () => [] })

export const Settings = Schema.Struct({
  accountSid: sid("AC", "an account SID"),
  /** Calls are made with this key in place of the account's own token. */
  apiKeySid: Schema.optional(sid("SK", "an API key SID")),
  /** TaskRouter workspaces whose events tell of queues and agents. */
  workspaces: sids("WS", "a workspace SID"),
  /** Conversational Intelligence services whose transcripts are read. */
  transcriptServices: sids("GA", "an Intelligence service SID"),
  /** What messages are sent from: one of the account's numbers, its WhatsApp sender, or a messaging service. */
  sender: Schema.optional(
    Schema.String.pipe(
      Schema.pattern(/^((whatsapp:)?\+\d{7,15}|MG[0-9a-f]{32})$/, {
        message: () => "expected a number, whatsapp: and a number, or a messaging service SID"
      }),
      Secrets.remedy("write a number of the account as +12025550100, or the SID of a messaging service")
    )
  ),
  /** The task attribute in which the menu notes the choices made: a list, or one text. */
  menuAttribute: Schema.optionalWith(Schema.NonEmptyString, { default: () => "ivr_path" }),
  /** One base URL in place of all of Twilio's: a stand-in on this machine. */
  apiUrl: Schema.optional(Schema.String)
}).annotations({ identifier: "TwilioSettings" })
export type Settings = typeof Settings.Type
export const isSettings = Schema.is(Settings)
