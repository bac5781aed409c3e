/** A line protocol over TCP with faults: what IMAP and SMTP have in common. */
import { createServer, type AddressInfo, type Server, type Socket } from "node:net"
import type { Emulator, EmulatorClock, Faults } from "@interchannel/connector/testing"
import { Faults as FaultsModule } from "@interchannel/connector/testing"

const LOG_MAX = 20_000
const LINE_BYTES_MAX = 32 * 1024 * 1024

export interface Trouble {
  readonly clock: EmulatorClock.EmulatorClock
  readonly faults: Faults.Faults
  readonly log: Array<Emulator.Logged>
}

export const trouble = (clock: EmulatorClock.EmulatorClock): Trouble => ({
  clock,
  faults: FaultsModule.make(),
  log: []
})

export interface Exchange {
  readonly operation: string
  readonly request: string
  /** The protocol's own words for a fault that any server can have. */
  readonly refuse: (fault: Faults.Fault) => string | undefined
  readonly answer: (fault: Faults.Fault | undefined) => string
}

/** Answers one command, unless something goes wrong. */
export const exchange = async (socket: Socket, { clock, faults, log }: Trouble, one: Exchange): Promise<void> => {
  const fault = faults.take(one.operation)
  if (fault?._tag === "delay") await new Promise((resolve) => setTimeout(resolve, fault.ms))
  const response = fault?._tag === "reset" ? "" : ((fault && one.refuse(fault)) ?? one.answer(fault))
  const isCut = fault?._tag === "malformed"
  const isSilent = fault?._tag === "reset" || fault?._tag === "timeoutAfterCommit"
  log.push({
    at: clock.now(),
    operation: one.operation,
    method: one.operation.toUpperCase(),
    path: "/",
    query: "",
    requestType: undefined,
    request: one.request,
    status: isSilent ? 0 : 200,
    responseType: undefined,
    response: isSilent ? "" : response,
    ...(fault === undefined ? {} : { fault: fault._tag })
  })
  if (log.length > LOG_MAX) log.shift()
  if (isSilent) socket.destroy()
  else if (isCut) socket.end(response.slice(0, Math.floor(response.length / 2)), "latin1", () => socket.destroy())
  else socket.write(response, "latin1")
}

/** Hands on what arrives, line by line or as many bytes as `bytes` asks for; each piece waits for the one before. */
export interface Reader {
  readonly line: () => Promise<string>
  readonly bytes: (count: number) => Promise<string>
}

export const reader = (socket: Socket): Reader => {
  let buffer = ""
  let ended = false
  let wake: (() => void) | undefined
  socket.setEncoding("latin1")
  socket.on("data", (chunk: string) => {
    buffer += chunk
    if (buffer.length > LINE_BYTES_MAX) socket.destroy()
    wake?.()
  })
  socket.on("close", () => {
    ended = true
    wake?.()
  })
  socket.on("error", () => socket.destroy())
  const until = async (length: () => number): Promise<string> => {
    for (;;) {
      const count = length()
      if (count >= 0) {
        const piece = buffer.slice(0, count)
        buffer = buffer.slice(count)
        return piece
      }
      if (ended) throw new Error("the client has gone")
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    line: async () => (await until(() => (buffer.includes("\r\n") ? buffer.indexOf("\r\n") + 2 : -1))).slice(0, -2),
    bytes: (count) => until(() => (buffer.length >= count ? count : -1))
  }
}

export interface Listening {
  readonly port: number
  /** Ends every connection; the server goes on. */
  readonly drop: () => void
  readonly close: () => Promise<void>
}

export const listen = (session: (socket: Socket) => Promise<void>, port = 0): Promise<Listening> => {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    session(socket).catch(() => socket.destroy())
  })
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, "127.0.0.1", () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        drop,
        close: () =>
          new Promise((done) => {
            server.close(() => done())
            drop()
          })
      })
    )
  })
}
