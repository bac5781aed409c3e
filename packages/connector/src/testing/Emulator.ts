/**
 * A stateful HTTP stand-in of a vendor, on 127.0.0.1 and a free port. Routes hold the vendor's behaviour; the log, the clock
 * and the faults are the same for all.
 *
 *   request ─► route found? ─► fault taken ─► refused? ─► handle ─► answer (cut, delayed or dropped by the fault)
 */
import * as Http from "node:http"
import type { AddressInfo, Socket } from "node:net"
import type { Duplex } from "node:stream"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as EmulatorClock from "./EmulatorClock.ts"
import { exchange, patternOf } from "./exchange.ts"
import * as Faults from "./Faults.ts"

/** The log keeps the latest so many calls … */
export const LOG_ENTRIES_MAX = 20_000
/** … and bodies of so many characters in all. */
export const LOG_CHARACTERS_MAX = 64 * 1024 * 1024

/** One request, as a route sees it. */
export interface Call {
  readonly method: string
  readonly path: string
  /** The pieces of the path that the route names, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  text(): string
  /** The body as JSON; `undefined` when it is empty or none. */
  json(): unknown
  /** The body as form fields. */
  form(): Readonly<Record<string, string>>
  /** Emulator time, epoch milliseconds. */
  readonly at: number
  /** A fault that only the vendor's state can express; the route acts on it. */
  readonly fault?: Faults.Fault
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON unless it is a string or bytes. */
  readonly body?: unknown
}

export interface Route {
  /** `"*"`: any. */
  readonly method: string
  /** `/api/:method`; a last piece `*` takes the rest. */
  readonly path: string
  /** The name used in the log and by faults; a function when it depends on the call. */
  readonly operation: string | ((call: Call) => string)
  readonly handle: (call: Call) => Reply | Promise<Reply>
}

/** One exchange as it went over the wire. */
export interface Logged {
  readonly at: number
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly query: string
  readonly requestType: string | undefined
  readonly request: string
  /** 0: the socket died without an answer. */
  readonly status: number
  readonly responseType: string | undefined
  readonly response: string
  /** The tag of the fault that shaped it. */
  readonly fault?: string
}

export type Upgrade = (request: Http.IncomingMessage, socket: Duplex, head: Buffer) => void

export interface Emulator {
  /** Without a slash at the end. */
  readonly url: string
  readonly clock: EmulatorClock.EmulatorClock
  readonly log: ReadonlyArray<Logged>
  readonly faults: Faults.Faults
  /** Takes over requests that ask for a WebSocket. */
  readonly host: { onUpgrade: Upgrade | undefined }
}

export interface Options {
  readonly name: string
  /** The first that fits wins. */
  readonly routes: ReadonlyArray<Route>
  readonly clock?: EmulatorClock.EmulatorClock
  readonly port?: number
  readonly upgrade?: Upgrade
  /** Answers in place of the route, when the call is not allowed. */
  readonly refuse?: (call: Call) => Reply | undefined
  /** The vendor's own 429. */
  readonly throttled?: (operation: string, retryAfterMs?: number) => Reply
  /** The vendor's own answer to credentials it does not accept. */
  readonly unauthorized?: (operation: string) => Reply
}

/** Listens until the scope closes; then every socket is gone too. */
export const start = (options: Options): Effect.Effect<Emulator, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(() => listen(options)),
      (running) => Effect.promise(running.close)
    ),
    (running) => running.emulator
  )

// ---------------------------------------------------------------------------------------------------------------------

interface Running {
  readonly emulator: Emulator
  readonly close: () => Promise<void>
}

const listen = (options: Options): Promise<Running> => {
  const log = makeLog()
  const faults = Faults.make()
  const clock = options.clock ?? EmulatorClock.system
  const host: Emulator["host"] = { onUpgrade: options.upgrade }
  const routes = options.routes.map((route) => ({ route, pattern: patternOf(route.path) }))
  const server = Http.createServer((request, response) => {
    exchange({ options, routes, faults, clock, log: log.add }, request, response).catch((cause: unknown) => {
      const detail = `${options.name} emulator failed at ${request.method} ${request.url}: ${cause instanceof Error ? cause.stack : String(cause)}`
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" })
      response.end(detail)
    })
  })
  const sockets = new Set<Socket>()
  server.on("connection", (socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
  })
  server.on("upgrade", (request, socket, head) => {
    if (host.onUpgrade === undefined) socket.destroy()
    else host.onUpgrade(request, socket, head)
  })
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(options.port ?? 0, "127.0.0.1", () => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      resolve({
        emulator: { url, clock, log: log.entries, faults, host },
        close: () =>
          new Promise((done) => {
            server.close(() => done())
            for (const socket of sockets) socket.destroy()
          })
      })
    })
  })
}

const makeLog = () => {
  const entries: Array<Logged> = []
  let characters = 0
  const sizeOf = (entry: Logged) => entry.request.length + entry.response.length
  return {
    entries: entries as ReadonlyArray<Logged>,
    add: (entry: Logged) => {
      entries.push(entry)
      characters += sizeOf(entry)
      while (entries.length > LOG_ENTRIES_MAX || (characters > LOG_CHARACTERS_MAX && entries.length > 1)) {
        characters -= sizeOf(entries.shift()!)
      }
    }
  }
}
