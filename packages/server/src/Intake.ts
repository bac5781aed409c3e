/**
 * Takes vendors' pushes over HTTP. A delivery is judged over its raw bytes, stored, committed, then answered 200; when it
 * cannot be stored the answer is a 503, nothing of it is kept, and the vendor tries again.
 *
 *   request ─► path, method, size ─► judge ─┬─► 401, 404, or what a handshake asks for
 *                                           └─► one write for up to 256 ─► 200 to each │ 503
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http"
import type { Delivery } from "@interchannel/connector"
import { EntryLink, Receiver } from "@interchannel/runtime"
import { Database, Inbox, type StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import type * as Scope from "effect/Scope"
import { readBody } from "./body.ts"
import type { EntryPage } from "./EntryPage.ts"
import * as GroupCommit from "./GroupCommit.ts"
import { type Listening, listen } from "./listen.ts"
import * as Refusals from "./Refusals.ts"
import type { ServerError } from "./ServerError.ts"

/** The largest documented push of a vendor is 5 MiB. */
export const BODY_BYTES_MAX = 8 * 1024 * 1024
/** Deliveries that may wait for their write. At 20,000 a second this is a fifth of a second. */
export const WAITING_MAX = 4096

/** For so long after a failed write the health is told to be bad, unless one is made meanwhile. */
const FAILING_MS = 30_000

export interface Options {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** How vendors reach us, without a slash at the end; read for each delivery, so that a new configuration takes effect. */
  readonly publicUrl: () => string | undefined
  readonly connected: Receiver.Connected
  /** The pages behind the links in entries; absent: there are none. */
  readonly entryPage?: EntryPage
  readonly bodyBytesMax?: number
  readonly waitingMax?: number
  /** 1: every delivery has a write of its own. */
  readonly batchMax?: number
}

export interface Intake {
  readonly port: number
  /** `http://127.0.0.1:8420` */
  readonly url: string
}

/** Serves until the scope closes; deliveries under way are committed and answered first. */
export const serve = (
  options: Options
): Effect.Effect<Intake, ServerError, Database.Database | Inbox.Inbox | Scope.Scope> =>
  Effect.gen(function* () {
    const database = yield* Database.Database
    const inbox = yield* Inbox.Inbox
    const clock = yield* Effect.clock
    const runtime = yield* Effect.runtime()
    const refusals = yield* Refusals.make()
    const commits = yield* GroupCommit.make<Inbox.Incoming, StoreError>({
      write: (batch) =>
        database.write(Effect.zipRight(inbox.accept(batch), database.signal("inbox")), { priority: "intake" }),
      isolate: (failure) => failure.reason === "broken",
      waitingMax: options.waitingMax ?? WAITING_MAX,
      ...(options.batchMax === undefined ? {} : { batchMax: options.batchMax })
    })
    const serving: Serving = {
      options,
      commits,
      refusals,
      now: () => clock.unsafeCurrentTimeMillis(),
      log: (message) => void Runtime.runFork(runtime)(Effect.logError(message)),
      listening: () => listening,
      failure: undefined
    }
    const listening: Listening = yield* listen(
      options,
      (request, response) => receive(serving, request, response),
      "set `intake.port` to a free one, or stop the other program"
    )
    const url = `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${listening.port}`
    return { port: listening.port, url }
  })

// ---------------------------------------------------------------------------------------------------------------------

interface Serving {
  readonly options: Options
  readonly commits: GroupCommit.GroupCommit<Inbox.Incoming, StoreError>
  readonly refusals: Refusals.Refusals
  readonly now: () => number
  readonly log: (message: string) => void
  readonly listening: () => Listening
  /** The last write that failed; absent since one was made. */
  failure: { readonly reason: StoreError["reason"]; readonly at: number } | undefined
}

