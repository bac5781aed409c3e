/**
 * The page behind the link under an entry: what came before and after it, and "Wrong person? Not here?". Looking at it changes
 * nothing, since mail scanners and previews open every link; sending its form takes the entry off the records that were ticked,
 * for good.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import { Around, EntryLink, type EntryTitle, Misplaced } from "@interchannel/runtime"
import { Signature } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"
import { readBody } from "./body.ts"
import { askPage, headers, sayPage } from "./entry/html.ts"
import { type Chosen, wordsFor } from "./entry/words.ts"

const FORM_BYTES_MAX = 16 * 1024
const NAME_LENGTH_MAX = 80

/** Answers a request whose path is below `EntryLink.BASE`. */
export type EntryPage = (request: IncomingMessage, response: ServerResponse, path: string) => void

export const make = (
  reader: () => EntryTitle.Reader
): Effect.Effect<EntryPage, never, Misplaced.Services | Signature.Signature | Scope.Scope> =>
  Effect.gen(function* () {
    const run = yield* FiberSet.makeRuntime<Misplaced.Services | Signature.Signature>()
    const answer = (
      request: IncomingMessage,
      response: ServerResponse,
      work: Effect.Effect<Page, unknown, Services>
    ) => {
      const chosen = wordsFor(request.headers["accept-language"])
      const safe = Effect.catchAllCause(work, (cause) =>
        Effect.as(Effect.logError("the page of an entry failed", cause), {
          status: 500,
          html: sayPage(chosen, [chosen.words.failed])
        })
      )
      run(Effect.map(safe, (page) => send(request, response, page)))
    }
    return (request, response, path) => {
      const chosen = wordsFor(request.headers["accept-language"])
      if (request.method === "GET" || request.method === "HEAD") {
        answer(request, response, look(path, chosen, reader()))
      } else if (request.method === "POST") {
        readBody(request, FORM_BYTES_MAX, (body) => {
          if (body === "gone") return
          const form = new URLSearchParams(body === "too large" ? "" : Buffer.from(body).toString("utf8"))
          answer(request, response, take(path, form, chosen, reader()))
        })
      } else {
        response.setHeader("allow", "GET, HEAD, POST")
        send(request, response, { status: 405, html: sayPage(chosen, [chosen.words.unknown]) })
      }
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

type Services = Misplaced.Services | Signature.Signature

interface Page {
  readonly status: number
  readonly html: string
}

const unknown = (chosen: Chosen): Page => ({ status: 404, html: sayPage(chosen, [chosen.words.unknown]) })

const look = (path: string, chosen: Chosen, reader: EntryTitle.Reader, problem?: string) =>
  Effect.gen(function* () {
    const signer = yield* Signature.Signature
    const key = EntryLink.entryOf(signer, path)
    const entry = key === undefined ? undefined : yield* Misplaced.look(key, reader)
    if (key === undefined || entry === undefined) return unknown(chosen)
    const token = EntryLink.form(signer, key, yield* Clock.currentTimeMillis)
    const around = yield* Around.look(key, reader)
    const html = askPage(chosen, { entry, around, token, ...(problem === undefined ? {} : { problem }) })
    return { status: problem === undefined ? 200 : 422, html }
  })

const take = (path: string, form: URLSearchParams, chosen: Chosen, reader: EntryTitle.Reader) =>
  Effect.gen(function* () {
    const signer = yield* Signature.Signature
    const key = EntryLink.entryOf(signer, path)
    const entry = key === undefined ? undefined : yield* Misplaced.look(key, reader)
    if (key === undefined || entry === undefined) return unknown(chosen)
    const now = yield* Clock.currentTimeMillis
    if (EntryLink.judgeForm(signer, key, form.get("token") ?? "", now) !== "good") {
      // A forged form and one that was open for too long are told the same: look again.
      return { status: 403, html: sayPage(chosen, [chosen.words.expired], { href: path, label: chosen.words.again }) }
    }
    const ticked = new Set(form.getAll("contact"))
    const contacts = entry.records.map(({ contact }) => contact).filter((contact) => ticked.has(contact))
    if (contacts.length === 0) {
      // Somebody else may have been quicker: nothing is left to tick then.
      return yield* look(path, chosen, reader, entry.records.length === 0 ? undefined : chosen.words.chooseFirst)
    }
    const by = (form.get("by") ?? "").trim().slice(0, NAME_LENGTH_MAX)
    const whose = by === "" ? "a reader of the entry" : by
    yield* Misplaced.hold(key, contacts, whose)
    if (form.get("apart") === "yes") yield* Misplaced.part(key, contacts, whose)
    return { status: 200, html: sayPage(chosen, [chosen.words.done, chosen.words.doneExplained]) }
  })

const send = (request: IncomingMessage, response: ServerResponse, { status, html }: Page): void => {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(html), vary: "accept-language" })
  response.end(request.method === "HEAD" ? undefined : html)
}
