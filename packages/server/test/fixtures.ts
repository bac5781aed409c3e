/** A connector with one signed webhook, a store in memory that can be told to fail, and plain HTTP. */
import { createHmac } from "node:crypto"
import * as Http from "node:http"
import { Connector, Delivery, Limits, Verifier, Webhook } from "@interchannel/connector"
import { type Configuration, Installation, type Receiver } from "@interchannel/runtime"
import { Database, Inbox, type StoreError } from "@interchannel/store"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

export const SECRET = "an invented signing secret"

class PagerApi extends Context.Tag("test/PagerApi")<PagerApi, object>() {}

interface Credentials {
  readonly secret: Redacted.Redacted
}

const events = Webhook.make("events", {
  verifier: Verifier.hmac<Credentials>({
    secret: (credentials) => Redacted.value(credentials.secret),
    signature: (delivery) => delivery.headers["x-signature"],
    base: (delivery) => Buffer.concat([Buffer.from(`${delivery.method} ${delivery.url}\n`), delivery.body])
  }),
  answer: (data, delivery) => {
    if (delivery.method === "GET") return { status: 200, contentType: "text/plain", body: "hello" }
    const { challenge, explode } = (data ?? {}) as { challenge?: string; explode?: boolean }
    if (explode === true) throw new Error("a fault in the connector")
    return challenge === undefined ? undefined : { status: 200, contentType: "text/plain", body: challenge }
  },
  item: Schema.Struct({ id: Schema.String }),
  normalize: () => [],
  retriesOn: "everything but 200"
})

const Pager = Connector.make("pager", {
  title: "Pager",
  credentials: Schema.Struct({ secret: Schema.Redacted(Schema.String) }),
  settings: Schema.Struct({}),
  api: () => Layer.succeed(PagerApi, {}),
  limits: Limits.cautious,
  webhooks: [events],
  check: Effect.succeed([])
})

const configuration: Configuration = {
  connections: { "pager-eu": { connector: Pager as unknown as Connector.Any, credentials: { secret: SECRET } } }
}

const installation = Either.getOrThrow(Installation.load(configuration, {}))

export const connected: Receiver.Connected = (id) => installation.connections.get(id)

export interface Memory {
  readonly rows: Map<string, Inbox.Incoming>
  /** Rows in each write that was committed. */
  readonly writes: Array<number>
  /** How the next writes end; asked with the batch, before anything is stored. */
  fail: (batch: ReadonlyArray<Inbox.Incoming>) => StoreError | undefined
  /** Milliseconds that a write takes. */
  writeMs: number
}

export const memory = (): Memory => ({ rows: new Map(), writes: [], fail: () => undefined, writeMs: 0 })

const unused = (name: string) => () => Effect.die(`${name} is not part of this test`)

export const layer = (store: Memory): Layer.Layer<Database.Database | Inbox.Inbox> =>
  Layer.mergeAll(
    Logger.minimumLogLevel(LogLevel.None),
    Layer.succeed(Database.Database, {
      dialect: "sqlite",
      write: (body) => (store.writeMs === 0 ? body : Effect.zipRight(Effect.sleep(store.writeMs), body)),
      awaitSignal: () => Effect.never,
      signal: () => Effect.void
    }),
    Layer.succeed(Inbox.Inbox, {
      accept: (batch) =>
        Effect.suspend(() => {
          const failure = store.fail(batch)
          if (failure !== undefined) return Effect.fail(failure)
          const fresh = batch.filter((incoming) => !store.rows.has(incoming.key))
          for (const incoming of fresh) store.rows.set(incoming.key, incoming)
          store.writes.push(batch.length)
          return Effect.succeed({ stored: fresh.length, known: batch.length - fresh.length })
        }),
      pending: unused("pending"),
      settle: unused("settle"),
      settled: unused("settled"),
      get: unused("get"),
      reopen: unused("reopen"),
      absent: unused("absent"),
      forget: unused("forget"),
      counts: Effect.succeed([])
    })
  )

export const sign = (method: string, url: string, body: string | Uint8Array): string =>
  createHmac("sha256", SECRET)
    .update(Buffer.concat([Buffer.from(`${method} ${url}\n`), Buffer.from(body)]))
    .digest("hex")

export interface Request {
  readonly method?: string
  readonly headers?: Http.OutgoingHttpHeaders
  /** Several chunks are sent without a stated length. */
  readonly body?: string | Uint8Array | ReadonlyArray<Uint8Array>
  readonly agent?: Http.Agent
}
export interface Response {
  readonly status: number
  readonly headers: Http.IncomingHttpHeaders
  readonly body: string
}

export const send = (url: string, options: Request = {}): Promise<Response> =>
  new Promise((resolve, reject) => {
    const { body } = options
    const whole = body === undefined || typeof body === "string" || body instanceof Uint8Array
    const request = Http.request(
      url,
      {
        method: options.method ?? "POST",
        agent: options.agent ?? false,
        headers: { ...(whole ? { "content-length": Buffer.byteLength(body ?? "") } : {}), ...options.headers }
      },
      (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("error", reject)
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString("utf8")
          })
        )
      }
    )
    request.on("error", reject)
    for (const chunk of whole ? [body ?? ""] : body) request.write(chunk)
    request.end()
  })

/** A genuine push, signed for the URL as the vendor called it. */
export const push = (base: string, body: string, options: Request & { readonly publicUrl?: string } = {}) => {
  const path = "/webhooks/pager-eu/events"
  const url = (options.publicUrl ?? base) + path
  return send(base + path, {
    ...options,
    body,
    headers: { "content-type": "application/json", "x-signature": sign("POST", url, body), ...options.headers }
  })
}

export const bodyText = (incoming: Inbox.Incoming | undefined): string | undefined =>
  incoming && Delivery.bodyText({ method: "", url: "", headers: {}, receivedAt: 0, body: incoming.body })
