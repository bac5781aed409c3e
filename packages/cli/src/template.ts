/** What `interchannel init` writes. */

export const configuration = `import { connect, defineConfig, env } from "@interchannel/cli"
// import { Email } from "@interchannel/connector-email"
import { HubSpot } from "@interchannel/connector-hubspot"
import { Slack } from "@interchannel/connector-slack"
// import { Twilio } from "@interchannel/connector-twilio"

// Secrets do not stand here: env("NAME") takes them from the environment, or from .env beside this file.
// A running daemon notices when this file or .env changes. \`interchannel check\` tries it.
export default defineConfig({
  // Your own people. Whoever else takes part in a conversation is a customer.
  own: {
    // Mail addresses of these domains are staff.
    domains: ["example.com"],
    // Your telephone numbers: \`interchannel check\` lists those of a Twilio account.
    numbers: [],
    // Slack workspace ids whose members are staff.
    teams: []
  },

  // For phone numbers written without a country.
  defaultRegion: "US",

  // Who is told when something has to be mended. \`interchannel doctor\` shows the same at any time.
  // alarms: { ops: { webhook: env("OPS_WEBHOOK"), secret: env("OPS_SECRET") } },

  // How vendors reach this machine, when they push to it. Without it everything is read by polling and by sockets.
  // intake: { publicUrl: "https://hooks.example.com", port: 8420 },

  connections: {
    // Channels shared with customers (Slack Connect) are read; list others by id.
    support: connect(Slack, {
      credentials: {
        botToken: env("SLACK_BOT_TOKEN"),
        appToken: env("SLACK_APP_TOKEN"),
        signingSecret: env("SLACK_SIGNING_SECRET")
      },
      settings: { channels: [] }
      // How far back to read; from now on if it is left out.
      // since: "90 days"
    }),

    // The telephone. Whoever takes a call sees in its task who is calling: that is what its destination is for.
    // phone: connect(Twilio, {
    //   credentials: { authToken: env("TWILIO_AUTH_TOKEN") },
    //   settings: { accountSid: "AC…", workspaces: ["WS…"] },
    //   destination: { from: ["support", "crm"] }
    // }),

    // A mailbox on any host.
    // mail: connect(Email, {
    //   credentials: { user: "support@example.com", password: env("MAIL_PASSWORD") },
    //   settings: {
    //     imap: { host: "imap.example.com", port: 993 },
    //     smtp: { host: "smtp.example.com", port: 465 },
    //     address: "support@example.com",
    //     // Whose mail is your own as well: everybody of this domain.
    //     aliases: ["@example.com"],
    //     // The name under which your mail server states whether a sender is genuine (Authentication-Results).
    //     authenticator: "mx.example.com"
    //   }
    // }),

    crm: connect(HubSpot, {
      credentials: { accessToken: env("HUBSPOT_ACCESS_TOKEN") },
      // The Hub ID: the number in the address of every page of your HubSpot account.
      settings: { portalId: 0 },

      // The shared history is written here. Nothing is, until you looked at \`interchannel plan crm\`
      // and let it through with \`interchannel approve crm\`.
      destination: {
        // "phone" and "mail" as well, once they are connected.
        from: ["support"],
        // A customer without a record in HubSpot: "wait" until there is one, "create" it, or "drop" the entry.
        withoutRecord: "wait",
        writesPerHourMax: 2000
      }
    })
  }
})
`

export const variables = `# Copy to .env and fill in. Keep .env out of version control.

# api.slack.com/apps, your app, "OAuth & Permissions": Bot User OAuth Token
SLACK_BOT_TOKEN=
# "Basic Information", App-Level Tokens, with the scope connections:write
SLACK_APP_TOKEN=
# "Basic Information", Signing Secret
SLACK_SIGNING_SECRET=

# HubSpot, Settings, Integrations: a Service Key, or the access token of your app
HUBSPOT_ACCESS_TOKEN=

# console.twilio.com, Account Info, Auth Token
# TWILIO_AUTH_TOKEN=

# The mail host; an app password where it has those
# MAIL_PASSWORD=
`
