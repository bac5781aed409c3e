/** Socket Mode: events over WebSockets that the app opened with a ticket, each to one of them, again until acknowledged. */
import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import type { EmulatorClock } from "@interchannel/connector/testing"
import { type WebSocket, WebSocketServer } from "ws"
import type { Install, Told } from "./State.ts"
import type { World } from "./World.ts"

/** Slack's: up to so many sockets an app. */
const SOCKETS_MAX = 10
/** Slack tries for about so long to deliver an event; a socket that opens meanwhile gets it. */
const RETRIES_FOR_MS = 6 * 60_000

interface Open {
  readonly socket: WebSocket
  readonly team: string
}

export class Sockets {
  private readonly world: World
  private readonly clock: EmulatorClock.EmulatorClock
  private readonly server = new WebSocketServer({ noServer: true })
  private readonly tickets = new Map<string, string>()
  private readonly open: Array<Open> = []
  /** Sent and not acknowledged, by envelope id. */
  private readonly waiting = new Map<string, { readonly told: Told; attempts: number }>()
  private drawn = 0
  private noted: number

  constructor(world: World, clock: EmulatorClock.EmulatorClock) {
    this.world = world
    this.clock = clock
    this.noted = world.state.told.length
    world.outbox.hear(() => this.send())
  }

  /** The path and query of a one-time URL. */
  ticket(install: Install): string {
    this.drawn += 1
    const ticket = `ticket-${install.team}-${this.drawn}`
    this.tickets.set(ticket, install.team)
    return `/link/?ticket=${ticket}`
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const ticket = new URL(request.url ?? "/", "http://emulator").searchParams.get("ticket") ?? ""
    const team = this.tickets.get(ticket)
    this.tickets.delete(ticket)
    if (team === undefined || this.of(team).length >= SOCKETS_MAX) {
      socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n")
      return
    }
    this.server.handleUpgrade(request, socket, head, (opened) => this.greet({ socket: opened, team }))
  }

  /** Slack takes the sockets of a workspace down; `link_disabled` means for good. */
  disconnect(team: string, reason: "warning" | "refresh_requested" | "link_disabled"): void {
    for (const { socket } of this.of(team)) {
      socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "emulator" } }))
      socket.close()
    }
  }

  /** The sockets die without a word. */
  cut(team: string): void {
    for (const { socket } of this.of(team)) socket.terminate()
  }

  /** Sends again what was not acknowledged. */
  resend(): void {
    for (const [id, { told, attempts }] of this.waiting) this.give(id, told, attempts + 1)
  }

  connected(team: string): number {
    return this.of(team).length
  }

  close(): void {
    for (const { socket } of this.open) socket.terminate()
    this.server.close()
  }

  private of(team: string): ReadonlyArray<Open> {
    return this.open.filter((one) => one.team === team)
  }

  private greet(opened: Open): void {
    const { socket } = opened
    this.open.push(opened)
    socket.on("close", () => void this.open.splice(this.open.indexOf(opened), 1))
    socket.on("message", (data) => {
      const { envelope_id: id } = JSON.parse(String(data)) as { readonly envelope_id?: string }
      const waiting = id === undefined ? undefined : this.waiting.get(id)
      if (id === undefined || waiting === undefined) return
      waiting.told.delivered = true
      this.waiting.delete(id)
    })
    socket.send(
      JSON.stringify({
        type: "hello",
        connection_info: { app_id: this.world.state.installs.find(({ team }) => team === opened.team)?.appId },
        num_connections: this.of(opened.team).length,
        debug_info: { host: "emulator", approximate_connection_time: 18_060 }
      })
    )
    const waiting = new Map([...this.waiting].map(([id, { told, attempts }]) => [told, { id, attempts }]))
    const since = this.clock.now() - RETRIES_FOR_MS
    for (const told of this.world.state.told) {
      if (told.delivered || told.team !== opened.team || told.at < since) continue
      const before = waiting.get(told)
      if (before === undefined) this.begin(told)
      else this.give(before.id, told, before.attempts + 1)
    }
  }

  private send(): void {
    const { told } = this.world.state
    for (const one of told.slice(Math.min(this.noted, told.length - 1))) {
      if (!one.delivered && this.of(one.team).length > 0) this.begin(one)
    }
    this.noted = told.length
  }

  private begin(told: Told): void {
    this.drawn += 1
    this.give(`envelope-${this.drawn}`, told, 0)
  }

  private give(id: string, told: Told, attempts: number): void {
    const sockets = this.of(told.team)
    const chosen = sockets[this.drawn % Math.max(1, sockets.length)]
    this.waiting.set(id, { told, attempts })
    chosen?.socket.send(
      JSON.stringify({
        envelope_id: id,
        type: "events_api",
        accepts_response_payload: false,
        retry_attempt: attempts,
        retry_reason: attempts === 0 ? "" : "timeout",
        payload: told.body
      })
    )
  }
}
