/**
 * Slack's Web API for one installed app: its own SDK over our sockets, one call a turn at the Gate, and every refusal a
 * reason. The SDK's own retries are off.
 */
import { Client, Codes, type Connector, type Gate, Http, Kept, VendorError } from "@interchannel/connector"
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
    /** With the bot's token. `channel` among the arguments selects the quota's count. */
    readonly asBot: Call
    /** With the app-level token, which some methods ask for; absent without one. */
    readonly asApp: Call | undefined
    /** Who we are, where; asked once. Fails when the token is for another workspace than the settings name. */
    readonly identity: Effect.Effect<Identity, VendorError.VendorError>
    readonly threads: Threads
  }
>() {}

export type Doing<A> = Effect.Effect<A, VendorError.VendorError, SlackApi>

export const settings = Effect.map(SlackApi, (api) => api.settings)
export const identity = Effect.flatMap(SlackApi, (api) => api.identity)

/** Calls a method with the bot's token; the answer is decoded. */
export const call = <A, I>(method: string, args: Readonly<Record<string, unknown>>, answer: Schema.Schema<A, I>) =>
  Effect.flatMap(SlackApi, ({ asBot }) => asBot(method, args, answer))

export const fail = VendorError.of(VENDOR)

export const layer = ({
  credentials,
  settings
}: Connector.Account<Credentials, Settings>): Layer.Layer<SlackApi, VendorError.VendorError, Gate.Gate> =>
  Layer.scoped(
    SlackApi,
    Effect.gen(function* () {
      const { apiUrl, workspace } = settings
      const { appToken } = credentials
      const fetch = yield* Http.fetchThrough({ vendor: VENDOR, hosts: HOSTS, baseUrl: apiUrl })
      const secrets = Object.values(credentials).flatMap((it) => (it === undefined ? [] : [Redacted.value(it)]))
      const run = yield* Client.make({ vendor: VENDOR, secrets, reasonOf })
      const callWith =
        (token: Redacted.Redacted): Call =>
        (method, args, answer) => {
          const key = typeof args["channel"] === "string" ? { key: args["channel"] } : {}
          return Effect.flatMap(
            run(method, (signal) => client(fetch, apiUrl, token, signal).apiCall(method, args), key),
            VendorError.decoded(VENDOR, method, answer)
          )
        }
      const asBot = callWith(credentials.botToken)
      const kept = yield* Kept.make(
        Effect.filterOrFail(
          asBot("auth.test", {}, AuthTest),
          ({ team_id: team }) => workspace === undefined || workspace === team,
          ({ team_id: team }) => ofAnother(team)
        )
      )
      const threads: Threads = { known: new Map(), readThrough: undefined, turn: yield* Effect.makeSemaphore(1) }
      return { settings, asBot, asApp: appToken && callWith(appToken), identity: kept.get, threads }
    })
  )

// ---------------------------------------------------------------------------------------------------------------------

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

const ofAnother = (team: string) =>
  fail.misconfigured(
    "auth.test",
    `the token is for workspace ${team}, and settings.workspace names another`,
    "enter the token of the workspace that is named, or see the guide on replacing a connection"
  )

const reasonOf = (error: unknown, method: string, now: number): VendorError.Reason => {
  const changes = changing.has(method)
  if (error instanceof WebAPIRateLimitedError) {
    return new VendorError.RateLimited({ retryAfterMs: error.retryAfter * 1000 })
  }
  if (error instanceof WebAPIPlatformError) return refusal(error.data, changes)
  const verb = changes ? "POST" : "GET"
  if (error instanceof WebAPIHTTPError) {
    const answered = { status: error.statusCode, headers: error.headers, text: String(error.body ?? "") }
    const reason = Http.reasonOf(answered, { method: verb, now })
    if (reason !== undefined) return reason
  }
  return error instanceof Error && "original" in error && error.original instanceof Throttled
    ? new VendorError.RateLimited({})
    : Http.brokenReason(error, verb)
}

/** Every method is called with POST; these are the ones that change something. */
const changing = new Set(["chat.postMessage", "chat.update", "chat.delete", "conversations.open"])

interface Refusal {
  readonly error: string
  readonly needed?: string
  readonly response_metadata?: { readonly messages?: ReadonlyArray<string> }
}

/** `ok: false` with HTTP 200 is how Slack refuses. */
const refusal = ({ error: code, needed, response_metadata }: Refusal, changes: boolean): VendorError.Reason => {
  if (!/^[a-z][a-z0-9_.]{0,79}$/.test(code)) {
    // The SDK puts a body that is no JSON here: a proxy's page, or an answer that was cut.
    return new VendorError.Unavailable({ detail: "the answer is not JSON", uncertain: changes })
  }
  if (code === "missing_scope") return new VendorError.Unauthorized({ detail: code, missingScope: needed })
  return meant({ code, detail: response_metadata?.messages?.join("; ").slice(0, 300) || `Slack says ${code}`, changes })
}

const meant = Codes.make({
  unauthorized: `account_inactive app_uninstalled ekm_access_denied invalid_auth no_permission not_allowed_token_type
    not_authed org_login_required team_access_not_granted token_expired token_revoked`,
  unavailable: `fatal_error fetch_members_failed internal_error request_timeout service_unavailable team_added_to_org`,
  rateLimited: "ratelimited rate_limited",
  gone: "channel_not_found message_not_found thread_not_found user_not_found user_not_visible users_not_found",
  cursorExpired: "invalid_cursor",
  remedies: {
    not_in_channel: "the app is not a member of the channel; type /invite and the app's name there",
    is_archived: "the channel is archived; unarchive it, or take it out of the settings",
    msg_too_long: "the text is longer than Slack takes"
  }
})
