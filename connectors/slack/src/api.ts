/**
 * Slack's Web API for one installed app: its own SDK over our sockets, one call a turn at the Gate, and every refusal a
 * reason. The SDK's own retries are off.
 */
import { Client, type Connector, type Gate, Http, Kept, VendorError } from "@interchannel/connector"
import {
  type FetchFunction,
  type Logger,
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient
} from "@slack/web-api"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type { Credentials, Settings } from "./credentials.ts"
import { AuthTest, type Identity } from "./wire.ts"

export const VENDOR = "slack"
/** Slack hands out WebSocket URLs on other names below its domain. */
export const HOSTS = ["slack.com", "*.slack.com"]

/** What is known of the timeline channel. */
export interface Threads {
  /** The `ts` of each thread by its key. */
  readonly known: Map<string, string>
  /** Up to which message the channel has been read. */
  readThrough: string | undefined
  /** To look and to begin a thread is one turn. */
  readonly turn: Effect.Semaphore
}

type Call = <A, I>(
  method: string,
  args: Readonly<Record<string, unknown>>,
  answer: Schema.Schema<A, I>
) => Effect.Effect<A, VendorError.VendorError>

export class SlackApi extends Context.Tag("@interchannel/connector-slack/SlackApi")<
  SlackApi,
  {
    readonly settings: Settings
    /** Calls a method with the bot's token; the answer is decoded. `channel` among the arguments selects the quota's count. */
    readonly call: Call
    /** The same with the app-level token, which some methods ask for. */
    readonly callAsApp: Call
    readonly hasAppToken: boolean
    /** Who we are, where; asked once. Fails when the token is for another workspace than the settings name. */
    readonly identity: Effect.Effect<Identity, VendorError.VendorError>
    readonly threads: Threads
  }
>() {}

export const fail = VendorError.of(VENDOR)

export const layer = (
  account: Connector.Account<Credentials, Settings>
): Layer.Layer<SlackApi, VendorError.VendorError, Gate.Gate> => Layer.scoped(SlackApi, make(account))

// ---------------------------------------------------------------------------------------------------------------------

const make = ({ credentials, settings }: Connector.Account<Credentials, Settings>) =>
  Effect.gen(function* () {
    const { apiUrl, workspace } = settings
    const fetch = yield* Http.fetchThrough({ vendor: VENDOR, hosts: HOSTS, baseUrl: apiUrl })
    const secrets = Object.values(credentials).flatMap((it) => (it === undefined ? [] : [Redacted.value(it)]))
    const run = yield* Client.make({ vendor: VENDOR, secrets, reasonOf })
    const callWith =
      (token: Redacted.Redacted | undefined): Call =>
      (method, args, answer) => {
        if (token === undefined) return Effect.fail(withoutAppToken(method))
        const key = typeof args["channel"] === "string" ? { key: args["channel"] } : {}
        return Effect.flatMap(
          run(method, (signal) => client(fetch, apiUrl, token, signal).apiCall(method, args), key),
          VendorError.decoded(VENDOR, method, answer)
        )
      }
    const call = callWith(credentials.botToken)
    const identity = yield* Kept.make(
      Effect.filterOrFail(
        call("auth.test", {}, AuthTest),
        ({ team_id: team }) => workspace === undefined || workspace === team,
        ({ team_id: team }) => ofAnother(team)
      )
    )
    const threads: Threads = { known: new Map(), readThrough: undefined, turn: yield* Effect.makeSemaphore(1) }
    return {
      settings,
      call,
      callAsApp: callWith(credentials.appToken),
      hasAppToken: credentials.appToken !== undefined,
      identity: identity.get,
      threads
    }
  })

const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {}
}

/** The SDK knows no way to give up one call, so each call has a client of its own: 0.05 ms. */
const client = (fetch: Http.Fetch, apiUrl: string, token: Redacted.Redacted, signal: AbortSignal): WebClient => {
  const fetchOnce: FetchFunction = async (url, init) => {
    const answer = await fetch(url, { ...init, signal } as RequestInit)
    // The SDK would wrap this in an error without a type.
    if (answer.status === 429 && answer.headers.get("retry-after") === null) throw new Throttled()
    return answer
  }
  return new WebClient(Redacted.value(token), {
    slackApiUrl: apiUrl,
    fetch: fetchOnce,
    logger: silent,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false
  })
}

