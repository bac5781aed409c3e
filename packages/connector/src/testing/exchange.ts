/** One HTTP exchange with a stand-in: from the request to the answer that its fault leaves of it. */
import type * as Http from "node:http"
import type { Call, Logged, Options, Reply, Route } from "./Emulator.ts"
import type { EmulatorClock } from "./EmulatorClock.ts"
import type { Fault, Faults } from "./Faults.ts"

/** A larger request is answered 413. */
export const BODY_BYTES_MAX = 16 * 1024 * 1024

export interface Serving {
  readonly options: Options
  readonly routes: ReadonlyArray<{ readonly route: Route; readonly pattern: RegExp }>
  readonly faults: Faults
  readonly clock: EmulatorClock
  readonly log: (entry: Logged) => void
}

/** Answers one request and logs it. */
export const exchange = async (
  serving: Serving,
  request: Http.IncomingMessage,
  response: Http.ServerResponse
): Promise<void> => {
  const body = await readBody(request)
  if (body === undefined) {
    response.writeHead(413, { connection: "close" }).end()
    return
  }
  const url = new URL(request.url ?? "/", "http://emulator")
  const { route, params } = find(serving.routes, request.method ?? "GET", url.pathname)
  const plain = makeCall(request, url, params, body, serving.clock.now())
  const operation =
    route === undefined ? "unknown" : typeof route.operation === "function" ? route.operation(plain) : route.operation
  const fault = serving.faults.take(operation)
  const call: Call = fault === undefined ? plain : { ...plain, fault }
  if (fault?._tag === "delay") await new Promise((resolve) => setTimeout(resolve, fault.ms))
  const reply = await answer(serving.options, route, operation, call)
  const sent = wire(reply, fault)
  serving.log({
    at: plain.at,
    operation,
    method: plain.method,
    path: plain.path,
    query: url.search.slice(1),
    requestType: plain.headers["content-type"],
    request: plain.text(),
    status: sent === undefined ? 0 : sent.status,
    responseType: sent?.headers["content-type"],
    response: sent === undefined ? "" : Buffer.from(sent.body).toString("utf8"),
    ...(fault === undefined ? {} : { fault: fault._tag })
  })
  if (sent === undefined) request.socket.destroy()
  else response.writeHead(sent.status, sent.headers).end(sent.body)
}

/** `undefined`: no answer at all. */
const answer = async (
  options: Options,
  route: Route | undefined,
  operation: string,
  call: Call
): Promise<Reply | undefined> => {
  const { fault } = call
  if (route === undefined)
    return { status: 404, body: { message: `${options.name} has no ${call.method} ${call.path}` } }
  switch (fault?._tag) {
    case "reset":
      return undefined
    case "status":
      return { ...fault, body: fault.body ?? "" }
    case "echo": {
      const message = `cannot read ${JSON.stringify(call.headers)} ${call.query.toString()} ${call.text()}`
      return { status: 400, body: { error: message, message } }
    }
    case "throttle":
      return options.throttled?.(operation, fault.retryAfterMs) ?? throttled(fault.retryAfterMs)
    case "unauthorized":
      return options.unauthorized?.(operation) ?? { status: 401, body: { message: "unauthorized" } }
    default:
      return options.refuse?.(call) ?? (await route.handle(call))
  }
}

const throttled = (retryAfterMs: number | undefined): Reply => ({
  status: 429,
  headers: retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMs / 1000)) },
  body: { message: "too many requests" }
})

const wire = (reply: Reply | undefined, fault: Fault | undefined) => {
  if (reply === undefined || fault?._tag === "timeoutAfterCommit") return undefined
  const { status, body } = reply
  const raw = body === undefined || typeof body === "string" || body instanceof Uint8Array
  const bytes = Buffer.from(raw ? (body ?? "") : JSON.stringify(body))
  return {
    status,
    headers: { ...(raw ? {} : { "content-type": "application/json; charset=utf-8" }), ...reply.headers } as Record<
      string,
      string
    >,
    body: fault?._tag === "malformed" ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes
  }
}

const readBody = async (request: Http.IncomingMessage): Promise<Uint8Array | undefined> => {
  const chunks: Array<Uint8Array> = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > BODY_BYTES_MAX) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const makeCall = (
  request: Http.IncomingMessage,
  url: URL,
  params: Readonly<Record<string, string>>,
  body: Uint8Array,
  at: number
): Call => {
  const text = () => Buffer.from(body).toString("utf8")
  return {
    method: request.method ?? "GET",
    path: url.pathname,
    params,
    query: url.searchParams,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(", ") : (value ?? "")
      ])
    ),
    body,
    text,
    json: () => {
      try {
        return JSON.parse(text()) as unknown
      } catch {
        return undefined
      }
    },
    form: () => Object.fromEntries(new URLSearchParams(text())),
    at
  }
}

export const patternOf = (path: string): RegExp => {
  const pieces = path
    .split("/")
    .map((piece, index, all) =>
      piece === "*" && index === all.length - 1
        ? "(?<rest>.*)"
        : piece.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/:([A-Za-z]\w*)/g, "(?<$1>[^/]+?)")
    )
  return new RegExp(`^${pieces.join("/")}$`)
}

const find = (routes: Serving["routes"], method: string, path: string) => {
  for (const { route, pattern } of routes) {
    const match = route.method === "*" || route.method === method ? pattern.exec(path) : null
    if (match !== null) {
      const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])
      return { route, params: Object.fromEntries(params) as Record<string, string> }
    }
  }
  return { route: undefined, params: {} }
}
