/** An HTTP server of ours: bounded headers, times and connections, and a shutdown that lets answers under way finish. */
import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { ServerError } from "./ServerError.ts"

const HEADER_BYTES_MAX = 16 * 1024
const CONNECTIONS_MAX = 1024
/** A request must have arrived whole within this time, its headers within half of it. */
const REQUEST_TIMEOUT_MS = 20_000
/** Longer than the idle time of usual reverse proxies (60 s), so that they never write into a socket we just closed. */
const KEEP_ALIVE_MS = 65_000
/** Answers under way get so long at shutdown. */
export const DRAIN_MS = 5_000

export interface Address {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
}

export interface Listening {
  readonly host: string
  readonly port: number
  /** True from the moment the shutdown begins. */
  readonly draining: () => boolean
}

/** Serves until the scope closes. `remedy` says what to do when the address cannot be had. */
export const listen = (
  address: Address,
  handle: (request: Http.IncomingMessage, response: Http.ServerResponse) => void,
  remedy: string
): Effect.Effect<Listening, ServerError, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(open(address, handle, remedy), (opened) => Effect.promise(() => opened.close())),
    ({ listening }) => listening
  )

// ---------------------------------------------------------------------------------------------------------------------

interface Opened {
  readonly listening: Listening
  readonly close: () => Promise<void>
}

const open = (address: Address, handle: Http.RequestListener, remedy: string): Effect.Effect<Opened, ServerError> =>
  Effect.async((resume) => {
    let draining = false
    const server = Http.createServer(
      {
        maxHeaderSize: HEADER_BYTES_MAX,
        requestTimeout: REQUEST_TIMEOUT_MS,
        headersTimeout: REQUEST_TIMEOUT_MS / 2,
        keepAliveTimeout: KEEP_ALIVE_MS
      },
      (request, response) => {
        // A socket that falls idle after the shutdown began would hold it up until the keep-alive time is over.
        response.on("close", () => {
          if (draining) setImmediate(() => server.closeIdleConnections())
        })
        handle(request, response)
      }
    )
    server.maxConnections = CONNECTIONS_MAX
    const close = () =>
      new Promise<void>((done) => {
        draining = true
        const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
        server.close(() => {
          clearTimeout(late)
          done()
        })
        server.closeIdleConnections()
      })
    server.once("error", (cause: NodeJS.ErrnoException) => resume(Effect.fail(refused(address, cause, remedy))))
    server.listen(address.port, address.host, () => {
      const { port } = server.address() as AddressInfo
      resume(Effect.succeed({ listening: { host: address.host, port, draining: () => draining }, close }))
    })
  })

const refused = (address: Address, cause: NodeJS.ErrnoException, remedy: string): ServerError => {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: "another program uses it",
    EACCES: "this user may not use it",
    EADDRNOTAVAIL: "this machine has no such address",
    ENOTFOUND: "this machine has no such address"
  }
  const why = reasons[cause.code ?? ""] ?? cause.message
  return new ServerError({ what: `cannot listen on ${address.host} port ${address.port}: ${why}`, remedy })
}
