/** The Control of a daemon that runs on this machine, as if it were here: the same operations, the same errors. */
import * as Http from "node:http"
import { ControlError, type Models, type Report } from "@interchannel/runtime"
import type { StoreError } from "@interchannel/store"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as ControlFile from "./ControlFile.ts"
import * as ControlWire from "./ControlWire.ts"
import { ServerError } from "./ServerError.ts"

/** A plan over millions of rows takes a while; nothing takes longer than this. */
const CALL_TIMEOUT_MS = 120_000
const ANSWER_BYTES_MAX = 64 * 1024 * 1024

/** The daemon of the store in `folder`; `undefined` when none is running. Fails when one of another version is. */
export const find = (
  folder: string,
  version: string
): Effect.Effect<ControlWire.ControlOperations | undefined, ServerError> =>
  Effect.gen(function* () {
    const file = yield* ControlFile.read(folder)
    if (file === undefined || !(yield* answers(file))) return undefined
    if (file.version !== version) {
      return yield* new ServerError({
        what: `the running daemon is version ${file.version} and this command is ${version}`,
        remedy: "restart the daemon, or use the command it was started with"
      })
    }
    return make(file)
  })

export const make = (file: Pick<ControlFile.ControlFile, "port" | "token">): ControlWire.ControlOperations => {
  // What comes back was made by the same version's Control; it is data, and its shape is the interface's.
  const ask = <A>(operation: ControlWire.OperationName, args: unknown = {}) =>
    call(file, operation, args) as Effect.Effect<A, ControlError | StoreError>
  return {
    status: ask<Report.Status>("status"),
    doctor: ask<Report.Diagnosis>("doctor"),
    plan: (destination) => ask("plan", destination === undefined ? {} : { destination }),
    changes: (destination, after) => ask("changes", { destination, after }),
    approve: (destination, { all, by }) => ask("approve", { destination, all, by }),
    rewrite: (destination) => ask("rewrite", { destination }),
    pause: (destination) => Effect.asVoid(ask("pause", { destination })),
    resume: (destination) => Effect.asVoid(ask("resume", { destination })),
    prefer: (record, { by }) => Effect.asVoid(ask("prefer", { record, by })),
    explain: (ref) => ask("explain", { ref }),
    undo: (asked) => ask("undo", asked),
    who: (text) => ask("who", { text }),
    why: (a, b) => ask("why", { a, b }),
    merge: (a, b, word) => ask("merge", { a, b, ...word }),
    parting: (contacts) => ask("parting", { contacts }),
    unmerge: (contacts, word) => ask("unmerge", { contacts, ...word }),
    rule: (handle, use, word) => ask("rule", { handle, use, ...word }),
    decisions: ask("decisions"),
    revoke: (id, word) => Effect.asVoid(ask("revoke", { id, ...word })),
    models: ask<Models.Overview>("models"),
    model: (name) => ask("model", { name }),
    switchModel: (name, word) => Effect.asVoid(ask("switchModel", { name, ...word })),
    estimateModel: Effect.asVoid(ask("estimateModel")),
    questions: (asked) => ask("questions", asked),
    question: (id) => ask("question", { id }),
    decide: (id, { choice, by }) => ask("decide", { id, choice, by }),
    quarantine: (which) => ask("quarantine", which),
    release: (which) => ask("release", which),
    letGo: (which) => ask("letGo", which),
    rehearse: (connection, { state }) => ask("rehearse", { connection, state }),
    replay: (connection, { state }) => ask("replay", { connection, state }),
    erase: (who, { by }) => ask("erase", by === undefined ? { who } : { who, by }),
    erasures: ask<ReadonlyArray<Report.Erasure>>("erasures"),
    confirmErasure: (id, { by }) => ask("confirmErasure", { id, by }),
    readmit: (who) => ask("readmit", { who }),
    reload: ask("reload")
  }
}

// ---------------------------------------------------------------------------------------------------------------------

/** Is the port still that daemon's? Another program may have it since a daemon was killed; it does not know the token. */
const answers = (file: ControlFile.ControlFile): Effect.Effect<boolean> =>
  Effect.map(
    Effect.either(exchange(file, "", "{}")),
    (reply) => Either.isRight(reply) && reply.right.status === 404 && Either.isRight(decodeAnswer(reply.right.body))
  )

const decodeAnswer = Schema.decodeEither(Schema.parseJson(ControlWire.Answer))

const call = (
  file: Pick<ControlFile.ControlFile, "port" | "token">,
  operation: ControlWire.OperationName,
  args: unknown
): Effect.Effect<unknown, ControlError | StoreError> =>
  Effect.flatMap(exchange(file, operation, JSON.stringify(args)), ({ body }) => {
    const answer = decodeAnswer(body)
    if (Either.isLeft(answer)) {
      return new ControlError({ what: "the answer is not a daemon's", remedy: "restart the daemon" })
    }
    return "error" in answer.right
      ? Effect.fail(ControlWire.decodeError(answer.right.error))
      : Effect.succeed(answer.right.value)
  })

interface Reply {
  readonly status: number
  readonly body: string
}

const exchange = (
  file: Pick<ControlFile.ControlFile, "port" | "token">,
  operation: string,
  args: string
): Effect.Effect<Reply, ControlError> =>
  Effect.async((resume) => {
    const fail = (what: string, remedy: string) => resume(Effect.fail(new ControlError({ what, remedy })))
    const request = Http.request(
      {
        host: "127.0.0.1",
        port: file.port,
        path: ControlWire.BASE + operation,
        method: "POST",
        agent: false,
        timeout: CALL_TIMEOUT_MS,
        headers: {
          authorization: `Bearer ${Redacted.value(file.token)}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(args)
        }
      },
      (response) => {
        const chunks: Array<Uint8Array> = []
        let size = 0
        response.on("data", (chunk: Uint8Array) => {
          size += chunk.length
          if (size <= ANSWER_BYTES_MAX) chunks.push(chunk)
          else request.destroy(new Error(`its answer has more than ${ANSWER_BYTES_MAX} bytes`))
        })
        response.on("end", () =>
          resume(Effect.succeed({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }))
        )
        response.on("error", (cause) => fail(`the daemon broke off: ${cause.message}`, "see its log"))
      }
    )
    request.on("timeout", () => request.destroy(new Error(`no answer within ${CALL_TIMEOUT_MS / 1000} s`)))
    request.on("error", (cause) =>
      fail(`the daemon does not answer: ${cause.message}`, "see its log, or start it again")
    )
    request.end(args)
    return Effect.sync(() => request.destroy())
  })
