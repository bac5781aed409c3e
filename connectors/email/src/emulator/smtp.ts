/** As much of SMTP (RFC 5321) as a mail needs to go out. */
import type { Socket } from "node:net"
import type { Faults } from "@interchannel/connector/testing"
import { exchange, reader, type Trouble } from "./lines.ts"
import type { Account, World } from "./World.ts"

export const serve =
  (world: World, trouble: Trouble) =>
  async (socket: Socket): Promise<void> => {
    const input = reader(socket)
    let account: Account | undefined
    let from = ""
    let to: Array<string> = []
    const say = (text: string) => socket.write(`${text}\r\n`)
    say("220 mail.example.com ESMTP")
    for (;;) {
      const line = await input.line()
      const verb = line.split(" ")[0]!.toUpperCase()
      if (verb === "EHLO" || verb === "HELO") say("250-mail.example.com\r\n250-8BITMIME\r\n250 AUTH PLAIN")
      else if (verb === "AUTH") {
        const [, user, password] = Buffer.from(line.split(" ")[2] ?? "", "base64")
          .toString("utf8")
          .split("\0")
        await exchange(socket, trouble, {
          operation: "smtp.login",
          request: line,
          refuse: refusal(line),
          answer: () => {
            account = world.state.accounts.find((one) => one.user === user && one.password === password && !one.revoked)
            return account === undefined ? "535 5.7.8 wrong user or password\r\n" : "235 2.7.0 welcome\r\n"
          }
        })
      } else if (verb === "MAIL") {
        from = addressIn(line)
        to = []
        say(account === undefined ? "530 5.7.0 log in first" : "250 2.1.0 fine")
      } else if (verb === "RCPT") {
        to.push(addressIn(line))
        say("250 2.1.5 fine")
      } else if (verb === "DATA") {
        say("354 go on")
        const raw = await message(input.line)
        await exchange(socket, trouble, {
          operation: "smtp.send",
          request: raw,
          refuse: refusal(raw),
          answer: () => {
            world.send(account!, from, to, raw)
            return "250 2.0.0 taken\r\n"
          }
        })
      } else if (verb === "QUIT") {
        socket.end("221 2.0.0 bye\r\n")
        return
      } else say("250 2.0.0 fine")
    }
  }

// ---------------------------------------------------------------------------------------------------------------------

const LINES_MAX = 100_000

const addressIn = (line: string): string => /<([^>]*)>/.exec(line)?.[1]?.toLowerCase() ?? ""

const message = async (next: () => Promise<string>): Promise<string> => {
  const lines: Array<string> = []
  for (let count = 0; count < LINES_MAX; count++) {
    const line = await next()
    if (line === ".") return `${lines.join("\r\n")}\r\n`
    lines.push(line.startsWith(".") ? line.slice(1) : line)
  }
  throw new Error(`a mail has more than ${LINES_MAX} lines`)
}

const refusal =
  (text: string) =>
  (fault: Faults.Fault): string | undefined => {
    switch (fault._tag) {
      case "status":
        return `451 4.3.0 ${fault.status}\r\n`
      case "throttle":
        return "450 4.7.0 too many mails, try again later\r\n"
      case "unauthorized":
        return "535 5.7.8 not you\r\n"
      case "echo":
        return `554 5.0.0 cannot read ${text.replaceAll("\r\n", " ")}\r\n`
      default:
        return undefined
    }
  }
