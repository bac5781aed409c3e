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

const configuration = (
  { slack, hubspot }: Addresses,
  { intakePort, canaryRecords }: Options
) => `import { connect, defineConfig, env } from "@interchannel/cli"
import { HubSpot } from "@interchannel/connector-hubspot"
import { Slack } from "@interchannel/connector-slack"

// The company of the demonstration. Both vendors are stand-ins on this machine.
export default defineConfig({
  own: { domains: ["${company.domain}"], teams: ["${slack.team}"] },
  defaultRegion: "US",
  intake: { port: ${intakePort} },

  connections: {
    ${connections.slack}: connect(Slack, {
      credentials: { botToken: env("SLACK_BOT_TOKEN"), signingSecret: env("SLACK_SIGNING_SECRET") },
      settings: {
        apiUrl: "${slack.apiUrl}",
        // Staff only: read like any other, and nobody's history.
        channels: ["${slack.teamRoom}"],
        // Cards of conversations that customers read along are put here.
        timelineChannel: "${slack.cards}"
      },
      since: "1 days",
      destination: { from: ["${connections.hubspot}"], timeline: false, since: "1 days" }
    }),

    ${connections.hubspot}: connect(HubSpot, {
      credentials: {
        accessToken: env("HUBSPOT_ACCESS_TOKEN"),
        clientId: env("HUBSPOT_CLIENT_ID"),
        clientSecret: env("HUBSPOT_CLIENT_SECRET")
      },
      settings: { apiUrl: "${hubspot.apiUrl}", portalId: ${hubspot.portalId} },
      since: "1 days",
      destination: { from: ["${connections.slack}"], since: "1 days", canaryRecords: ${canaryRecords} }
    })
  }
})
`

const variables = ({ slack, hubspot }: Addresses) => `SLACK_BOT_TOKEN=${slack.botToken}
SLACK_SIGNING_SECRET=${slack.signingSecret}
HUBSPOT_ACCESS_TOKEN=${hubspot.accessToken}
HUBSPOT_CLIENT_ID=${hubspot.clientId}
HUBSPOT_CLIENT_SECRET=${hubspot.clientSecret}
`
