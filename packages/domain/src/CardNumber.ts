/**
 * Payment card numbers in text that people wrote. A number is one when an issuer gives out such numbers in that length and
 * its check digit fits (ISO/IEC 7812, Luhn); telephone numbers, addresses of pages and vendors' ids that happen to fit are
 * left alone. Only for text fields: ids and times pass the check digit as often as anything does, one in ten.
 */

/** Digits in groups, as people write them; the cap keeps a page of digits from being tried in every way. */
const GROUPS = /(?<![\p{L}\d+_]|\d[./:-])\d(?:[ \u00a0-]?\d){12,40}(?![\p{L}\d_]|[./:]\d)/gu

/** An address of a page is taken whole, and left as it is. */
const ADDRESS = /\b[a-z][a-z0-9+.-]{1,20}:\/\/\S+/gi

/** What is shown in the place of a card number: enough to tell two cards apart, as a receipt does. */
const KEPT_DIGITS = 4

/**
 * The text with each card number masked but for its last four digits; the same text when there is none.
 *
 * @example
 * import { CardNumber } from "@interchannel/domain"
 *
 * CardNumber.mask("Please charge 4111 1111 1111 1111, thanks")
 * // => "Please charge •••• 1111, thanks"
 */
export const mask = (text: string): string => {
  let masked = ""
  let end = 0
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    masked += maskGroups(text.slice(end, index)) + address
    end = index + address.length
  }
  return masked + maskGroups(text.slice(end))
}

/** Is this, without its separators, a number that a card may have? */
export const isCardNumber = (digits: string): boolean =>
  brands.some(({ prefix, lengths }) => lengths.includes(digits.length) && prefix.test(digits)) && luhn(digits)

// ---------------------------------------------------------------------------------------------------------------------

const between = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

/** Issuer ranges, from the public documentation of the networks. */
const brands: ReadonlyArray<{ readonly prefix: RegExp; readonly lengths: ReadonlyArray<number> }> = [
  // Visa
  { prefix: /^4/, lengths: [13, 16, 19] },
  // Mastercard
  { prefix: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  // Mir
  { prefix: /^220[0-4]/, lengths: between(16, 19) },
  // American Express
  { prefix: /^3[47]/, lengths: [15] },
  // Diners Club
  { prefix: /^(30[0-5]|3095|36|3[89])/, lengths: [14, 16, 19] },
  // JCB
  { prefix: /^35(2[89]|[3-8])/, lengths: between(16, 19) },
  // Discover, UnionPay
  { prefix: /^(6011|64[4-9]|65|62)/, lengths: between(16, 19) },
  // Maestro
  { prefix: /^(50|5[6-8]|6[37])/, lengths: between(13, 19) }
]

const luhn = (digits: string): boolean => {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = digit * 2
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

const maskGroups = (text: string): string => text.replace(GROUPS, (run) => maskRun(run))

/** A card number may be followed by its expiry or check value: whole groups are tried, the longest number first. */
const maskRun = (run: string): string => {
  const groups = [...run.matchAll(/\d+/g)].map(({ 0: digits, index }) => ({ digits, from: index }))
  for (let first = 0; first < groups.length; first++) {
    for (let last = groups.length - 1; last >= first; last--) {
      const digits = groups
        .slice(first, last + 1)
        .map((group) => group.digits)
        .join("")
      if (!isCardNumber(digits)) continue
      const from = groups[first]!.from
      const to = groups[last]!.from + groups[last]!.digits.length
      return `${run.slice(0, from)}•••• ${digits.slice(-KEPT_DIGITS)}${maskRun(run.slice(to))}`
    }
  }
  return run
}
