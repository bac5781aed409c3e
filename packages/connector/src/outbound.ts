/** The sockets to one vendor, and the knowledge of which failed requests never left this machine. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { Agent, type Dispatcher } from "undici"
import { CALL_TIMEOUT_MS } from "./Gate.ts"
import { changes } from "./HttpAnswer.ts"
import { Misconfigured, type Reason, Unavailable } from "./VendorError.ts"

/** Bytes of an answer unless stated otherwise. */
export const BODY_MAX = 16 * 1024 * 1024
/** Redirects followed, each on the origin of the request. */
export const REDIRECTS_MAX = 3
export const CONNECTIONS_MAX = 32
export const CONNECT_TIMEOUT_MS = 10_000

/** Closing the scope ends what is under way. */
export const acquire: Effect.Effect<Dispatcher, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.sync(
      () =>
        new Agent({
          connections: CONNECTIONS_MAX,
          pipelining: 1,
          connect: { timeout: CONNECT_TIMEOUT_MS },
          headersTimeout: CALL_TIMEOUT_MS,
          bodyTimeout: CALL_TIMEOUT_MS
        })
    ),
    (agent) => Effect.promise(() => agent.destroy())
  ),
  (agent) => agent.compose(witness)
)

/** False only when the request certainly never reached a socket; SDKs wrap our errors, so causes are looked at too. */
export const wasSent = (error: unknown): boolean =>
  !causes(error).some((it) => unsent.has(it) || hasBadArgument(it) || unreached.has(codeOf(it) ?? ""))

/** The reason for a request without an answer. Names the error's code only: messages of others may quote the request. */
export const reasonOf = (error: unknown, method: string): Reason => {
  const chain = causes(error)
  if (chain.some(hasBadArgument)) {
    return new Misconfigured({
      detail: "a header, such as the one with the credentials, has characters that HTTP does not allow",
      remedy: "enter the credentials again, without line breaks"
    })
  }
  const code = chain.map(codeOf).find((it) => it !== undefined)
  const sent = wasSent(error)
  const what = sent ? "the connection broke before the answer was complete" : "no connection"
  return new Unavailable({
    detail: code === undefined ? what : `${what} (${code})`,
    uncertain: sent && changes(method)
  })
}

// ---------------------------------------------------------------------------------------------------------------------

const CAUSES_MAX = 8

const unsent = new WeakSet<object>()
/** Codes of Node.js for a host that no connection was had to. */
const unreached: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH"
])

/** undici calls `onRequestStart` with a socket in hand, right before it writes. */
const witness: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  let started = false
  return dispatch(options, {
    onRequestStart: (controller, context) => {
      started = true
      handler.onRequestStart?.(controller, context)
    },
    onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
    onResponseStart: (...args) => handler.onResponseStart?.(...args),
    onResponseData: (...args) => handler.onResponseData?.(...args),
    onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
    onResponseError: (controller, error) => {
      if (!started) unsent.add(error)
      handler.onResponseError?.(controller, error)
    }
  })
}

/** The error and what it was caused by, outermost first; `original` is how some SDKs call it. */
const causes = (error: unknown): ReadonlyArray<object> => {
  const chain: Array<object> = []
  let at = error
  while (typeof at === "object" && at !== null && chain.length < CAUSES_MAX) {
    chain.push(at)
    const { cause, original } = at as { readonly cause?: unknown; readonly original?: unknown }
    at = cause ?? original
  }
  return chain
}

const codeOf = (error: object): string | undefined =>
  "code" in error && typeof error.code === "string" ? error.code : undefined

const hasBadArgument = (error: object): boolean =>
  codeOf(error) === "UND_ERR_INVALID_ARG" || codeOf(error) === "ERR_INVALID_CHAR"
