/**
 * The HubSpot API of one account. HubSpot's own client carries the calls of the account; its retries and its limiter stay
 * off, since they belong to the whole process and pass over Retry-After.
 */
import { Client } from "@hubspot/api-client"
import {
  type Connector,
  type Gate,
  Http,
  Kept,
  type Limits,
  type Transport,
  VendorError
} from "@interchannel/connector"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import type { Credentials, Settings } from "./credentials.ts"
import { TOKEN_PATH } from "./objects.ts"
import { reasonOf } from "./reason.ts"
import { Token } from "./wire.ts"

const VENDOR = "hubspot"
const HOSTS = ["*.hubapi.com"]
/** HubSpot signs URLs of files on these hosts; no token goes there. */
const FILE_HOSTS = ["*.amazonaws.com", "*.hubspot.com", ...HOSTS]
/** Of one answer. A page of 200 records with long bodies stays below. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024
/** A token is renewed so long before it ends. */
const TOKEN_MARGIN_MS = 60_000

export class HubSpotApi extends Context.Tag("@interchannel/connector-hubspot/HubSpotApi")<
  HubSpotApi,
  {
    readonly settings: Settings
    readonly account: Http.Http
    /** Calls as the app itself, as the webhooks journal wants them; absent without the app's id and secret. */
    readonly app: Http.Http | undefined
    readonly files: Http.Http
  }
>() {}

export const fail = VendorError.of(VENDOR)

export const settings = Effect.map(HubSpotApi, (api) => api.settings)

/** A call with the account's token. */
export const call = <A, I>(operation: string, answer: Schema.Schema<A, I>, request: Http.Request) =>
  Effect.flatMap(HubSpotApi, ({ account }) => account.decoded(answer, operation, request))

export const layer = ({
  credentials,
  settings
}: Connector.Account<Credentials, Settings>): Layer.Layer<HubSpotApi, VendorError.VendorError, Gate.Gate> =>
  Layer.scoped(
    HubSpotApi,
    Effect.gen(function* () {
      const shared = { vendor: VENDOR, baseUrl: settings.apiUrl, bodyMax: ANSWER_BYTES_MAX }
      const own = { ...shared, hosts: HOSTS, statusToReason: reasonOf, usage }
      return {
        settings,
        account: yield* Http.make({ ...own, authorize: Http.bearer(credentials.accessToken), transport: byClient }),
        app: yield* appOf(own, credentials),
        files: yield* Http.make({ ...shared, hosts: FILE_HOSTS })
      }
    })
  )

// ---------------------------------------------------------------------------------------------------------------------

const client = new Client({})

const byClient: Transport.Transport = async ({ url, method, headers, body }, signal) => {
  const request = { overlapUrl: url.href, method, headers, body, defaultJson: false }
  const response = await client.apiRequest(request as Parameters<typeof client.apiRequest>[0])
  const stream = response.body as NodeJS.ReadableStream & { readonly destroy: () => void }
  signal.addEventListener("abort", () => stream.destroy())
  if (signal.aborted) stream.destroy()
  const { "content-encoding": _undone, ...answered } = Object.fromEntries(response.headers)
  return { url: response.url, status: response.status, headers: answered, body: stream as AsyncIterable<Buffer> }
}

const appOf = (options: Http.Options, { clientId, clientSecret }: Credentials) =>
  Effect.gen(function* () {
    if (clientId === undefined || clientSecret === undefined) return undefined
    const open = yield* Http.make(options)
    const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret }
    const token = yield* Kept.make(
      open.decoded(Token, "oauth.token", { path: TOKEN_PATH, form }),
      ({ expires_in }) => expires_in * 1000 - TOKEN_MARGIN_MS
    )
    const authorize = Effect.flatMap(token.get, ({ access_token }) => Http.bearer(access_token))
    return yield* Http.make({ ...options, authorize, kept: token })
  })

/** HubSpot says with most answers what is left. Searches are counted apart and tell nothing. */
const usage = (headers: Http.Answer["headers"]): ReadonlyArray<Limits.Usage> =>
  [
    { bucket: "burst", remaining: headers["x-hubspot-ratelimit-remaining"] },
    { bucket: "daily", remaining: headers["x-hubspot-ratelimit-daily-remaining"] }
  ].flatMap(({ bucket, remaining }) =>
    remaining !== undefined && /^\d+$/.test(remaining) ? [{ bucket, remaining: Number(remaining) }] : []
  )