const receive = (serving: Serving, request: IncomingMessage, response: ServerResponse): void => {
  const target = request.url ?? ""
  const path = target.split("?", 1)[0]!
  if (path === "/health") return health(serving, request, response)
  const page = serving.options.entryPage
  if (page !== undefined && path.startsWith(EntryLink.BASE)) return page(request, response, path)
  const refuse = (status: number, why: string, headers: Readonly<Record<string, string>> = {}) => {
    serving.refusals.note(status, why)
    answer(response, status, why, headers)
  }
  if (!path.startsWith("/webhooks/")) return refuse(404, "nothing is served here")
  if (request.method !== "POST" && request.method !== "GET") {
    return refuse(405, `a webhook takes no ${request.method}`, { allow: "GET, POST" })
  }
  const bytesMax = serving.options.bodyBytesMax ?? BODY_BYTES_MAX
  readBody(request, bytesMax, (body) => {
    if (body === "gone") return
    if (body === "too large") return refuse(413, `a delivery has at most ${bytesMax} bytes`)
    const delivery: Delivery.Delivery = {
      method: request.method!,
      url: publicBase(serving) + target,
      headers: plainHeaders(request.headers),
      body,
      receivedAt: serving.now()
    }
    take(serving, path, delivery, response, refuse)
  })
}

type Refuse = (status: number, why: string, headers?: Readonly<Record<string, string>>) => void

const take = (
  serving: Serving,
  path: string,
  delivery: Delivery.Delivery,
  response: ServerResponse,
  refuse: Refuse
): void => {
  let judgement: Receiver.Judgement
  try {
    judgement = Receiver.judge(serving.options.connected, path, delivery)
  } catch (cause) {
    // A fault in a connector: the vendor keeps the delivery and tries again, and the other webhooks go on.
    serving.log(`the webhook at ${path} could not judge a delivery: ${String(cause)}`)
    return answer(response, 500, "the delivery could not be judged; try again later")
  }
  if (judgement._tag === "Refuse") return refuse(judgement.status, judgement.why)
  if (judgement._tag === "Answer") {
    const { status, body, contentType } = judgement.answer
    return answer(response, status, body, { "content-type": contentType })
  }
  if (delivery.method === "GET") return refuse(405, "this webhook takes no GET", { allow: "POST" })
  const queued = serving.commits.offer(judgement.incoming, (outcome) => settle(serving, path, response, outcome))
  if (!queued) refuse(503, "too many deliveries wait to be stored; try again", { "retry-after": "1" })
}

/** Seconds after which a vendor may try again, by what the store says. */
const RETRY_AFTER: Partial<Readonly<Record<StoreError["reason"], string>>> = {
  unavailable: "5",
  fenced: "5",
  full: "60"
}

const settle = (
  serving: Serving,
  path: string,
  response: ServerResponse,
  outcome: GroupCommit.Outcome<StoreError>
): void => {
  switch (outcome._tag) {
    case "Written":
      serving.failure = undefined
      return answer(response, 200, "")
    case "Failed": {
      const { reason } = outcome.failure
      // A delivery that cannot be stored says nothing about the others.
      if (reason !== "broken") serving.failure = { reason, at: serving.now() }
      serving.refusals.note(503, `the store is ${reason}: ${outcome.failure.detail}`)
      return answer(response, 503, "the delivery cannot be stored now; try again", {
        "retry-after": RETRY_AFTER[reason] ?? "60"
      })
    }
    case "Defect":
      serving.log(`a delivery for ${path} could not be stored: ${outcome.cause.toString()}`)
      return answer(response, 500, "the delivery cannot be stored; try again later")
  }
}

const health = (serving: Serving, request: IncomingMessage, response: ServerResponse): void => {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return answer(response, 405, "ask with GET", { allow: "GET, HEAD" })
  }
  const { failure } = serving
  // Whoever sends nothing more because of this answer would never let it become well again.
  const failing = failure !== undefined && serving.now() - failure.at < FAILING_MS ? failure.reason : "ok"
  const status = serving.listening().draining() ? "draining" : failing
  const body = { status, waiting: serving.commits.waiting() }
  answer(response, status === "ok" ? 200 : 503, JSON.stringify(body), { "content-type": "application/json" })
}

const publicBase = (serving: Serving): string =>
  serving.options.publicUrl() ?? `http://${serving.options.host}:${serving.listening().port}`

/** Node lists only `set-cookie` as several; everything else is one text already. */
const plainHeaders = (headers: IncomingHttpHeaders): Readonly<Record<string, string>> => {
  const plain: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) plain[name] = typeof value === "string" ? value : value.join(", ")
  }
  return plain
}

const answer = (
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {}
): void => {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    ...headers
  })
  response.end(body)
}
