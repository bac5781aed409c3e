/** What a vendor's own codes of refusal mean for what happens next, as a table. */
import { CursorExpired, Gone, RateLimited, type Reason, Rejected, Unauthorized, Unavailable } from "./VendorError.ts"
import { words } from "./Text.ts"

/** Codes in a row, white space between; a code that is in none of them is `Rejected`. */
export interface Codes {
  readonly unauthorized?: string
  readonly unavailable?: string
  readonly rateLimited?: string
  readonly gone?: string
  readonly cursorExpired?: string
  /** What a person can do about a code; without one the vendor's words stand. */
  readonly remedies?: Readonly<Record<string, string>>
}

interface Refusal {
  readonly code: string
  /** The vendor's words. */
  readonly detail: string
  /** What was asked for changes something; it may have been done where the vendor was unavailable. */
  readonly changes: boolean
}

export const make = (codes: Codes): ((refusal: Refusal) => Reason) => {
  const among = (list: string | undefined) => {
    const known = new Set(words(list ?? ""))
    return (code: string): boolean => known.has(code)
  }
  const [isUnauthorized, isUnavailable, isRateLimited] = [
    among(codes.unauthorized),
    among(codes.unavailable),
    among(codes.rateLimited)
  ]
  const [isGone, isExpired] = [among(codes.gone), among(codes.cursorExpired)]
  return ({ code, changes, ...said }) => {
    const detail = codes.remedies?.[code] ?? said.detail
    if (isUnauthorized(code)) return new Unauthorized({ detail })
    if (isUnavailable(code)) return new Unavailable({ detail, uncertain: changes })
    if (isRateLimited(code)) return new RateLimited({})
    if (isGone(code)) return new Gone({ detail })
    return isExpired(code) ? new CursorExpired({ detail }) : new Rejected({ code, detail })
  }
}
