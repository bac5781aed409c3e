/**
 * The daemon's Control for the commands on the same machine: HTTP on 127.0.0.1, any free port. Every request needs the
 * token of the control file. A web page cannot reach it: its Host would name another place (DNS rebinding), and a browser
 * says where a request comes from.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import { Verifier } from "@interchannel/connector"
import { Control, ControlError } from "@interchannel/runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FiberSet from "effect/FiberSet"
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { readBody } from "./body.ts"
import * as ControlFile from "./ControlFile.ts"
import * as ControlWire from "./ControlWire.ts"
import { type Listening, listen } from "./listen.ts"
import type { ServerError } from "./ServerError.ts"

const HOST = "127.0.0.1"
const BODY_BYTES_MAX = 64 * 1024

export interface Options {
  /** The folder of the store: the control file goes there. */
  readonly folder: string
  readonly token: Redacted.Redacted
  readonly pid: number
  readonly version: string
}

/** Serves until the scope closes; the control file is gone then. */
export const serve = (options: Options): Effect.Effect<{ readonly port: number }, ServerError, Control | Scope.Scope> =>
  Effect.gen(function* () {
    const control = yield* Control
    const run = yield* FiberSet.makeRuntime<never>()
    const listening: Listening = yield* listen(
      { host: HOST, port: 0 },
      (request, response) => {
        const refusal = refusalOf(request, listening.port, options.token)
        if (refusal !== undefined) return send(response, refusal.status, { error: refusal.error })
        readBody(request, BODY_BYTES_MAX, (body) => {
          if (body === "gone") return
          run(Effect.map(perform(control, request, body), ({ status, answer }) => send(response, status, answer)))
        })
      },
      "see that this machine has a loopback interface"
    )
    const file = { pid: options.pid, port: listening.port, token: options.token, version: options.version }
    yield* Effect.acquireRelease(ControlFile.write(options.folder, file), () =>
      ControlFile.remove(options.folder, file)
    )
    return { port: listening.port }
  })

// ---------------------------------------------------------------------------------------------------------------------

interface Reply {
  readonly status: number
  readonly answer: ControlWire.Answer
}

const refused = (what: string, remedy: string) => ControlWire.encodeError(new ControlError({ what, remedy }))

const refusalOf = (request: IncomingMessage, port: number, token: Redacted.Redacted) => {
  const hosts = [`${HOST}:${port}`, `localhost:${port}`]
  if (!hosts.includes(request.headers.host ?? "") || request.headers.origin !== undefined) {
    return { status: 403, error: refused("the request does not come from a command", "use `interchannel`") }
  }
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1]
  if (given === undefined || !Verifier.equal(given, Redacted.value(token))) {
    return { status: 401, error: refused("the token is not this daemon's", `read it from ${ControlFile.FILE_NAME}`) }
  }
  if (request.method !== "POST") return { status: 405, error: refused("every operation is a POST", "use POST") }
  return undefined
}

const perform = (
  control: ControlWire.ControlOperations,
  request: IncomingMessage,
  body: Uint8Array | "too large"
): Effect.Effect<Reply> => {
  const bad = (status: number, what: string, remedy: string) =>
    Effect.succeed({ status, answer: { error: refused(what, remedy) } })
  if (body === "too large") return bad(413, `arguments have at most ${BODY_BYTES_MAX} bytes`, "send less")
  const name = (request.url ?? "").startsWith(ControlWire.BASE) ? request.url!.slice(ControlWire.BASE.length) : ""
  const operation = ControlWire.find(name)
  if (operation === undefined) {
    return bad(404, "this daemon does not know the operation", "use the command of the daemon's own version")
  }
  const decoded = Schema.decodeUnknownEither(Schema.parseJson(operation.arguments))(Buffer.from(body).toString("utf8"))
  if (Either.isLeft(decoded)) {
    return bad(
      400,
      `the arguments do not fit: ${ParseResult.TreeFormatter.formatErrorSync(decoded.left)}`,
      "correct them"
    )
  }
  return operation.run(control, decoded.right).pipe(
    Effect.map((value): Reply => ({ status: 200, answer: { value: value ?? null } })),
    Effect.catchAll(
      (error): Effect.Effect<Reply> =>
        Effect.succeed({ status: 422, answer: { error: ControlWire.encodeError(error) } })
    ),
    Effect.catchAllCause((cause) =>
      Effect.as(Effect.logError(`control ${name} failed`, cause), {
        status: 500,
        answer: {
          error: refused(Cause.isInterrupted(cause) ? "the daemon is stopping" : "the daemon failed", "see its log")
        }
      } satisfies Reply)
    )
  )
}

const send = (response: ServerResponse, status: number, answer: ControlWire.Answer): void => {
  const body = JSON.stringify(answer)
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
  response.end(body)
}
