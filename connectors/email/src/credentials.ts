/** What a mailbox is configured with: how to log in, which folders are read, whose addresses are the company's own. */
import { Credentials as Secrets } from "@interchannel/connector"
import { EmailAddress } from "@interchannel/domain"
import * as Schema from "effect/Schema"

const User = Schema.NonEmptyString.pipe(Secrets.remedy("enter the mailbox's login name, mostly its address"))

/** One of the two secrets; servers of Google and Microsoft take no password. */
export const Credentials = Schema.Union(
  Schema.Struct({
    user: User,
    password: Secrets.secret({ from: "the mail host; an app password where it has those" })
  }),
  Schema.Struct({
    user: User,
    accessToken: Secrets.secret({ from: "the OAuth client, with the scopes for IMAP and SMTP" })
  })
).annotations({ identifier: "EmailCredentials" })
export type Credentials = typeof Credentials.Type

const Address = Schema.String.pipe(
  Schema.filter((text) => EmailAddress.parse(text)._tag === "Address", {
    message: () => "expected an address such as support@example.com"
  })
)

/** `@example.com`: everybody there. */
const Colleagues = Schema.String.pipe(
  Schema.filter((text) => text.startsWith("@") && EmailAddress.parse(`anybody${text}`)._tag === "Address", {
    message: () => "expected an address, or @ and a domain such as @example.com"
  })
)

const Server = Schema.Struct({
  host: Schema.NonEmptyString,
  port: Schema.Int.pipe(Schema.between(1, 65_535)),
  /** `tls` from the first byte, `starttls` by upgrade, `none` for a server on this very machine only. */
  security: Schema.optionalWith(Schema.Literal("tls", "starttls", "none"), { default: () => "tls" })
}).pipe(
  Schema.filter(({ host, security }) => security !== "none" || isLoopback(host), {
    message: () => "expected tls or starttls: without them the password crosses the network in the clear"
  })
)
export type Server = typeof Server.Type

export const Settings = Schema.Struct({
  imap: Server,
  smtp: Server,
  /** The address that is written from. */
  address: Address,
  /** What the recipients see before the address. */
  name: Schema.optional(Schema.NonEmptyString),
  /**
   * Whose mail is our own writing as well: other addresses of this mailbox, or `@` and the company's domain for every
   * colleague. What they pass on here was written by the customer inside.
   */
  aliases: Schema.optionalWith(Schema.Array(Schema.Union(Address, Colleagues)), { default: () => [] }),
  /** Folders to read; absent: the inbox, and the folder that the server marks as that of sent mail. */
  folders: Schema.optional(Schema.NonEmptyArray(Schema.NonEmptyString)),
  /** Where sent mail lies when the server does not mark it. */
  sentFolder: Schema.optional(Schema.NonEmptyString),
  /** `server`: it files what we send by itself, as Google and Microsoft do. `append`: we file it. */
  sentCopy: Schema.optionalWith(Schema.Literal("server", "append"), { default: () => "append" }),
  /** Mail to `support+anything@` reaches `support@`: replies and bounces find their thread without any header. */
  plusAddresses: Schema.optionalWith(Schema.Boolean, { default: () => false }),
  /** The name under which our own mail server states its checks (RFC 8601 §2.5). A sender who passed is a verified one. */
  authenticator: Schema.optional(Schema.NonEmptyString),
  /** Mails on a page. */
  pageMails: Schema.optionalWith(Schema.Int.pipe(Schema.between(1, 500)), { default: () => 200 })
}).annotations({ identifier: "EmailSettings" })
export type Settings = typeof Settings.Type

export const isLoopback = (host: string): boolean => ["127.0.0.1", "::1", "localhost"].includes(host)

/** Addresses whose mail is our own; `@` and a domain stand for all of them there. */
export const ownAddresses = (settings: Pick<Settings, "address" | "aliases">): ReadonlyArray<string> =>
  [settings.address, ...settings.aliases].flatMap((text) => {
    if (text.startsWith("@")) return text.toLowerCase()
    const parsed = EmailAddress.parse(text)
    return parsed._tag === "Address" ? [parsed.address] : []
  })
