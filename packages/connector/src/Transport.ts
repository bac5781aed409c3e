/** What carries a request to a vendor, once, and brings the answer back: our own sockets, or a vendor's client library. */
import { promisify } from "node:util"
import { gunzip } from "node:zlib"
import { type Dispatcher, request as send } from "undici"

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE"

export interface Outgoing {
  readonly url: URL
  readonly method: Method
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string | undefined
}

/** Names of headers are in lower case, and `content-encoding` is absent where it is undone already. */
export interface Incoming {
  /** Where the answer came from in the end; absent: from where it was asked for. */
  readonly url?: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array>
}

/** Rejects when the connection breaks; what it rejects with may quote the request. */
export type Transport = (request: Outgoing, signal: AbortSignal) => Promise<Incoming>

/** Over sockets of ours. No redirect is followed. */
export const over =
  (dispatcher: Dispatcher, timeoutMs: number): Transport =>
  async ({ url, method, headers, body }, signal) => {
    const timeouts = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs }
    const response = await send(url, { dispatcher, signal, method, headers, body: body ?? null, ...timeouts })
    return { status: response.statusCode, headers: flattened(response.headers), body: response.body }
  }

/** The answer is longer than it may be. */
export class TooLong extends Error {}

/** The whole body; of a failure as much as there is room for. Rejects with `TooLong`, and when the connection breaks. */
export const read = async ({ status, headers, body }: Incoming, bytesMax: number): Promise<Uint8Array> => {
  const failed = status >= 400
  const chunks: Array<Uint8Array> = []
  let bytes = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    bytes += chunk.length
    // Leaving the loop destroys the body, and with it the socket.
    if (bytes > bytesMax) break
  }
  if (bytes > bytesMax && !failed) throw tooLong(bytesMax)
  const whole = Buffer.concat(chunks)
  if (headers["content-encoding"] !== "gzip") return whole
  return gunzipped(whole, { maxOutputLength: bytesMax }).catch((error: NodeJS.ErrnoException) => {
    if (failed) return whole.subarray(0, 0)
    throw error.code === "ERR_BUFFER_TOO_LARGE" ? tooLong(bytesMax) : error
  })
}

// ---------------------------------------------------------------------------------------------------------------------

const gunzipped = promisify(gunzip)

const tooLong = (bytesMax: number) =>
  new TooLong(`the answer is longer than ${bytesMax} bytes; ask for smaller pages or raise bodyMax`)

const flattened = (headers: Dispatcher.ResponseData["headers"]): Incoming["headers"] =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value]]
    )
  )
