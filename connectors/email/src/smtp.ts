/** Sending one mail. A connection that dies after the text was handed over leaves it open whether the mail went out. */
import { VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import SMTPConnection from "nodemailer/lib/smtp-connection"
import XOAuth2 from "nodemailer/lib/xoauth2"
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
  Effect.gen(function* () {
    const connection = yield* Effect.acquireRelease(
      Effect.sync(() => new SMTPConnection(options(server))),
      (opened) => Effect.sync(() => opened.close())
    )
    yield* stage(connection, false, (done) => connection.connect(done))
    yield* stage(connection, false, (done) => connection.login(loginOf(credentials), done))
    const envelope = { from: message.from, to: [...message.to] }
    yield* stage(connection, true, (done) => connection.send(envelope, message.raw, done))
  }).pipe(Effect.scoped)

/** Only an answer with a code says for certain that the mail was not taken. */
export const reasonOf = (error: unknown, isHandedOver: boolean): VendorError.Reason => {
  const { code, responseCode, response = "" } = error as Told
  const detail = response.slice(0, 300) || "the server gives no detail"
  if (responseCode === undefined) {
    const broken = `the connection to the mail server broke (${code ?? "closed"})`
    return new VendorError.Unavailable({ detail: broken, uncertain: isHandedOver })
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
  readonly response?: string
}

type Done = (error?: unknown) => void

/** A step of the conversation. What breaks the connection is told by an event, what the server refuses by the call. */
const stage = (connection: SMTPConnection, isHandedOver: boolean, run: (done: Done) => void) =>
  Effect.async<void, VendorError.Reason>((resume) => {
    const done: Done = (error) => resume(error ? Effect.fail(reasonOf(error, isHandedOver)) : Effect.void)
    connection.on("error", done)
    connection.on("end", () => done(new Error("closed")))
    run(done)
  })

const loginOf = (credentials: Credentials) => {
  const secret = secretsOf(credentials)[0]!
  return "password" in credentials
    ? { credentials: { user: credentials.user, pass: secret } }
    : { oauth2: new XOAuth2({ user: credentials.user, accessToken: secret }) }
}

const options = (server: Server): SMTPConnection.Options => ({
  host: server.host,
  port: server.port,
  secure: server.security === "tls",
  requireTLS: server.security === "starttls",
  ignoreTLS: server.security === "none" && isLoopback(server.host),
  connectionTimeout: WITHIN_MS,
  greetingTimeout: WITHIN_MS,
  socketTimeout: WITHIN_MS
})
