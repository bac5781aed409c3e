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
  const meanings = new Map(kinds.flatMap((kind) => words(codes[kind] ?? "").map((code) => [code, kind] as const)))
  return ({ code, changes, ...said }) => {
    const detail = codes.remedies?.[code] ?? said.detail
    switch (meanings.get(code)) {
      case "unauthorized":
        return new Unauthorized({ detail })
      case "unavailable":
        return new Unavailable({ detail, uncertain: changes })
      case "rateLimited":
        return new RateLimited({})
      case "gone":
        return new Gone({ detail })
      case "cursorExpired":
        return new CursorExpired({ detail })
      default:
        return new Rejected({ code, detail })
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const kinds = ["unauthorized", "unavailable", "rateLimited", "gone", "cursorExpired"] as const
