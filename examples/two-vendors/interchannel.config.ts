import { connect, defineConfig, env } from "@interchannel/cli"
import { HubSpot } from "@interchannel/connector-hubspot"
import { Slack } from "@interchannel/connector-slack"

export default defineConfig({
  own: { teams: [env("SLACK_TEAM")] },
  connections: {
    support: connect(Slack, {
      credentials: { botToken: env("SLACK_BOT_TOKEN"), signingSecret: env("SLACK_SIGNING_SECRET") },
      settings: { apiUrl: env("SLACK_API_URL") },
      since: "1 days"
    }),
    crm: connect(HubSpot, {
      credentials: { accessToken: env("HUBSPOT_ACCESS_TOKEN") },
      settings: { portalId: 49_000_001, apiUrl: env("HUBSPOT_API_URL") },
      destination: { from: ["support"], since: "1 days" }
    })
  }
})
