/** One IMAP connection: every command once, each refusal a reason. The library's own waiting and retrying is cut short. */
import { Codes, VendorError } from "@interchannel/connector"
import * as Redacted from "effect/Redacted"
import { ImapFlow } from "imapflow"
import { type Credentials, isLoopback, type Server } from "./credentials.ts"

export const VENDOR = "email"
const CONNECT_WITHIN_MS = 15_000
/** Silence after which the connection counts as dead, and an idling one is asked for a sign of life. */
const SILENT_AFTER_MS = 4 * 60_000
/** Servers end an IDLE after 30 minutes (RFC 2177). */
const IDLE_MS = 25 * 60_000
const RESPONSE_BYTES_MAX = 64 * 1024 * 1024

/** A connection, and what the library tells its logger only. */
export interface Wire {
  readonly client: ImapFlow
  /** Forgets what went wrong before. */
  readonly listen: () => void
  /** What the server refused since then: some commands answer `false` and say why to the logger alone. */
  readonly refusal: () => unknown
  /** How long the server asked to wait since then, milliseconds. */
  readonly throttled: () => number | undefined
}

/** Not connected yet. */
export const make = (server: Server, credentials: Credentials): Wire => {
  let refusal: unknown
  let throttled: number | undefined
  const note = (entry: unknown): void => {
    if (typeof entry !== "object" || entry === null) return
    if ("err" in entry) refusal = entry.err
    if (!("throttleDelay" in entry) || typeof entry.throttleDelay !== "number") return
    throttled = entry.throttleDelay
    // The library would wait and try again by itself; when to try is the engine's business.
    // Not before it waits: what it waits for is ended by the end of the connection.
    setImmediate(() => client.close())
  }
  const silent = (): void => {}
  const client = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: server.security === "tls",
    ...(server.security === "none" && isLoopback(server.host) ? { doSTARTTLS: false } : {}),
    ...(server.security === "starttls" ? { doSTARTTLS: true } : {}),
    auth: { user: credentials.user, ...secretOf(credentials) },
    logger: { trace: silent, debug: silent, info: silent, warn: note, error: note, fatal: note },
    disableAutoIdle: true,
    disableCompression: true,
    // Changes of flags are asked for by CONDSTORE; what QRESYNC adds, the vanished ones, is of no use (README).
    qresync: false,
    maxIdleTime: IDLE_MS,
    connectionTimeout: CONNECT_WITHIN_MS,
    greetingTimeout: CONNECT_WITHIN_MS,
    socketTimeout: SILENT_AFTER_MS,
    maxResponseSize: RESPONSE_BYTES_MAX
  })
  // Without a listener an error of the socket would end the process; the command under way fails by itself.
  client.on("error", silent)
  return {
    client,
    listen: () => {
      refusal = undefined
      throttled = undefined
    },
    refusal: () => refusal,
    throttled: () => throttled
  }
}

export const secretsOf = (credentials: Credentials): ReadonlyArray<string> => Object.values(secretOf(credentials))

/** What a failed command means. `changes`: it may have been done all the same. */
export const reasonOf = (error: unknown, wire: Wire, changes = false): VendorError.Reason => {
  const waitMs = wire.throttled()
  if (waitMs !== undefined) return new VendorError.RateLimited({ retryAfterMs: waitMs })
  const told = tell(error)
  const { code: broken = "closed", responseStatus: status, responseText: text = "" } = told
  if (/too many|rate limit|throttl/i.test(text)) return new VendorError.RateLimited({})
  const code = codeOf(told).toUpperCase()
  const sign = told.authenticationFailed ? "AUTHENTICATIONFAILED" : told.mailboxMissing ? "NONEXISTENT" : status
  const meanings = [code, sign].flatMap((word) =>
    word ? [meant({ code: word, detail: text.slice(0, 300) || `the server says ${word}`, changes })] : []
  )
  const meaning = meanings.find(({ _tag }) => _tag !== "Rejected") ?? meanings[0]
  if (meaning !== undefined) return meaning
  if (/^ParserError|^InvalidResponse$|TooLarge$/.test(broken)) {
    return new VendorError.Malformed({ detail: `the answer cannot be read (${broken})` })
  }
  return new VendorError.Unavailable({ detail: `no connection to the mail server (${broken})`, uncertain: changes })
}

// ---------------------------------------------------------------------------------------------------------------------

const secretOf = (credentials: Credentials) =>
  "password" in credentials
    ? { pass: Redacted.value(credentials.password) }
    : { accessToken: Redacted.value(credentials.accessToken) }

/** RFC 5530, and what Yahoo and Google add. */
const meant = Codes.make({
  rateLimited: "LIMIT THROTTLED OVERQUOTA",
  unavailable: "UNAVAILABLE INUSE SERVERBUG CONTACTADMIN",
  unauthorized: "AUTHENTICATIONFAILED AUTHORIZATIONFAILED EXPIRED PRIVACYREQUIRED WEBALERT",
  gone: "NONEXISTENT TRYCREATE",
  remedies: {
    AUTHENTICATIONFAILED: "the server refuses the login of this mailbox",
    NONEXISTENT: "the folder is not there any more",
    TRYCREATE: "the folder is not there any more"
  }
})

interface Told {
  readonly code?: string
  readonly responseStatus?: string
  readonly responseText?: string
  readonly serverResponseCode?: string
  /** The line as it was parsed; after some commands the text of it. */
  readonly response?:
    | { readonly attributes?: ReadonlyArray<{ readonly section?: ReadonlyArray<unknown> } | null> }
    | string
  readonly authenticationFailed?: boolean
  readonly mailboxMissing?: boolean
}
/** The library reads the code out of most refusals, though not out of that of a FETCH. */
const codeOf = ({ serverResponseCode, response }: Told): string => {
  if (serverResponseCode !== undefined) return serverResponseCode
  const [code] = (typeof response === "object" ? response.attributes?.[0]?.section : undefined) ?? []
  return typeof code === "object" && code !== null && "value" in code && typeof code.value === "string"
    ? code.value
    : ""
}
const tell = (error: unknown): Told => (typeof error === "object" && error !== null ? (error as Told) : {})
