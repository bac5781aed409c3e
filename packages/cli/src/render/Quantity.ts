/** Numbers as people say them. */

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `41,200` */
export const count = (amount: number): string => Math.round(amount).toLocaleString("en-US")

/** `1 entry`, `41,200 entries` */
export const of = (amount: number, one: string, many = `${one}s`): string =>
  `${count(amount)} ${amount === 1 ? one : many}`

/** The unit that keeps the number small: `850 ms`, `45 s`, `12 min`, `6 h`, `3 days`, `5 weeks`. */
export const duration = (ms: number): string => {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 90 * SECOND) return `${Math.round(ms / SECOND)} s`
  if (ms < 90 * MINUTE) return `${Math.round(ms / MINUTE)} min`
  if (ms < 36 * HOUR) return `${Math.round(ms / HOUR)} h`
  if (ms < 21 * DAY) return of(Math.round(ms / DAY), "day")
  return of(Math.round(ms / (7 * DAY)), "week")
}

/** `12 s ago`, `just now`; a time still to come is `in 12 s`. */
export const ago = (at: number, now: number): string => {
  if (Math.abs(now - at) < SECOND) return "just now"
  return now > at ? `${duration(now - at)} ago` : `in ${duration(at - now)}`
}

/** `68 %`; never 100 % before it is all. */
export const percent = (fraction: number): string =>
  `${fraction >= 1 ? 100 : Math.min(99, Math.floor(Math.max(0, fraction) * 100))} %`

/** `2026-01-31 10:02` */
export const time = (at: number, timeZone: string): string => formatterOf(timeZone).format(at)

/** `██████░░░░` */
export const bar = (fraction: number, columns: number): string => {
  const filled = fraction >= 1 ? columns : Math.min(columns - 1, Math.floor(Math.max(0, fraction) * columns))
  return "█".repeat(filled) + "░".repeat(columns - filled)
}

// ---------------------------------------------------------------------------------------------------------------------

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Making one takes a hundred times as long as using it. */
const formatterOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  // Swedish writes dates as ISO 8601 does.
  const made = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone })
  formatters.set(timeZone, made)
  return made
}