class Throttled extends Error {}

const withoutAppToken = (method: string) =>
  fail.misconfigured(
    method,
    "Socket Mode needs an app-level token",
    'create one under "Basic Information" with the scope connections:write and set appToken'
  )

const ofAnother = (team: string) =>
  fail.misconfigured(
    "auth.test",
    `the token is for workspace ${team}, and settings.workspace names another`,
    "enter the token of the workspace that is named, or see the guide on replacing a connection"
  )

const reasonOf = (error: unknown, method: string, now: number): VendorError.Reason => {
  const changes = changing.has(method)
  if (error instanceof WebAPIRateLimitedError)
    return new VendorError.RateLimited({ retryAfterMs: error.retryAfter * 1000 })
  if (error instanceof WebAPIPlatformError) return refusal(error.data, changes)
  if (error instanceof WebAPIHTTPError) {
    const answered = { status: error.statusCode, headers: error.headers, text: String(error.body ?? "") }
    const reason = Http.reasonOf(answered, { method: changes ? "POST" : "GET", now })
    if (reason !== undefined) return reason
  }
  if (error instanceof Error && "original" in error && error.original instanceof Throttled) {
    return new VendorError.RateLimited({})
  }
  const sent = Http.wasSent(error)
  return new VendorError.Unavailable({
    detail: sent ? "the connection broke before the answer was complete" : "no connection to Slack",
    uncertain: sent && changes
  })
}

/** Every method is called with POST; these are the ones that change something. */
const changing = new Set(["chat.postMessage", "chat.update", "chat.delete", "conversations.open"])

interface Refusal {
  readonly error: string
  readonly needed?: string
  readonly response_metadata?: { readonly messages?: ReadonlyArray<string> }
}

/** `ok: false` with HTTP 200 is how Slack refuses. */
const refusal = (data: Refusal, changes: boolean): VendorError.Reason => {
  const code = data.error
  if (!/^[a-z][a-z0-9_.]{0,79}$/.test(code)) {
    // The SDK puts a body that is no JSON here: a proxy's page, or an answer that was cut.
    return new VendorError.Unavailable({ detail: "the answer is not JSON", uncertain: changes })
  }
  if (code === "missing_scope") {
    return new VendorError.Unauthorized({ detail: code, missingScope: data.needed })
  }
  if (unauthorized.has(code)) return new VendorError.Unauthorized({ detail: `Slack says ${code}` })
  if (code === "ratelimited" || code === "rate_limited") return new VendorError.RateLimited({})
  if (unavailable.has(code)) return new VendorError.Unavailable({ detail: `Slack says ${code}`, uncertain: changes })
  if (code === "invalid_cursor")
    return new VendorError.CursorExpired({ detail: "Slack does not know the cursor any more" })
  if (gone.has(code)) return new VendorError.Gone({ detail: `Slack says ${code}` })
  const said = data.response_metadata?.messages?.join("; ").slice(0, 300)
  return new VendorError.Rejected({ code, detail: remedies[code] ?? (said || "Slack gives no detail") })
}

const unauthorized = new Set([
  "account_inactive",
  "app_uninstalled",
  "ekm_access_denied",
  "invalid_auth",
  "no_permission",
  "not_allowed_token_type",
  "not_authed",
  "org_login_required",
  "team_access_not_granted",
  "token_expired",
  "token_revoked"
])
const unavailable = new Set([
  "fatal_error",
  "fetch_members_failed",
  "internal_error",
  "request_timeout",
  "service_unavailable",
  "team_added_to_org"
])
const gone = new Set([
  "channel_not_found",
  "message_not_found",
  "thread_not_found",
  "user_not_found",
  "user_not_visible",
  "users_not_found"
])
const remedies: Readonly<Record<string, string>> = {
  not_in_channel: "the app is not a member of the channel; type /invite and the app's name there",
  is_archived: "the channel is archived; unarchive it, or take it out of the settings",
  msg_too_long: "the text is longer than Slack takes"
}
