/** One IMAP connection: every command once, each refusal a reason. The library's own waiting and retrying is cut short. */
import { Codes, Gate, VendorError, Wire as Data } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { ImapFlow } from "imapflow"
import { type Credentials, isLoopback, type Server } from "./credentials.ts"

export const VENDOR = "email"
export const fail = VendorError.of(VENDOR)

/** A page of long mails over a slow line. */
const FETCH_WITHIN_MS = 180_000
const CONNECT_WITHIN_MS = 15_000
/** Silence after which the connection counts as dead, and an idling one is asked for a sign of life. */
const SILENT_AFTER_MS = 4 * 60_000
/** Servers end an IDLE after 30 minutes (RFC 2177). */
const IDLE_MS = 25 * 60_000
const RESPONSE_BYTES_MAX = 64 * 1024 * 1024

export interface Wire {
  readonly client: ImapFlow
  /** One command in a turn at the Gate. `changes`: a command that is cut off may have been done all the same. */
  readonly run: <A>(
    operation: string,
    use: (client: ImapFlow) => Promise<A>,
    changes?: boolean
  ) => Effect.Effect<Exclude<A, false>, VendorError.VendorError>
}

/** Logged in. It is the caller's to close. */
export const connect = (
  server: Server,
  credentials: Credentials
): Effect.Effect<Wire, VendorError.VendorError, Gate.Gate> =>
  Effect.flatMap(Gate.Gate, (gate) =>
    Effect.suspend(() => {
      const line = lineTo(server, credentials)
      const { client } = line
      const close = Effect.sync(() => client.close())
      const run: Wire["run"] = (operation, use, changes = false) =>
        gate.call(
          operation,
          Effect.tryPromise({
            try: async () => {
              line.said = {}
              const answer = await use(client)
              if (answer === false) throw line.said.refusal ?? new Error("refused")
              return answer as Exclude<typeof answer, false>
            },
            catch: (error) => {
              const reason = reasonOf(error, line.said, changes)
              return fail.because(operation, VendorError.without(reason, secretsOf(credentials)))
            }
            // A command that nobody waits for any more would answer into the next one.
          }).pipe(Effect.onInterrupt(() => close)),
          { timeoutMs: FETCH_WITHIN_MS }
        )
      return run("login", () => client.connect()).pipe(
        Effect.as({ client, run }),
        Effect.onError(() => close)
      )
    })
  )

export const secretsOf = (credentials: Credentials): ReadonlyArray<string> => Object.values(secretOf(credentials))

// ---------------------------------------------------------------------------------------------------------------------

/** What the library tells its logger only: some commands answer `false` and say why to the logger alone. */
interface Said {
  readonly refusal?: unknown
  /** How long the server asked to wait, milliseconds. */
  readonly throttled?: number
}

/** A connection that is not open yet, and what was said during the command under way. */
interface Line {
  readonly client: ImapFlow
  said: Said
}

const lineTo = (server: Server, credentials: Credentials): Line => {
  const note = (entry: unknown): void => {
    const refusal = Data.field(entry, "err")
    if (refusal !== undefined) line.said = { ...line.said, refusal }
    const throttled = Data.field(entry, "throttleDelay")
    if (typeof throttled !== "number") return
    line.said = { ...line.said, throttled }
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
  const line: Line = { client, said: {} }
  return line
}

/** What a failed command means. */
const reasonOf = (error: unknown, { throttled }: Said, changes: boolean): VendorError.Reason => {
  if (throttled !== undefined) return new VendorError.RateLimited({ retryAfterMs: throttled })
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
