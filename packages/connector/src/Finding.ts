/** What a look at an installed account found out, in words for an admin. */
import * as Effect from "effect/Effect"
import type { VendorError } from "./VendorError.ts"

export interface Finding {
  readonly ok: boolean
  readonly what: string
  /** What to do; present when not ok. */
  readonly remedy?: string
  /** Not ok yet, and nothing for a person to do: `prepare` sees to it when the destination is approved. */
  readonly onApproval?: true
}

export const good = (what: string): Finding => ({ ok: true, what })
export const bad = (what: string, remedy: string): Finding => ({ ok: false, what, remedy })
export const onApproval = (what: string): Finding => ({
  ok: false,
  what,
  remedy: "it is made when you approve this destination; nothing to do now",
  onApproval: true
})

/** What the vendor refuses becomes a finding; what may pass, such as an outage, stays a failure. */
export const unlessRefused = <Api>(
  what: string,
  look: Effect.Effect<Finding, VendorError, Api>
): Effect.Effect<Finding, VendorError, Api> =>
  Effect.catchIf(
    look,
    ({ reason }) => reason.recovery !== "retry",
    ({ reason, message }) =>
      Effect.succeed(
        bad(
          `${what}: ${message}`,
          reason._tag === "Unauthorized" && reason.missingScope !== undefined
            ? `grant the scope ${reason.missingScope}`
            : "correct what is named here, then run `interchannel check` again"
        )
      )
  )

const SHOWN_MAX = 20

/** `a, b, c and 4 more`. */
export const listed = (names: ReadonlyArray<string>): string =>
  names.slice(0, SHOWN_MAX).join(", ") + (names.length > SHOWN_MAX ? ` and ${names.length - SHOWN_MAX} more` : "")
