/**
 * HTTP to a vendor without an SDK. A request waits at the Gate, goes to the vendor's own hosts only, is read up to a
 * limit, and its status becomes an answer or a reason. It is never repeated here: the engine repeats, from the reason.
 *
 *   const http = yield* Http.make({ vendor: "acme", hosts: ["api.acme.example"], baseUrl, authorize })
 *   const page = yield* http.decoded(ContactPage, "contacts.list", { path: "/contacts", query: { after } })
 *
 * Messages name the operation and the host, never a URL, a header or a body.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FiberRef from "effect/FiberRef"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Dispatcher } from "undici"
import { CALL_TIMEOUT_MS, Gate } from "./Gate.ts"
import * as HostList from "./HostList.ts"
import * as HttpAnswer from "./HttpAnswer.ts"
import type { Kept } from "./Kept.ts"
import type { Usage } from "./Limits.ts"
import * as outbound from "./outbound.ts"
import * as Transport from "./Transport.ts"
import * as VendorError from "./VendorError.ts"

export { type Fetch, fetchThrough } from "./Fetch.ts"
export { reasonOf, retryAfter } from "./HttpAnswer.ts"
export { BODY_MAX, CONNECTIONS_MAX, REDIRECTS_MAX, reasonOf as brokenReason, wasSent } from "./outbound.ts"

export type Answer = HttpAnswer.HttpAnswer
export type Method = Transport.Method

/** Bytes of a failure's body that are looked at. */
export const FAILURE_BODY_MAX = 64 * 1024
export interface Options {
  readonly vendor: string
  /** As in `HostList`: `api.example.com`, `*.example.com`. The host of `baseUrl` must be among them, or be loopback. */
  readonly hosts: ReadonlyArray<string>
  readonly baseUrl: string
  /** Headers that prove who we are, asked for when the request's turn has come. Requests it makes are part of that turn. */
  readonly authorize?: Effect.Effect<Readonly<Record<string, Redacted.Redacted>>, VendorError.VendorError>
  /**
   * What `authorize` makes them of, such as a token that ends: asked for before the turn, so that fetching it has a turn of its
   * own, and forgotten when the vendor does not take it.
   */
  readonly kept?: Kept<unknown>
  /** Carries requests in place of our own sockets: a vendor's client library, its retries and its limiter switched off. */
  readonly transport?: Transport.Transport
  /** A longer answer is `Malformed`; default `BODY_MAX`. */
  readonly bodyMax?: number
  readonly timeoutMs?: number
  /** The vendor's own rules, asked first and for every status; `undefined` leaves it to `Http.reasonOf`. */
  readonly statusToReason?: (
    answered: HttpAnswer.Answered,
    request: { readonly method: string; readonly now: number }
  ) => VendorError.Reason | undefined
  /** What the answer's headers say about the quota that is left. */
  readonly usage?: (headers: Answer["headers"]) => ReadonlyArray<Usage>
}

/** `path` is below the base URL; `url` is one that the vendor handed us, such as a next page. */
export type Request = ({ readonly path: string } | { readonly url: string }) & {
  readonly method?: Method
  readonly query?: Readonly<Record<string, string | number | boolean | ReadonlyArray<string> | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  /** Selects the quota bucket's own count, as in `Gate`. */
  readonly key?: string
  readonly timeoutMs?: number
} & (
    | { readonly json?: unknown; readonly form?: never; readonly body?: never }
    /** What is `Redacted` is in no message. */
    | {
        readonly form: Readonly<Record<string, string | Redacted.Redacted>>
        readonly json?: never
        readonly body?: never
      }
    | { readonly body: Uint8Array | string; readonly json?: never; readonly form?: never }
  )

export interface Http {
  readonly request: (operation: string, request: Request) => Effect.Effect<Answer, VendorError.VendorError>
  /** The answer's JSON by a schema; `Malformed`, naming the field, when it does not fit. */
  readonly decoded: <A, I>(
    schema: Schema.Schema<A, I>,
    operation: string,
    request: Request
  ) => Effect.Effect<A, VendorError.VendorError>
}

