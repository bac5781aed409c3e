/** A length of time as people write it: `90 days`. */

const UNIT_MS = { hours: 3_600_000, days: 86_400_000, months: 30.5 * 86_400_000, years: 365.25 * 86_400_000 }

/** Milliseconds; `undefined` when it is none. */
export const parse = (text: string): number | undefined => {
  const [, count, unit] = /^(\d+(?:\.\d+)?) (hours|days|months|years)$/.exec(text) ?? []
  return count === undefined ? undefined : Math.round(Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS])
}
