/** A request's body, whole or not at all. */
import type { IncomingMessage } from "node:http"

/** `too large`: the rest is dropped. `gone`: the sender went away. */
export type Body = Uint8Array | "too large" | "gone"

/** Calls back once. A length stated beforehand is refused before anything is read. */
export const readBody = (request: IncomingMessage, bytesMax: number, done: (body: Body) => void): void => {
  const stated = Number(request.headers["content-length"] ?? 0)
  if (stated > bytesMax) {
    done("too large")
    return
  }
  const chunks: Array<Uint8Array> = []
  let size = 0
  let open = true
  const finish = (body: Body) => {
    if (!open) return
    open = false
    done(body)
  }
  request.on("data", (chunk: Uint8Array) => {
    size += chunk.length
    if (size <= bytesMax) {
      chunks.push(chunk)
      return
    }
    // The rest is still read and dropped, or the sender would see a broken pipe instead of the 413.
    chunks.length = 0
    finish("too large")
  })
  request.on("end", () => finish(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
  request.on("error", () => finish("gone"))
  request.on("close", () => finish("gone"))
}
