/**
 * A process that pushes signed webhooks over kept-open connections, one under way on each, and reports what it saw.
 * Arguments: intake URL, connections, milliseconds, a word that no other round has.
 */
import { createHmac } from "node:crypto"
import { connect } from "node:net"
import { SECRET } from "../test/fixtures.ts"

const PATH = "/webhooks/pager-eu/events"
const BODY_BYTES = 940

export interface Load {
  readonly taken: number
  readonly refused: number
  readonly ms: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const [url = "", connections = "64", ms = "5000", word = ""] = process.argv.slice(2)
const { hostname, port } = new URL(url)
const filling = "x".repeat(BODY_BYTES)
const latencies: Array<number> = []
let refused = 0
let serial = 0

const request = (): string => {
  const body = `{"id":"${word}-${++serial}","text":"${filling}`.slice(0, BODY_BYTES - 2) + '"}'
  const signature = createHmac("sha256", SECRET).update(`POST ${url}${PATH}\n${body}`).digest("hex")
  return `POST ${PATH} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\nx-signature: ${signature}\r\ncontent-length: ${BODY_BYTES}\r\n\r\n${body}`
}

const one = (endsAt: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let sentAt = 0
    let heard = ""
    const send = () => {
      sentAt = performance.now()
      socket.write(request())
    }
    socket.setNoDelay(true)
    socket.on("connect", send)
    socket.on("error", reject)
    socket.on("data", (chunk) => {
      heard += chunk.toString("latin1")
      const head = heard.indexOf("\r\n\r\n")
      if (head === -1) return
      const length = Number(/content-length: (\d+)/i.exec(heard)?.[1] ?? 0)
      if (heard.length < head + 4 + length) return
      if (heard.startsWith("HTTP/1.1 200")) latencies.push(performance.now() - sentAt)
      else refused += 1
      heard = ""
      if (performance.now() < endsAt) send()
      else socket.end(resolve)
    })
  })

const begunAt = performance.now()
await Promise.all(Array.from({ length: Number(connections) }, () => one(begunAt + Number(ms))))
const took = performance.now() - begunAt
latencies.sort((a, b) => a - b)
const quantile = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
const report: Load = { taken: latencies.length, refused, ms: took, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
process.send?.(report)
process.disconnect?.()
