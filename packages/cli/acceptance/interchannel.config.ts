// A company with a mailbox for sales and Request Tracker for support. Its addresses are those of the acceptance run.
import { join } from "node:path"
import { connect, defineConfig, env } from "@interchannel/cli"
import { Email } from "@interchannel/connector-email"
import { RequestTracker } from "@interchannel/connector-request-tracker"

const given = (name: string): string => process.env[name] ?? ""
const port = (name: string): number => Number(given(name))

export default defineConfig({
  store: { sqlite: join(given("ACCEPTANCE_FOLDER"), "interchannel.db") },
  own: { domains: ["example.org"] },
  intake: { port: port("INTAKE_PORT"), publicUrl: `http://127.0.0.1:${port("INTAKE_PORT")}` },

  connections: {
    sales: connect(Email, {
      credentials: { user: "sales@example.org", password: env("MAIL_PASSWORD") },
      settings: {
        imap: { host: "127.0.0.1", port: port("IMAP_PORT"), security: "none" },
        smtp: { host: "127.0.0.1", port: port("SMTP_PORT"), security: "none" },
        address: "sales@example.org",
        // Our mail server says of each sender whether they are who they say they are.
        authenticator: "mx.example.org"
      },
      since: "1 days"
    }),

    helpdesk: connect(RequestTracker, {
      credentials: { token: env("RT_TOKEN") },
      settings: { url: given("RT_URL"), historyQueue: "Customer history", cardField: "Customer" },
      since: "1 days",
      destination: { from: ["sales"], since: "1 days", withoutRecord: "create" }
    })
  }
})