/** The sockets live as long as the scope. Fails with `Misconfigured` when the base URL is none of the vendor's. */
export const make = (options: Options): Effect.Effect<Http, VendorError.VendorError, Gate | Scope.Scope> =>
  Effect.gen(function* () {
    const { hosts, base } = yield* HostList.make(options)
    const gate = yield* Gate
    const dispatcher = yield* outbound.acquire
    const line: Line = { ...options, hosts, base, dispatcher }
    const request: Http["request"] = (operation, request) =>
      Effect.gen(function* () {
        const url = yield* locate(line, operation, request)
        const turn = exchange(line, operation, url, request)
        if (yield* FiberRef.get(isInTurn)) return yield* turn
        if (options.kept !== undefined) yield* options.kept.get
        return yield* gate.call(operation, turn, {
          timeoutMs: request.timeoutMs ?? options.timeoutMs ?? CALL_TIMEOUT_MS,
          ...(request.key === undefined ? {} : { key: request.key }),
          usage: (answer) => options.usage?.(answer.headers) ?? []
        })
      })
    return {
      request,
      decoded: (schema, operation, given) =>
        Effect.flatMap(request(operation, given), (answer) => answer.decoded(schema))
    }
  })

/** `authorize` with a token that stays the same (RFC 6750). */
export const bearer = (token: Redacted.Redacted): NonNullable<Options["authorize"]> =>
  Effect.succeed({ authorization: Redacted.make(`Bearer ${Redacted.value(token)}`) })

/** `authorize` with a name and a password (RFC 7617). */
export const basic = (user: string, password: Redacted.Redacted): NonNullable<Options["authorize"]> => {
  const pair = Buffer.from(`${user}:${Redacted.value(password)}`, "utf8").toString("base64")
  return Effect.succeed({ authorization: Redacted.make(`Basic ${pair}`) })
}

/** A path with its pieces encoded: ``Http.path`/contacts/${id}/notes` ``. */
export const path = (texts: TemplateStringsArray, ...pieces: ReadonlyArray<string | number>): string =>
  texts.map((text, index) => (index === 0 ? "" : encodeURIComponent(pieces[index - 1]!)) + text).join("")

// ---------------------------------------------------------------------------------------------------------------------

type Line = Omit<Options, "hosts"> & {
  readonly hosts: HostList.HostList
  readonly base: URL
  readonly dispatcher: Dispatcher
}

/** Set while `authorize` runs: its requests must not wait for the turn that they are part of. */
const isInTurn = FiberRef.unsafeMake(false)

const malformed = (vendor: string, operation: string, detail: string) =>
  VendorError.make(vendor, operation, new VendorError.Malformed({ detail }))

const locate = (line: Line, operation: string, request: Request): Either.Either<URL, VendorError.VendorError> => {
  const refused = (detail: string) =>
    VendorError.make(line.vendor, operation, new VendorError.Rejected({ code: "host", detail }))
  if ("path" in request && hasDotSegment(request.path)) {
    return Either.left(malformed(line.vendor, operation, "the path has a piece that is . or .., which is no id"))
  }
  const text = "url" in request ? request.url : below(line.base, request.path)
  return Either.map(
    Either.mapLeft(HostList.check(line.hosts, text), (problem) =>
      refused(`not called: ${problem}; if the host is the vendor's, add it to the connector's hosts`)
    ),
    (url) => {
      for (const [name, value] of Object.entries(request.query ?? {})) {
        if (value === undefined) continue
        for (const single of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(single))
      }
      return url
    }
  )
}

/** Keeps the base's own path: `https://api.example.com/v3` and `/contacts` give `/v3/contacts`. */
const below = (base: URL, path: string): string =>
  `${base.origin}${base.pathname.replace(/\/$/, "")}${path.startsWith("/") ? "" : "/"}${path}`

const hasDotSegment = (path: string): boolean =>
  path
    .split("?", 1)[0]!
    .split(/[/\\]/)
    .some((piece) => /^(\.|%2e){1,2}$/i.test(piece))

