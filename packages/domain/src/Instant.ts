/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z. A number everywhere: in memory, in JSON, in the store. */
import * as Schema from "effect/Schema"

/** The furthest instant a JavaScript Date can show, in both directions (ECMA-262 §21.4.1.1). */
const INSTANT_MAX = 8_640_000_000_000_000

export const Instant = Schema.Int.pipe(
  Schema.between(-INSTANT_MAX, INSTANT_MAX, { message: () => "expected whole milliseconds since 1970" }),
  Schema.annotations({ identifier: "Instant" })
)
export type Instant = typeof Instant.Type

export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** Reads an ISO 8601 text with an offset, or one of RFC 2822; `undefined` when it is no time. */
export const fromIso = (text: string): Instant | undefined => {
  const instant = Date.parse(text)
  return Number.isNaN(instant) ? undefined : instant
}

/** Shows an instant as ISO 8601 in UTC, for logs and messages. */
export const toIso = (instant: Instant): string => new Date(instant).toISOString()

/** Shows an instant to people whose time zone is not known here: `2026-01-31 10:02 UTC`. */
export const toText = (instant: Instant): string => `${toIso(instant).slice(0, -8).replace("T", " ")} UTC`
