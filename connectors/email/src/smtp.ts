/** Sending one mail. A connection that dies after the text was handed over leaves it open whether the mail went out. */
import { VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import { createTransport, type SendMailOptions } from "nodemailer"
import type SMTPTransport from "nodemailer/lib/smtp-transport"
import { type Credentials, isLoopback, type Server } from "./credentials.ts"
import { secretsOf } from "./imap.ts"

const WITHIN_MS = 25_000

export interface Outgoing {
  readonly from: string
  readonly to: ReadonlyArray<string>
  /** The whole message. */
  readonly raw: Buffer
}

interface Account {
  readonly server: Server
  readonly credentials: Credentials
}

export const send = ({ server, credentials }: Account, message: Outgoing): Effect.Effect<void, VendorError.Reason> =>
  Effect.async((resume) => {
    const transport = createTransport(options(server, credentials))
    const mail: SendMailOptions = { envelope: { from: message.from, to: [...message.to] }, raw: message.raw }
    transport.sendMail(mail, (error) => {
      transport.close()
      resume(error === null ? Effect.void : Effect.fail(reasonOf(error)))
    })
    return Effect.sync(() => transport.close())
  })

/** Only an answer with a code says for certain that the mail was not taken. */
export const reasonOf = (error: unknown): VendorError.Reason => {
  const { code, responseCode, command, response = "" } = error as Told
  const detail = response.slice(0, 300) || "the server gives no detail"
  if (responseCode === undefined) {
    const given = command === "DATA" || (command === undefined && code !== undefined && !early.has(code))
    return new VendorError.Unavailable({
      detail: `the connection to the mail server broke (${code ?? "closed"})`,
      uncertain: given
    })
  }
  if (code === "EAUTH" && responseCode >= 500) {
    return new VendorError.Unauthorized({ detail: "the server for sending refuses the login of this mailbox" })
  }
  if (responseCode === 530 || responseCode === 535 || responseCode === 538) {
    return new VendorError.Unauthorized({ detail: `the server for sending asks for a login (${responseCode})` })
  }
  if (/\b4\.7\.\d|rate limit|too many|throttl/i.test(response)) return new VendorError.RateLimited({})
  if (responseCode < 500) return new VendorError.Unavailable({ detail, uncertain: false })
  return new VendorError.Rejected({ code: String(responseCode), detail })
}

// ---------------------------------------------------------------------------------------------------------------------

interface Told {
  readonly code?: string
  readonly responseCode?: number
  readonly command?: string
  readonly response?: string
}

/** Nothing was sent yet. */
const early = new Set(["EDNS", "ECONNECTION", "ECONNREFUSED", "ETLS", "EAUTH", "EENVELOPE"])

const options = (server: Server, credentials: Credentials): SMTPTransport.Options => ({
  host: server.host,
  port: server.port,
  secure: server.security === "tls",
  requireTLS: server.security === "starttls",
  ignoreTLS: server.security === "none" && isLoopback(server.host),
  auth:
    "password" in credentials
      ? { user: credentials.user, pass: secretsOf(credentials)[0]! }
      : { type: "OAuth2", user: credentials.user, accessToken: secretsOf(credentials)[0]! },
  connectionTimeout: WITHIN_MS,
  greetingTimeout: WITHIN_MS,
  socketTimeout: WITHIN_MS,
  disableFileAccess: true,
  disableUrlAccess: true
})
