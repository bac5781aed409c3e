/** A vendor's answer over HTTP, and what a status means where the vendor says nothing else. */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import {
  decoded,
  Gone,
  Malformed,
  make as makeError,
  RateLimited,
  type Reason,
  Rejected,
  Unauthorized,
  Unavailable,
  type VendorError
} from "./VendorError.ts"

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case; a repeated header is joined with ", ". */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly text: () => string
  /** The body as JSON, `undefined` for 204, which has none; `Malformed` when it is something else. */
  readonly json: () => Effect.Effect<unknown, VendorError>
  /** The JSON by a schema; `Malformed`, naming the field, when it does not fit. */
  readonly decoded: <A, I>(schema: Schema.Schema<A, I>) => Effect.Effect<A, VendorError>
}

/** What can be said about an answer without any vendor's own rules; `body` may be cut off. */
export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
}

/** A vendor that asks for more is asked again after so long. */
export const RETRY_AFTER_MS_MAX = 86_400_000
const CODE_LENGTH_MAX = 80
const DETAIL_LENGTH_MAX = 300

export const make = (
  vendor: string,
  operation: string,
  answered: Pick<HttpAnswer, "status" | "headers" | "body">
): HttpAnswer => {
  const text = () => Buffer.from(answered.body).toString("utf8")
  const json = () =>
    Effect.try({
      try: (): unknown => (answered.status === 204 ? undefined : JSON.parse(text())),
      catch: () => makeError(vendor, operation, new Malformed({ detail: notJson(answered.headers, text()) }))
    })
  return {
    ...answered,
    text,
    json,
    decoded: (schema) => Effect.flatMap(json(), decoded(vendor, operation, schema))
  }
}

/**
 * The reason for a failed call, `undefined` for 2xx. 408 and 5xx leave open whether a request that changes something was
 * done; 423 and 425 refuse before doing anything (RFC 9110 §15, RFC 4918 §11.3, RFC 8470 §5.2).
 */
export const reasonOf = (
  answered: Answered,
  request: { readonly method: string; readonly now: number }
): Reason | undefined => {
  const { status } = answered
  if (status >= 200 && status < 300) return undefined
  const retryAfterMs = retryAfter(answered.headers["retry-after"], request.now)
  const { code, detail } = complaint(answered)
  if (status === 429) return new RateLimited({ retryAfterMs })
  if (status === 401 || status === 403) return new Unauthorized({ detail })
  if (status === 404 || status === 410) return new Gone({ detail })
  if (status === 423 || status === 425) return new Unavailable({ detail, uncertain: false, retryAfterMs })
  if (status === 408 || status >= 500) {
    return new Unavailable({ detail, uncertain: changes(request.method), retryAfterMs })
  }
  return new Rejected({ code, detail })
}

/** May a request of this method have changed something? */
export const changes = (method: string): boolean => !["GET", "HEAD", "OPTIONS"].includes(method.toUpperCase())

/** `Retry-After` as milliseconds from `now`: seconds or an HTTP date (RFC 9110 §10.2.3); at most a day. */
export const retryAfter = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined || header.trim() === "") return undefined
  const seconds = Number(header)
  const waitMs = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000
  return Number.isFinite(waitMs) ? Math.min(Math.max(0, Math.ceil(waitMs)), RETRY_AFTER_MS_MAX) : undefined
}

// ---------------------------------------------------------------------------------------------------------------------

/** The vendor's own words: the fields in which most APIs put a code and a sentence. */
const complaint = ({ status, text }: Answered): { readonly code: string; readonly detail: string } => {
  const body = fieldsOf(parsed(text))
  const inner = fieldsOf(body["error"] ?? (Array.isArray(body["errors"]) ? body["errors"][0] : undefined))
  const code = firstText([inner["code"], inner["type"], body["code"], body["category"], body["error"], body["type"]])
  const said = firstText([inner["message"], body["message"], body["error_description"], body["detail"], body["title"]])
  return {
    code: oneLine(code ?? `HTTP ${status}`, CODE_LENGTH_MAX),
    detail: oneLine([`HTTP ${status}`, code, said].filter((it) => it !== undefined).join(", "), DETAIL_LENGTH_MAX)
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const fieldsOf = (data: unknown): Readonly<Record<string, unknown>> =>
  typeof data === "object" && data !== null ? { ...data } : {}

const firstText = (candidates: ReadonlyArray<unknown>): string | undefined =>
  candidates
    .filter((it) => (typeof it === "string" && it !== "") || typeof it === "number")
    .map(String)
    .at(0)

const oneLine = (text: string, lengthMax: number): string => {
  const line = text.replace(/[\p{C}\s]+/gu, " ").trim()
  return line.length > lengthMax ? `${line.slice(0, lengthMax - 1)}…` : line
}

const notJson = (headers: HttpAnswer["headers"], text: string): string =>
  text === "" ? "the answer is empty, not JSON" : `the answer is ${headers["content-type"] ?? "of no type"}, not JSON`
