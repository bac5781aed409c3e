/** Mistakes in what is made of a failure. */
import { type Feed, VendorError } from "@interchannel/connector"
import * as Effect from "effect/Effect"
import * as P from "../parley/Parley.ts"
import { type Flaw, flaw } from "./Flaw.ts"

const throttle = "a 429 is RateLimited, with the vendor's wait when it gives one"
const down = "a 5xx, a dead socket and a cut answer are failures to try again, not empty pages"
const expiry = "a credential that ends in the middle is Unauthorized, and nothing is lost"

/** The page of people with another reason for a failure. */
const reasoned = (change: (reason: VendorError.Reason) => VendorError.Reason) => ({
  page: (request: Feed.SnapshotRequest) =>
    Effect.mapError(P.people.page(request), ({ vendor, operation, reason }) =>
      VendorError.make(vendor, operation, change(reason))
    )
})

const nothing: Feed.Page = { items: [] }

export const failingFlaws: ReadonlyArray<Flaw> = [
  flaw("tries again on its own", throttle, {
    people: { page: (request) => Effect.retry(P.people.page(request), { times: 2 }) }
  }),
  flaw("forgets how long to wait", throttle, {
    people: reasoned((reason) => (reason._tag === "RateLimited" ? new VendorError.RateLimited({}) : reason))
  }),
  flaw("makes up how long to wait", throttle, {
    people: reasoned((reason) =>
      reason._tag === "RateLimited"
        ? new VendorError.RateLimited({ retryAfterMs: reason.retryAfterMs ?? 60_000 })
        : reason
    )
  }),
  flaw("takes seconds for milliseconds", throttle, {
    people: reasoned((reason) =>
      reason._tag === "RateLimited" && reason.retryAfterMs !== undefined
        ? new VendorError.RateLimited({ retryAfterMs: reason.retryAfterMs / 1000 })
        : reason
    )
  }),
  flaw("shows an empty page when the vendor is down", down, {
    lines: { page: (request) => Effect.catchAll(P.lines.page(request), () => Effect.succeed(nothing)) }
  }),
  flaw("calls every failure rejected", down, {
    people: reasoned(() => new VendorError.Rejected({ code: "error", detail: "it failed" }))
  }),
  flaw("shows an empty page when it is refused", expiry, {
    people: {
      page: (request) =>
        Effect.catchIf(
          P.people.page(request),
          ({ reason }) => reason._tag === "Unauthorized",
          () => Effect.succeed(nothing)
        )
    }
  }),
  flaw("finds every account healthy", expiry, {
    connector: { check: Effect.succeed([{ ok: true, what: "the token looks fine" }]) }
  }),
  flaw("does not know a cursor that expired", "an expired cursor is reset, and what it missed is read", {
    journal: {
      page: (request) =>
        Effect.mapError(P.journal.page(request), () =>
          VendorError.make("parley", "journal", new VendorError.Gone({ detail: "the journal is gone" }))
        )
    }
  }),
  flaw("shows the token in an error", "secrets are redacted, and no error shows one", {
    people: {
      page: (request) =>
        Effect.flatMap(P.Api, ({ token }) =>
          Effect.mapError(P.people.page(request), ({ vendor, operation }) =>
            VendorError.make(vendor, operation, new VendorError.Unauthorized({ detail: `${token} is refused` }))
          )
        )
    }
  })
]
