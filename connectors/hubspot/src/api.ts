/**
 * The HubSpot API of one account. HubSpot's own client carries the calls: it knows the host, the token and the agent string.
 * Its retries and its limiter stay off, since they belong to the whole process and pass over Retry-After.
 */
import { Client } from "@hubspot/api-client"
import { type Connector, Gate, HostList, Http, type Limits, VendorError } from "@interchannel/connector"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SynchronizedRef from "effect/SynchronizedRef"
import type { Credentials, Settings } from "./credentials.ts"
import { reasonOf } from "./reason.ts"
import { Token } from "./wire.ts"

const VENDOR = "hubspot"
/** Of one answer. A page of 200 records with long bodies stays below. */
export const ANSWER_BYTES_MAX = 32 * 1024 * 1024
/** A token is renewed so long before it ends. */
const TOKEN_MARGIN_MS = 60_000

export interface Request {
  readonly method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE"
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

type Call = <A, I>(
  operation: string,
  answer: Schema.Schema<A, I>,
  request: Request
) => Effect.Effect<A, VendorError.VendorError>

export class HubSpotApi extends Context.Tag("@interchannel/connector-hubspot/HubSpotApi")<
  HubSpotApi,
  {
    readonly settings: Settings
    /** A call with the account's token. */
    readonly call: Call
    /** A call as the app itself, as the webhooks journal wants it; absent without the app's id and secret. */
    readonly asApp: Call | undefined
    /** A file that HubSpot signed a URL for; no token goes there. */
    readonly file: (operation: string, url: string) => Effect.Effect<unknown, VendorError.VendorError>
  }
>() {}

/** For calls whose answer is empty or not needed. */
export const Nothing = Schema.Unknown

export const fail = (operation: string, reason: VendorError.Reason): VendorError.VendorError =>
  VendorError.make(VENDOR, operation, reason)

export const layer = (
  account: Connector.Account<Credentials, Settings>
): Layer.Layer<HubSpotApi, VendorError.VendorError, Gate.Gate> => Layer.scoped(HubSpotApi, make(account))

const make = ({ credentials, settings }: Connector.Account<Credentials, Settings>) =>
  Effect.gen(function* () {
    const gate = yield* Gate.Gate
    const { base } = yield* HostList.make({ vendor: VENDOR, hosts: ["*.hubapi.com"], baseUrl: settings.apiUrl })
    const files = yield* Http.make({
      vendor: VENDOR,
      hosts: ["*.amazonaws.com", "*.hubspot.com", "*.hubapi.com"],
      baseUrl: settings.apiUrl,
      bodyMax: ANSWER_BYTES_MAX
    })
    const accessToken = Redacted.value(credentials.accessToken)
    const client = new Client({ accessToken, basePath: settings.apiUrl.replace(/\/+$/, "") })
    const secrets = [accessToken, ...(credentials.clientSecret ? [Redacted.value(credentials.clientSecret)] : [])]
    const send: Send = (operation, options, token = []) =>
      gate.call(operation, exchange(client, base, operation, options, [...secrets, ...token]), { usage })
    const call: Call = (operation, answer, request) =>
      Effect.flatMap(send(operation, optionsOf(request)), decode(operation, answer))
    const asApp = yield* makeAsApp(credentials, settings, send)
    return {
      settings,
      call,
      asApp,
      file: (operation: string, url: string) =>
        Effect.flatMap(files.request(operation, { url }), (answer) => answer.json())
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

type Sent = NonNullable<Parameters<Client["apiRequest"]>[0]>
type Send = (
  operation: string,
  options: Sent,
  /** Besides those of the account; none of them is ever shown. */
  secrets?: ReadonlyArray<string>
) => Effect.Effect<Answered, VendorError.VendorError>
interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

const optionsOf = ({ method = "GET", path, query, body }: Request): Sent => ({
  method,
  path,
  ...(query === undefined ? {} : { qs: { ...query } }),
  ...(body === undefined ? {} : { body })
})

/** The app's own token: fetched when needed, kept while it lasts, forgotten when HubSpot does not take it. */
const makeAsApp = ({ clientId, clientSecret }: Credentials, { apiVersion }: Settings, send: Send) =>
  Effect.gen(function* () {
    if (clientId === undefined || clientSecret === undefined) return undefined
    const kept = yield* SynchronizedRef.make<{ readonly token: string; readonly until: number } | undefined>(undefined)
    const secret = Redacted.value(clientSecret)
    const fetched = Effect.gen(function* () {
      const form = { grant_type: "client_credentials", client_id: clientId, client_secret: secret }
      const options = {
        method: "POST",
        path: `/oauth/${apiVersion}/token`,
        authType: "none",
        defaultJson: false,
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(form).toString()
      }
      const answered = yield* send("oauth.token", options)
      const { access_token, expires_in } = yield* decode("oauth.token", Token)(answered)
      const until = (yield* Clock.currentTimeMillis) + expires_in * 1000 - TOKEN_MARGIN_MS
      return { token: Redacted.value(access_token), until }
    })
    const current = SynchronizedRef.updateAndGetEffect(kept, (token) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        token !== undefined && token.until > now ? Effect.succeed(token) : fetched
      )
    )
    const asApp: Call = (operation, answer, request) =>
      current.pipe(
        Effect.flatMap((held) => {
          const token = held?.token ?? ""
          const headers = { Authorization: `Bearer ${token}` }
          return send(operation, { ...optionsOf(request), authType: "none", headers }, [token])
        }),
        Effect.tapErrorTag("VendorError", ({ reason }) =>
          reason._tag === "Unauthorized" ? SynchronizedRef.set(kept, undefined) : Effect.void
        ),
        Effect.flatMap(decode(operation, answer))
      )
    return asApp
  })

const exchange = (
  client: Client,
  base: URL,
  operation: string,
  options: Sent,
  secrets: ReadonlyArray<string>
): Effect.Effect<Answered, VendorError.VendorError> =>
  Effect.gen(function* () {
    const method = options.method ?? "GET"
    const answered = yield* Effect.tryPromise({
      try: async (signal) => {
        const response = await client.apiRequest(options)
        const text = await read(response, signal)
        return {
          origin: new URL(response.url).origin,
          status: response.status,
          headers: Object.fromEntries(response.headers),
          text
        }
      },
      catch: (error) => fail(operation, brokenReason(error, method))
    })
    if (answered.origin !== base.origin) {
      const detail = `redirected to ${answered.origin}; its answer is not taken`
      return yield* fail(operation, new VendorError.Rejected({ code: "redirect", detail }))
    }
    const reason = reasonOf(answered, { method, now: yield* Clock.currentTimeMillis })
    if (reason !== undefined) return yield* fail(operation, VendorError.without(reason, secrets))
    return answered
  })

type Response = Awaited<ReturnType<Client["apiRequest"]>>

const read = async (response: Response, signal: AbortSignal): Promise<string> => {
  const chunks: Array<Buffer> = []
  let bytes = 0
  // Leaving the loop destroys the body, and with it the socket.
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > ANSWER_BYTES_MAX) throw new TooLong()
    if (signal.aborted) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}

class TooLong extends Error {}

/** Codes of Node.js for a request that found no connection. */
const unsent: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"])

/** Names the code only: the message of a failed request quotes its URL. */
const brokenReason = (error: unknown, method: string): VendorError.Reason => {
  if (error instanceof TooLong) {
    return new VendorError.Malformed({ detail: `the answer is longer than ${ANSWER_BYTES_MAX} bytes` })
  }
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "no code"
  if (code === "ERR_INVALID_CHAR") {
    return new VendorError.Misconfigured({
      detail: "the access token has characters that HTTP does not allow",
      remedy: "enter it again, without line breaks"
    })
  }
  return unsent.has(code)
    ? new VendorError.Unavailable({ detail: `no connection (${code})`, uncertain: false })
    : new VendorError.Unavailable({ detail: `the connection broke (${code})`, uncertain: method !== "GET" })
}

const decode =
  <A, I>(operation: string, schema: Schema.Schema<A, I>) =>
  (answered: Answered): Effect.Effect<A, VendorError.VendorError> =>
    Effect.gen(function* () {
      const malformed = (detail: string) => fail(operation, new VendorError.Malformed({ detail }))
      const data = yield* Effect.try({
        try: (): unknown => (answered.text === "" ? undefined : JSON.parse(answered.text)),
        catch: () => malformed(`the answer is no JSON (HTTP ${answered.status}, ${answered.text.length} characters)`)
      })
      return yield* Effect.mapError(Schema.decodeUnknown(schema)(data), (error) => {
        const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
        return malformed(`the answer does not fit at ${issue?.path.join(".") || "its top"}`)
      })
    })

/** HubSpot says with most answers what is left. Searches are counted apart and tell nothing. */
const usage = ({ headers }: Answered): ReadonlyArray<Limits.Usage> =>
  [
    { bucket: "burst", remaining: headers["x-hubspot-ratelimit-remaining"] },
    { bucket: "daily", remaining: headers["x-hubspot-ratelimit-daily-remaining"] }
  ].flatMap(({ bucket, remaining }) =>
    remaining !== undefined && /^\d+$/.test(remaining) ? [{ bucket, remaining: Number(remaining) }] : []
  )
