/**
 * The one error of a connector: which vendor, which operation, and a reason. The runtime looks at the reason's `recovery`
 * only, so a new reason needs no change there. Messages say what, where and what to do next, and never hold a secret.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

/** What happens next: try later, ask for new credentials, set the item aside, begin the cursor anew, park the Connection. */
export type Recovery = "retry" | "reauthorize" | "quarantine" | "reset" | "abort"

export class RateLimited extends Data.TaggedClass("RateLimited")<{
  /** Absent: the vendor gave no Retry-After. */
  readonly retryAfterMs?: number | undefined
  /** The quota bucket it concerns; absent: the operation's own. */
  readonly bucket?: string | undefined
}> {
  readonly recovery = "retry" satisfies Recovery
}
/** Down, timed out, reset, 5xx. `uncertain`: the vendor may have done what was asked. */
export class Unavailable extends Data.TaggedClass("Unavailable")<{
  readonly detail: string
  readonly uncertain: boolean
  readonly retryAfterMs?: number | undefined
}> {
  readonly recovery = "retry" satisfies Recovery
}
export class Unauthorized extends Data.TaggedClass("Unauthorized")<{
  readonly detail: string
  readonly missingScope?: string | undefined
}> {
  readonly recovery = "reauthorize" satisfies Recovery
}
/** The vendor understood and refused: the same request will be refused again. */
export class Rejected extends Data.TaggedClass("Rejected")<{ readonly code: string; readonly detail: string }> {
  readonly recovery = "quarantine" satisfies Recovery
}
/** An answer or item that is not what the vendor documents. */
export class Malformed extends Data.TaggedClass("Malformed")<{ readonly detail: string }> {
  readonly recovery = "quarantine" satisfies Recovery
}
/** The record does not exist any more. */
export class Gone extends Data.TaggedClass("Gone")<{ readonly detail: string }> {
  readonly recovery = "quarantine" satisfies Recovery
}
/** The cursor is older than what the vendor keeps: begin anew and read everything once. */
export class CursorExpired extends Data.TaggedClass("CursorExpired")<{ readonly detail: string }> {
  readonly recovery = "reset" satisfies Recovery
}
/** The configuration cannot work; a person must change it. */
export class Misconfigured extends Data.TaggedClass("Misconfigured")<{
  readonly detail: string
  readonly remedy: string
}> {
  readonly recovery = "abort" satisfies Recovery
}

export type Reason =
  | RateLimited
  | Unavailable
  | Unauthorized
  | Rejected
  | Malformed
  | Gone
  | CursorExpired
  | Misconfigured

export class VendorError extends Data.TaggedError("VendorError")<{
  readonly vendor: string
  readonly operation: string
  readonly reason: Reason
}> {
  override get message(): string {
    return `${this.vendor} ${this.operation}: ${this.reason._tag} - ${describe(this.reason)}`
  }
}

export const make = (vendor: string, operation: string, reason: Reason): VendorError =>
  new VendorError({ vendor, operation, reason })

/** What fails at one vendor: `const fail = VendorError.of("acme")`, then `fail.gone("notes.get", "somebody deleted it")`. */
export const of = (vendor: string) => {
  const because = (operation: string, reason: Reason): VendorError => make(vendor, operation, reason)
  return {
    because,
    rejected: (operation: string, code: string, detail: string) => because(operation, new Rejected({ code, detail })),
    gone: (operation: string, detail: string) => because(operation, new Gone({ detail })),
    malformed: (operation: string, detail: string) => because(operation, new Malformed({ detail })),
    misconfigured: (operation: string, detail: string, remedy: string) =>
      because(operation, new Misconfigured({ detail, remedy })),
    cursorExpired: (operation: string, detail: string) => because(operation, new CursorExpired({ detail })),
    /** For certain nothing was done. */
    unavailable: (operation: string, detail: string) =>
      because(operation, new Unavailable({ detail, uncertain: false }))
  }
}

/** `undefined` when the vendor says that it is not there. */
export const unlessGone = <A, R>(
  effect: Effect.Effect<A, VendorError, R>
): Effect.Effect<A | undefined, VendorError, R> =>
  Effect.catchIf(
    effect,
    ({ reason }) => reason._tag === "Gone",
    () => Effect.succeed(undefined)
  )

/** What does not fit is `Malformed`, naming the first place. Values stay out: they are the vendor's data. */
export const decoded = <A, I>(vendor: string, operation: string, schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknown(schema)
  return (data: unknown): Effect.Effect<A, VendorError> =>
    Effect.mapError(decode(data), (error) => {
      const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
      const detail = `the answer does not fit at ${issue?.path.join(".") || "its top"}`
      return make(vendor, operation, new Malformed({ detail }))
    })
}

/** The reason with each secret blotted out, for texts in which a vendor may quote what we sent. */
export const without = (reason: Reason, secrets: ReadonlyArray<string>): Reason => {
  const blot = (text: string): string =>
    secrets
      .filter((secret) => secret.length >= SECRET_LENGTH_MIN)
      .reduce((clean, secret) => clean.replaceAll(secret, "<redacted>"), text)
  switch (reason._tag) {
    case "RateLimited":
      return reason
    case "Rejected":
      return new Rejected({ code: blot(reason.code), detail: blot(reason.detail) })
    case "Unavailable":
      return new Unavailable({
        detail: blot(reason.detail),
        uncertain: reason.uncertain,
        retryAfterMs: reason.retryAfterMs
      })
    case "Unauthorized":
      return new Unauthorized({ detail: blot(reason.detail), missingScope: reason.missingScope })
    case "Malformed":
      return new Malformed({ detail: blot(reason.detail) })
    case "Gone":
      return new Gone({ detail: blot(reason.detail) })
    case "CursorExpired":
      return new CursorExpired({ detail: blot(reason.detail) })
    case "Misconfigured":
      return new Misconfigured({ detail: blot(reason.detail), remedy: blot(reason.remedy) })
  }
}

/** Shorter texts are no secrets worth hiding, and blotting them out would garble the rest. */
const SECRET_LENGTH_MIN = 6

const describe = (reason: Reason): string => {
  switch (reason._tag) {
    case "RateLimited":
      return reason.retryAfterMs === undefined
        ? "the vendor asks to slow down; trying again with back-off"
        : `the vendor asks to wait ${Math.ceil(reason.retryAfterMs / 1000)} s; trying again then`
    case "Unavailable":
      return `${reason.detail}; trying again`
    case "Unauthorized":
      return reason.missingScope === undefined
        ? `${reason.detail}; renew the credentials of this connection`
        : `scope ${reason.missingScope} is missing; grant it and reinstall the app`
    case "Rejected":
      return `${reason.code}: ${reason.detail}`
    case "Malformed":
    case "Gone":
      return reason.detail
    case "CursorExpired":
      return `${reason.detail}; reading everything once more`
    case "Misconfigured":
      return `${reason.detail}; ${reason.remedy}`
  }
}
