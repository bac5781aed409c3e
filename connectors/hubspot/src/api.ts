/**
 * The HubSpot API of one account. HubSpot's own client carries the calls: it knows the host, the token and the agent string.
 * Its retries and its limiter stay off, since they belong to the whole process and pass over Retry-After.
 */
import { Client as HubSpotClient } from "@hubspot/api-client"
import {
  Client,
  type Connector,
  type Gate,
  HostList,
  Http,
  Kept,
  type Limits,
  VendorError
} from "@interchannel/connector"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Credentials, Settings } from "./credentials.ts"
import { reasonOf } from "./reason.ts"
import { Token } from "./wire.ts"

export const VENDOR = "hubspot"
const HOSTS = ["*.hubapi.com"]
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

export const fail = VendorError.of(VENDOR)

export const layer = (
  account: Connector.Account<Credentials, Settings>
): Layer.Layer<HubSpotApi, VendorError.VendorError, Gate.Gate> => Layer.scoped(HubSpotApi, make(account))

const make = ({ credentials, settings }: Connector.Account<Credentials, Settings>) =>
  Effect.gen(function* () {
    const { apiUrl } = settings
    const { base } = yield* HostList.make({ vendor: VENDOR, hosts: HOSTS, baseUrl: apiUrl })
    const files = yield* Http.make({
      vendor: VENDOR,
      hosts: ["*.amazonaws.com", "*.hubspot.com", ...HOSTS],
      baseUrl: apiUrl,
      bodyMax: ANSWER_BYTES_MAX
    })
    const accessToken = Redacted.value(credentials.accessToken)
    const client = new HubSpotClient({ accessToken, basePath: apiUrl.replace(/\/+$/, "") })
    const run = yield* Client.make({ vendor: VENDOR, secrets: [accessToken], reasonOf: failureOf })
    const call: Call = (operation, answer, request) =>
      Effect.flatMap(
        run(operation, (signal) => exchange(client, base, request, signal), { usage: ({ headers }) => usage(headers) }),
        ({ data }) => VendorError.decoded(VENDOR, operation, answer)(data)
      )
    return {
      settings,
      call,
      asApp: yield* makeAsApp(credentials, settings),
      file: (operation: string, url: string) =>
        Effect.flatMap(files.request(operation, { url }), (answer) => answer.json())
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

/** The app's own token: fetched when needed, kept while it lasts, forgotten when HubSpot does not take it. */
const makeAsApp = ({ clientId, clientSecret }: Credentials, { apiUrl, apiVersion }: Settings) =>
  Effect.gen(function* () {
    if (clientId === undefined || clientSecret === undefined) return undefined
    const common = { vendor: VENDOR, hosts: HOSTS, baseUrl: apiUrl, statusToReason: reasonOf, usage }
    const open = yield* Http.make(common)
    const form = {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: Redacted.value(clientSecret)
    }
    // The secret goes in the body, where `Http` does not look for any.
    const fetched = Effect.mapError(
      open.decoded(Token, "oauth.token", { path: `/oauth/${apiVersion}/token`, form }),
      ({ operation, reason }) => fail.because(operation, VendorError.without(reason, [form.client_secret]))
    )
    const token = yield* Kept.make(fetched, ({ expires_in }) => expires_in * 1000 - TOKEN_MARGIN_MS)
    const http = yield* Http.make({
      ...common,
      authorize: Effect.flatMap(token.get, ({ access_token }) => Http.bearer(access_token))
    })
    const asApp: Call = (operation, answer, { body, ...request }) =>
      // Asked for first, so that a new token has a turn of its own.
      Effect.zipRight(
        token.get,
        http.decoded(answer, operation, { ...request, ...(body === undefined ? {} : { json: body }) })
      ).pipe(Effect.tapError(({ reason }) => (reason._tag === "Unauthorized" ? token.forget : Effect.void)))
    return asApp
  })

interface Answered {
  readonly headers: Readonly<Record<string, string>>
  readonly data: unknown
}

/** One request by HubSpot's client; throws a `Failure` for an answer that is none. */
const exchange = async (
  client: HubSpotClient,
  base: URL,
  { method = "GET", path, query, body }: Request,
  signal: AbortSignal
): Promise<Answered> => {
  const response = await client
    .apiRequest({
      method,
      path,
      ...(query === undefined ? {} : { qs: { ...query } }),
      ...(body === undefined ? {} : { body })
    })
    .catch((error: unknown) => {
      throw new Failure(() => Http.brokenReason(error, method))
    })
  const text = await read(response, signal).catch((error: unknown) => {
    throw error instanceof Failure ? error : new Failure(() => Http.brokenReason(error, method))
  })
  const { origin } = new URL(response.url)
  if (origin !== base.origin) {
    const detail = `redirected to ${origin}; its answer is not taken`
    throw new Failure(() => new VendorError.Rejected({ code: "redirect", detail }))
  }
  const headers = Object.fromEntries(response.headers)
  const answered = { status: response.status, headers, text }
  if (response.status < 200 || response.status > 299) {
    throw new Failure((now) => reasonOf(answered, { method, now }) ?? silent)
  }
  return { headers, data: text === "" ? undefined : JSON.parse(text) }
}

type Response = Awaited<ReturnType<HubSpotClient["apiRequest"]>>

const read = async (response: Response, signal: AbortSignal): Promise<string> => {
  const chunks: Array<Buffer> = []
  let bytes = 0
  // Leaving the loop destroys the body, and with it the socket.
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > ANSWER_BYTES_MAX) throw new Failure(() => malformed(`is longer than ${ANSWER_BYTES_MAX} bytes`))
    if (signal.aborted) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}

/** Carries its reason, which may depend on the time. */
class Failure extends Error {
  readonly reasonAt: (now: number) => VendorError.Reason
  constructor(reasonAt: (now: number) => VendorError.Reason) {
    super()
    this.reasonAt = reasonAt
  }
}

const malformed = (what: string) => new VendorError.Malformed({ detail: `the answer ${what}` })
const silent = malformed("has a status that means nothing")

const failureOf = (error: unknown, _: string, now: number): VendorError.Reason =>
  error instanceof Failure ? error.reasonAt(now) : malformed("is no JSON")

/** HubSpot says with most answers what is left. Searches are counted apart and tell nothing. */
const usage = (headers: Readonly<Record<string, string>>): ReadonlyArray<Limits.Usage> =>
  [
    { bucket: "burst", remaining: headers["x-hubspot-ratelimit-remaining"] },
    { bucket: "daily", remaining: headers["x-hubspot-ratelimit-daily-remaining"] }
  ].flatMap(({ bucket, remaining }) =>
    remaining !== undefined && /^\d+$/.test(remaining) ? [{ bucket, remaining: Number(remaining) }] : []
  )
