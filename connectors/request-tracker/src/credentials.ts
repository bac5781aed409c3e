/** What a Request Tracker Connection is configured with: where it is, our token, and where in it we write. */
import { Credentials as Secrets } from "@interchannel/connector"
import * as Schema from "effect/Schema"

export const Credentials = Schema.Struct({
  token: Secrets.secret({
    from: "Request Tracker, Logged in as, Settings, Auth Tokens, of the user made for interchannel"
  })
}).annotations({ identifier: "RequestTrackerCredentials" })
export type Credentials = typeof Credentials.Type

const Url = Schema.String.pipe(
  Schema.filter((text) => URL.canParse(text) && isSafe(new URL(text)), {
    message: () => "expected the https address of Request Tracker; http is for this very machine only"
  }),
  Secrets.remedy("copy it from the browser, up to where /Ticket or /index.html begins")
)
const Name = Schema.NonEmptyString.pipe(Schema.maxLength(64))

export const Settings = Schema.Struct({
  /** Of its web pages: `https://rt.example.com`. */
  url: Url,
  /** Names of the queues that are read; absent: all. */
  queues: Schema.optional(Schema.NonEmptyArray(Name)),
  /** The queue in which timeline entries are kept, one ticket each; nothing else goes on in it. */
  historyQueue: Schema.optional(Name),
  /** The custom field of tickets, of type text, that shows the customer's card. */
  cardField: Schema.optional(Name)
}).annotations({ identifier: "RequestTrackerSettings" })
export type Settings = typeof Settings.Type

export const isSettings = Schema.is(Settings)

/** Where a user of Request Tracker opens a ticket, and a person with all their tickets. */
export const ticketUrl = ({ url }: Settings, id: string): string => `${base(url)}/Ticket/Display.html?id=${id}`
export const userUrl = ({ url }: Settings, id: string): string => `${base(url)}/User/Summary.html?id=${id}`

export const base = (url: string): string => url.replace(/\/+$/, "")

// ---------------------------------------------------------------------------------------------------------------------

const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname))
