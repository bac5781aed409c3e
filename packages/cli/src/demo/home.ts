/** The folder that the company of the played day runs its daemon in: the configuration and the secrets, as a user has them. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { CONFIG, VARIABLES } from "../fileNames.ts"
import { company } from "./Cast.ts"
import { type Addresses, connections } from "./Stage.ts"

export interface Options {
  /** 0: any free one. */
  readonly intakePort: number
  /** Records that the first approval reaches. */
  readonly canaryRecords: number
}

/** Answers the path of the configuration. */
export const furnish = (folder: string, addresses: Addresses, options: Options): string => {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, CONFIG)
  writeFileSync(file, configuration(addresses, options))
  writeFileSync(join(folder, VARIABLES), variables(addresses), { mode: 0o600 })
  return file
}

// ---------------------------------------------------------------------------------------------------------------------

const { chat, crm, mail, phone } = connections

/** A call is entered so long after its end; the day is short. */
const SETTLE_MS = 1_000

const configuration = (
  addresses: Addresses,
  { intakePort, canaryRecords }: Options
) => `import { connect, defineConfig, env } from "@interchannel/cli"
import { Email } from "@interchannel/connector-email"
import { HubSpot } from "@interchannel/connector-hubspot"
import { Slack } from "@interchannel/connector-slack"
import { Twilio } from "@interchannel/connector-twilio"

// The company of the demonstration. All vendors are stand-ins on this machine.
export default defineConfig({
  own: { domains: ["${company.domain}"], numbers: ["${company.line}"], teams: ["${addresses.chat.team}"] },
  defaultRegion: "US",
  intake: { port: ${intakePort} },

  connections: {
    ${chat}: connect(Slack, {
      credentials: { botToken: env("SLACK_BOT_TOKEN"), signingSecret: env("SLACK_SIGNING_SECRET") },
      settings: {
        apiUrl: "${addresses.chat.apiUrl}",
        // Staff only: read like any other, and nobody's history.
        channels: ["${addresses.chat.teamRoom}"],
        // Cards of conversations that customers read along are put here.
        timelineChannel: "${addresses.chat.cards}"
      },
      since: "1 days",
      destination: { from: ["${crm}", "${mail}", "${phone}"], timeline: false, since: "1 days" }
    }),

    ${phone}: connect(Twilio, {
      credentials: { authToken: env("TWILIO_AUTH_TOKEN") },
      settings: {
        apiUrl: "${addresses.phone.apiUrl}",
        accountSid: "${addresses.phone.accountSid}",
        workspaces: ["${addresses.phone.workspace}"],
        transcriptServices: ["${addresses.phone.transcriptService}"]
      },
      since: "1 days",
      // Whoever gets a call sees in its task who is calling.
      destination: { from: ["${crm}", "${mail}", "${chat}"], since: "1 days" }
    }),

    ${mail}: connect(Email, {
      credentials: { user: "${addresses.mail.user}", password: env("MAIL_PASSWORD") },
      settings: ${JSON.stringify(addresses.mail.settings)},
      since: "1 days"
    }),

    ${crm}: connect(HubSpot, {
      credentials: {
        accessToken: env("HUBSPOT_ACCESS_TOKEN"),
        clientId: env("HUBSPOT_CLIENT_ID"),
        clientSecret: env("HUBSPOT_CLIENT_SECRET")
      },
      settings: { apiUrl: "${addresses.crm.apiUrl}", portalId: ${addresses.crm.portalId} },
      since: "1 days",
      destination: {
        from: ["${chat}", "${mail}", "${phone}"],
        since: "1 days",
        settleMs: ${SETTLE_MS},
        canaryRecords: ${canaryRecords}
      }
    })
  }
})
`

const variables = ({ chat, crm, mail, phone }: Addresses) => `SLACK_BOT_TOKEN=${chat.botToken}
SLACK_SIGNING_SECRET=${chat.signingSecret}
HUBSPOT_ACCESS_TOKEN=${crm.accessToken}
HUBSPOT_CLIENT_ID=${crm.clientId}
HUBSPOT_CLIENT_SECRET=${crm.clientSecret}
TWILIO_AUTH_TOKEN=${phone.authToken}
MAIL_PASSWORD=${mail.password}
`