/** One turn: authorize, send, follow redirects at home, read, judge. */
const exchange = (
  line: Line,
  operation: string,
  url: URL,
  request: Request
): Effect.Effect<Answer, VendorError.VendorError> =>
  Effect.gen(function* () {
    const authorization = line.authorize === undefined ? {} : yield* Effect.locally(line.authorize, isInTurn, true)
    const proof = Object.fromEntries(Object.entries(authorization).map(([name, it]) => [name, Redacted.value(it)]))
    const method = request.method ?? (bodyOf(request).body === undefined ? "GET" : "POST")
    const answered = yield* follow(line, operation, method, url, {
      ...request,
      headers: { ...request.headers, ...proof }
    })
    const text = Buffer.from(answered.body.subarray(0, FAILURE_BODY_MAX)).toString("utf8")
    const judged = { status: answered.status, headers: answered.headers, text }
    const asked = { method, now: yield* Clock.currentTimeMillis }
    const reason = line.statusToReason?.(judged, asked) ?? HttpAnswer.reasonOf(judged, asked)
    if (reason === undefined) return HttpAnswer.make(line.vendor, operation, answered)
    if (reason._tag === "Unauthorized" && line.kept !== undefined) yield* line.kept.forget
    const secrets = [...secretsIn(proof), ...secretsOf(request)]
    return yield* VendorError.make(line.vendor, operation, VendorError.without(reason, secrets))
  })

/** Redirects are followed on the origin of the request only, and only where repeating the request changes nothing. */
const follow = (
  line: Line,
  operation: string,
  method: Method,
  url: URL,
  request: Request,
  redirects = 0
): Effect.Effect<Read, VendorError.VendorError> =>
  Effect.flatMap(transfer(line, operation, method, url, request), (answered) => {
    const isRedirect = answered.status >= 300 && answered.status <= 399
    const isAway = answered.url !== undefined && new URL(answered.url).origin !== url.origin
    const location = isAway ? answered.url : isRedirect ? answered.headers["location"] : undefined
    if (location === undefined) return Effect.succeed(answered)
    const target = URL.canParse(location, url.href) ? new URL(location, url) : undefined
    if (target?.origin === url.origin && !HttpAnswer.changes(method) && redirects < outbound.REDIRECTS_MAX) {
      return follow(line, operation, method, target, request, redirects + 1)
    }
    const detail = `HTTP ${answered.status} leads to ${target?.host ?? "no URL"}; redirects are followed on the same host only, up to ${outbound.REDIRECTS_MAX}, and only when reading`
    return VendorError.make(line.vendor, operation, new VendorError.Rejected({ code: "redirect", detail }))
  })

type Read = Pick<Answer, "status" | "headers" | "body"> & Pick<Transport.Incoming, "url">

const transfer = (line: Line, operation: string, method: Method, url: URL, request: Request) =>
  Effect.tryPromise({
    try: async (signal): Promise<Read> => {
      const { contentType, body } = bodyOf(request)
      const headers = { accept: "application/json", "accept-encoding": "gzip", ...contentType, ...request.headers }
      const timeoutMs = request.timeoutMs ?? line.timeoutMs ?? CALL_TIMEOUT_MS
      const transport = line.transport ?? Transport.over(line.dispatcher, timeoutMs)
      const incoming = await transport({ url, method, headers, body }, signal)
      return { ...incoming, body: await Transport.read(incoming, line.bodyMax ?? outbound.BODY_MAX) }
    },
    catch: (error) =>
      error instanceof Transport.TooLong
        ? malformed(line.vendor, operation, error.message)
        : VendorError.make(line.vendor, operation, outbound.reasonOf(error, method))
  })

const bodyOf = (
  request: Request
): { readonly contentType: Readonly<Record<string, string>>; readonly body: Uint8Array | string | undefined } => {
  if (request.json !== undefined) {
    return { contentType: { "content-type": "application/json" }, body: JSON.stringify(request.json) }
  }
  if (request.form !== undefined) {
    const contentType = { "content-type": "application/x-www-form-urlencoded" }
    const fields = Object.entries(request.form).map(([name, value]) => [name, plain(value)] as const)
    return { contentType, body: new URLSearchParams(Object.fromEntries(fields)).toString() }
  }
  return { contentType: {}, body: request.body }
}

const plain = (value: string | Redacted.Redacted): string =>
  Redacted.isRedacted(value) ? Redacted.value(value) : value

const secretsOf = ({ form = {} }: Request): ReadonlyArray<string> =>
  Object.values(form).filter(Redacted.isRedacted).map(plain)

/** The header values, and what follows the scheme in `Bearer …`. */
const secretsIn = (proof: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  Object.values(proof).flatMap((value) => [value, ...value.split(" ").slice(1)])
