/** A webhook receiver and a mail server on loopback, that can be told to refuse. */
import { createHmac } from "node:crypto"
import { createServer as createHttp, type Server as HttpServer } from "node:http"
import { type AddressInfo, createServer, type Server } from "node:net"
import { Effect } from "effect"

const listening = <S extends HttpServer | Server>(server: S) =>
  Effect.acquireRelease(
    Effect.async<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () => Effect.sync(() => server.close())
  )

export const SECRET = "an invented secret of thirty-two"

export interface Posted {
  readonly id: string
  readonly genuine: boolean
  readonly body: { readonly subject: string; readonly text: string; readonly raised: ReadonlyArray<{ key: string }> }
}

export const webhookReceiver = Effect.gen(function* () {
  const posts: Array<Posted> = []
  const answers: Array<number> = []
  const server = createHttp((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString()
      const header = (name: string) => String(request.headers[`webhook-${name}`])
      const signed = createHmac("sha256", SECRET).update(`${header("id")}.${header("timestamp")}.${text}`)
      const genuine = header("signature") === `v1,${signed.digest("base64")}`
      posts.push({ id: header("id"), genuine, body: JSON.parse(text) as Posted["body"] })
      response.writeHead(answers.shift() ?? 204).end()
    })
  })
  const port = yield* listening(server)
  return { url: `http://127.0.0.1:${port}/hooks/ops`, posts, answers }
})

/** Speaks as much SMTP (RFC 5321) as taking a mail needs. */
export const mailServer = Effect.gen(function* () {
  const mails: Array<string> = []
  const server = createServer((socket) => {
    let mail: string | undefined
    let rest = ""
    socket.write("220 mail.example.com\r\n")
    socket.on("error", () => socket.destroy())
    socket.on("data", (chunk) => {
      const lines = (rest + chunk.toString()).split("\r\n")
      rest = lines.pop() ?? ""
      for (const line of lines) {
        if (mail !== undefined && line !== ".") mail += `${line}\n`
        else if (mail !== undefined) {
          mails.push(mail)
          mail = undefined
          socket.write("250 taken\r\n")
        } else if (line === "DATA") {
          mail = ""
          socket.write("354 go on\r\n")
        } else if (line === "QUIT") socket.end("221 bye\r\n")
        else socket.write("250 mail.example.com\r\n")
      }
    })
  })
  const port = yield* listening(server)
  return { url: `smtp://127.0.0.1:${port}`, mails }
})
