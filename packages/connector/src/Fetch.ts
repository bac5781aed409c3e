/**
 * `fetch` for a vendor's SDK: the vendor's hosts only, redirects at home only, bodies up to a limit, over sockets that
 * end with the scope. Quota, deadline and repetition are not its business: wrap the SDK's calls with the Gate and switch
 * the SDK's own retries off. Rejections are the SDK's to wrap; `Http.wasSent` sees through that.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Scope from "effect/Scope"
import { FormData as Form, type RequestInit as Init, Response as Answer, fetch as undiciFetch } from "undici"
import * as HostList from "./HostList.ts"
import * as outbound from "./outbound.ts"
import type { VendorError } from "./VendorError.ts"

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

interface Options {
  readonly vendor: string
  /** As in `HostList`. */
  readonly hosts: ReadonlyArray<string>
  readonly baseUrl: string
  readonly bodyMax?: number
}

/** Fails with `Misconfigured` when the base URL is none of the vendor's. */
export const fetchThrough = (options: Options): Effect.Effect<Fetch, VendorError, Scope.Scope> =>
  Effect.gen(function* () {
    const { hosts } = yield* HostList.make(options)
    const dispatcher = yield* outbound.acquire
    const bytesMax = options.bodyMax ?? outbound.BODY_MAX
    const visit = async (url: string | URL, init: RequestInit, redirects: number): Promise<Response> => {
      const target = Either.getOrThrowWith(
        HostList.check(hosts, String(url)),
        (problem) => new TypeError(`${options.vendor}: not called: ${problem}`)
      )
      const answer = await undiciFetch(target, { ...foreign(init), dispatcher, redirect: "manual" })
      const location = answer.headers.get("location")
      if (answer.status < 300 || answer.status > 399 || location === null || init.redirect === "manual") {
        return limited(answer, bytesMax)
      }
      await answer.body?.cancel()
      const next = URL.canParse(location, target.href) ? new URL(location, target) : undefined
      const safe = init.method === undefined || init.method === "GET" || init.method === "HEAD"
      if (init.redirect !== "error" && next?.origin === target.origin && safe && redirects < outbound.REDIRECTS_MAX) {
        return visit(next, init, redirects + 1)
      }
      throw new TypeError(`${options.vendor}: not followed: a redirect to ${next?.host ?? "no URL"}`)
    }
    return (url, init = {}) => visit(url, init, 0)
  })

// ---------------------------------------------------------------------------------------------------------------------

/** Statuses whose answers may not have a body (Fetch standard, "null body status"). */
const bodiless = new Set([101, 103, 204, 205, 304])

const limited = (answer: Awaited<ReturnType<typeof undiciFetch>>, bytesMax: number): Response => {
  let bytes = 0
  const counted = answer.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        bytes += chunk.byteLength
        if (bytes > bytesMax) controller.error(new TypeError(`the answer is longer than ${bytesMax} bytes`))
        else controller.enqueue(chunk)
      }
    })
  )
  const { status, statusText, headers } = answer
  const body = bodiless.has(status) ? null : (counted ?? null)
  return new Answer(body, { status, statusText, headers }) as unknown as Response
}

/** The standard's options as undici's; it knows its own FormData only, and SDKs make the global one. */
const foreign = (init: RequestInit): Init => {
  if (!(init.body instanceof FormData)) return init as unknown as Init
  const form = new Form()
  for (const [name, value] of init.body.entries()) {
    if (typeof value === "string") form.append(name, value)
    else form.append(name, value, value.name)
  }
  return { ...(init as unknown as Init), body: form }
}
