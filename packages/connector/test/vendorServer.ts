/** A vendor's server on this machine, and Http that calls it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { VendorError } from "../src/index.ts"
import { Gate, Http } from "../src/index.ts"

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage["headers"]
  readonly body: string
}
type Handle = (seen: Seen, response: ServerResponse) => void

export const TOKEN = "tok_0123456789abcdef"
export const fast = Gate.layerOpen("acme")

/** A server that remembers what it was asked. */
export const server = (handle: Handle) =>
  Effect.acquireRelease(
    Effect.async<{ readonly url: string; readonly seen: Array<Seen>; readonly stop: () => void }>((resume) => {
      const seen: Array<Seen> = []
      const host = createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("end", () => {
          const one = {
            method: request.method ?? "",
            url: request.url ?? "",
            headers: request.headers,
            body: Buffer.concat(chunks).toString("utf8")
          }
          seen.push(one)
          handle(one, response)
        })
      })
      const stop = () => {
        host.closeAllConnections()
        host.close()
      }
      host.listen(0, "127.0.0.1", () => {
        resume(Effect.succeed({ url: `http://127.0.0.1:${(host.address() as AddressInfo).port}`, seen, stop }))
      })
    }),
    ({ stop }) => Effect.sync(stop)
  )

export const json =
  (data: unknown, status = 200, headers: Record<string, string> = {}): Handle =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(data))
  }

export const connect = (baseUrl: string, more: Partial<Http.Options> = {}) =>
  Http.make({
    vendor: "acme",
    hosts: ["api.example.com"],
    baseUrl,
    authorize: Effect.succeed({ authorization: Redacted.make(`Bearer ${TOKEN}`) }),
    ...more
  })

export const failure = (effect: Effect.Effect<unknown, VendorError.VendorError>) =>
  Effect.map(Effect.flip(effect), (error) => ({ error, reason: error.reason, message: error.message }))
