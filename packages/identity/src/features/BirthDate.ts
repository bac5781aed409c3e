/** A birth date as exact as known: `[1980]`, `[1980, 2]`, `[1980, 2, 29]`. Impossible days and months are kept: they are typing slips. */

export type BirthDate = readonly [year: number, month?: number, day?: number]

/** Reads the ISO text of a Contact; `undefined` for none and for the fillers 1900-01-01 and 1970-01-01. */
export const parse = (iso: string | undefined): BirthDate | undefined => {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(iso ?? "")
  if (match === null || iso === "1900-01-01" || iso === "1970-01-01") return undefined
  const [year, month, day] = match.slice(1).map((piece) => (piece === undefined ? undefined : Number(piece)))
  if (year === undefined || year === 0) return undefined
  if (month === undefined) return [year]
  return day === undefined ? [year, month] : [year, month, day]
}

/** `19800229`: one text for counting and for typing slips; shorter when less is known. */
export const digits = ([year, month, day]: BirthDate): string =>
  month === undefined
    ? String(year).padStart(4, "0")
    : String(year).padStart(4, "0") +
      String(month).padStart(2, "0") +
      (day === undefined ? "" : String(day).padStart(2, "0"))

/**
 * Any usual spelling as ISO: `29/2/1980`, `2/29/80`, `Feb 29 1980`, `29-Feb-80`, `19800229`, `1980`. Where day and month
 * could be either, the month is taken first, as in the United States; comparison forgives the swap.
 */
export const toIso = (text: string): string | undefined => {
  const written = text.trim().toLowerCase()
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(written)
  if (compact !== null) return iso(compact[1]!, compact[2]!, compact[3]!)
  const pieces = written.split(/[^\p{L}\d]+/u).filter((piece) => piece !== "")
  const named = pieces.findIndex((piece) => months.has(piece.slice(0, 3)) && /^\p{L}+$/u.test(piece))
  if (named >= 0) {
    const [first, second] = pieces.filter((_, index) => index !== named)
    if (first === undefined) return undefined
    const month = String(months.get(pieces[named]!.slice(0, 3)))
    if (second === undefined) return iso(first, month)
    return first.length === 4 ? iso(first, month, second) : iso(second, month, first)
  }
  if (pieces.length === 0 || pieces.length > 3 || !pieces.every((piece) => /^\d{1,4}$/.test(piece))) return undefined
  const [a = "", b, c] = pieces
  if (b === undefined) return a.length === 4 ? a : undefined
  if (a.length === 4) return iso(a, b, c)
  if (c === undefined) return b.length === 4 ? iso(b, a) : undefined
  return Number(a) > 12 ? iso(c, b, a) : iso(c, a, b)
}

// ---------------------------------------------------------------------------------------------------------

const months: ReadonlyMap<string, number> = new Map(
  "jan feb mar apr may jun jul aug sep oct nov dec".split(" ").map((name, index) => [name, index + 1])
)

/** The latest birth year that two digits can mean: `26` is 2026 at the most. */
const SHORT_YEAR_MAX = 26

const fullYear = (year: string): string => {
  if (year.length !== 2) return year.padStart(4, "0")
  return Number(year) <= SHORT_YEAR_MAX ? `20${year}` : `19${year}`
}

const iso = (year: string, month: string, day?: string): string =>
  [fullYear(year), month.padStart(2, "0"), ...(day === undefined ? [] : [day.padStart(2, "0")])].join("-")
