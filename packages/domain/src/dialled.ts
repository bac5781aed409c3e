/**
 * What is dialled: digits, letters on the keys, an extension behind them, or a brand's name in their place. The text is
 * clean and without its scheme; schemes, addresses and the rest of what telephone systems write are `PhoneNumber`'s.
 */
import {
  type CountryCode,
  getCountryCallingCode,
  type PhoneNumber,
  parsePhoneNumberFromString,
  validatePhoneNumberLength
} from "libphonenumber-js/max"
import type { Number, Parsed, Reason, ShortCode, Unusable, Withheld } from "./PhoneNumber.ts"
import { keypadSpellings, spell, toWord, type WithheldWord } from "./withheld.ts"

export interface Context {
  readonly region?: CountryCode
  /** Digits without a plus begin with the country. */
  readonly international: boolean
}

export const unusable = (reason: Reason): Unusable => ({ _tag: "Unusable", reason })
export const withheld = (word: WithheldWord): Withheld => ({ _tag: "Withheld", word })

/** What people and address books put before a number. */
export const labels =
  /^(?:telephone|telefon|t[eé]l[eé]fono|phone|mobile|mobil|m[oó]vil|handy|cell|fax|tel|t[eé]l|mob|ph)\.?\s*:?\s*(?=[+(\d])/i

/** Withheld words first, then digits, then what can be spelled on the keys, then a name. */
export const fromText = (text: string, context: Context): Parsed => {
  const word = toWord(text)
  if (word !== undefined) return withheld(word)
  const bare = text.replace(labels, "").trim()
  if (placeholders.has(bare.toLowerCase()) || !/[\p{L}\d]/u.test(bare)) return unusable("placeholder")
  const extension = extensionSuffix.exec(bare)
  const main = extension === null ? bare : bare.slice(0, extension.index).trim()
  if (main === "") return unusable("extension without a number")
  if (isDialled(main)) return withExtension(fromDigits(main, context), extension?.[1])
  return toVanity(bare, context) ?? toAlphanumeric(bare)
}

// ---------------------------------------------------------------------------------------------------------------------

/** `ext. 7`, `x7`, `#7`, `;ext=7`, a dialling pause `,,7`, and what other languages call it. */
const extensionSuffix =
  /(?:;ext=|,+|[\s,;]*(?:extension|extn?|x|durchwahl|dw|anexo|interno|int|poste|доб|#)[.:]*)\s*(\d{1,11})#?$/iu

const isDialled = (text: string): boolean => /^\(?\+?[\d\s().\-/]+$/.test(text) && /\d/.test(text)

const withExtension = (parsed: Parsed, extension: string | undefined): Parsed =>
  extension !== undefined && parsed._tag === "Number" ? { ...parsed, extension } : parsed

const fromDigits = (text: string, context: Context): Parsed => {
  const digits = text.replace(/\D/g, "")
  const plus = /^\(?\+/.test(text)
  const number = toNumber(text, context)
  if (number?.valid !== true) {
    // Only then: 737 874 2833 spells "restricted" and rings in Texas.
    const spelled = keypadSpellings.get(digits.replace(/^00/, ""))
    if (spelled !== undefined) return withheld(spelled)
    if (/^(?:0+|10{6,})$/.test(digits)) return withheld("unknown")
  }
  if (isPlaceholder(digits)) return unusable("placeholder")
  const short = digits.length >= 3 && !digits.startsWith("0")
  if (short && digits.length <= 6 && !(plus && number !== undefined)) return toShortCode(digits, context)
  if (number !== undefined) return isPlaceholder(nationalOf(number)) ? unusable("placeholder") : number
  const missesAreaCode = digits.length === 7 && isNorthAmerica(context.region)
  if (short && digits.length <= 8 && !plus && !missesAreaCode) return toShortCode(digits, context)
  if (!plus && !context.international && context.region === undefined && digits.length <= e164DigitsMax) {
    return unusable(digits.length < 3 ? "too short" : "needs a default region")
  }
  return unusable(lengthReason(`${plus || context.international ? "+" : ""}${digits}`, context))
}

const lengthReason = (text: string, context: Context): Reason => {
  const length = validatePhoneNumberLength(text, context.region)
  if (length === "TOO_SHORT") return "too short"
  return length === "TOO_LONG" ? "too long" : "not a phone number"
}

const toShortCode = (code: string, context: Context): ShortCode => ({
  _tag: "ShortCode",
  code,
  ...(context.region === undefined ? {} : { region: context.region })
})

/** The best reading as a number: at home, with 00 for the plus, with the plus forgotten. */
const toNumber = (text: string, context: Context): Number | undefined => {
  const written = text.replace(/^\(\s*\+\s*(\d+)\s*\)/, "+$1 ").replace(/^\(\+/, "+")
  if (written.startsWith("+")) return read(written, undefined)
  const home = context.international || context.region === undefined ? undefined : read(text, context.region)
  const abroad = text.startsWith("00") ? read(`+${text.slice(2)}`, undefined) : undefined
  // In national digits the plus was only forgotten where they are too many for a number at home.
  const tooMany = context.region !== undefined && home === undefined && /^[1-9](?:\D*\d){10,}$/.test(text)
  const bare = context.international || tooMany ? read(`+${text}`, undefined) : undefined
  const readings = [home, abroad, context.international || bare?.valid === true ? bare : undefined]
  return readings.find((number) => number?.valid === true) ?? readings.find((number) => number !== undefined)
}

/** A number of possible length. Always judged by its E.164 form, so that the way it was written leaves no trace. */
const read = (text: string, region: CountryCode | undefined): Number | undefined => {
  const written = parsePhoneNumberFromString(text, {
    extract: false,
    ...(region === undefined ? {} : { defaultCountry: region })
  })
  const number = written && settled(written)
  if (number === undefined || !number.isPossible()) return undefined
  const type = number.getType()
  return {
    _tag: "Number",
    e164: number.number,
    valid: number.isValid(),
    ...(number.country === undefined ? {} : { country: number.country }),
    ...(type === undefined ? {} : { type })
  }
}

/** Its own E.164 form read again, until that changes nothing: each reading takes one trunk zero off `+61 00 0005`. */
const settled = (written: PhoneNumber): PhoneNumber | undefined => {
  let number = written
  for (let round = 0; round <= e164DigitsMax; round++) {
    const again = parsePhoneNumberFromString(number.number, { extract: false })
    if (again === undefined || again.number === number.number) return again
    number = again
  }
  return undefined
}

const nationalOf = (number: Number): string =>
  parsePhoneNumberFromString(number.e164, { extract: false })?.nationalNumber ?? number.e164

const isNorthAmerica = (region: CountryCode | undefined): boolean =>
  region !== undefined && getCountryCallingCode(region) === "1"

/** E.164 §6. */
const e164DigitsMax = 15

/** `1-800-FLOWERS`. North American exchanges ignore letters beyond the number's length. */
const toVanity = (text: string, context: Context): Parsed | undefined => {
  if (!/^\+?[\d(][\d\s().-]*[a-z][a-z\d\s().-]*$/i.test(text) || !/(?:[a-z][^a-z]*){3}/i.test(text)) return undefined
  const digits = spell(text).replace(/\D/g, "")
  const tollFree = /^18(?:00|33|44|55|66|77|88)\d{7}/.test(digits)
  const american = isNorthAmerica(context.region) && !text.startsWith("+")
  const number =
    tollFree || american
      ? read(`+1${digits.replace(/^1/, "").slice(0, 10)}`, undefined)
      : digits.length >= 10
        ? toNumber(spell(text), context)
        : undefined
  return number?.valid === true ? number : undefined
}

/** At most eleven characters of the GSM alphabet (3GPP TS 23.038), one of them a letter. */
const toAlphanumeric = (text: string): Parsed =>
  /^[\p{Script=Latin}\p{Script=Greek}\d &.\-_+!%#'*/]{1,11}$/u.test(text) && /\p{L}/u.test(text)
    ? { _tag: "Alphanumeric", name: text }
    : unusable("not a phone number")

/** Typed to get past a required field. */
const placeholders = new Set(
  "n/a na n.a. none null nil undefined nan no tbd tba test xxx x keine kein aucun ninguno nessuno".split(" ")
)

const isPlaceholder = (digits: string): boolean =>
  digits.length >= 7 &&
  (/^(\d)\1+$/.test(digits) ||
    "12345678901234".startsWith(digits) ||
    "01234567890".startsWith(digits) ||
    "98765432109".startsWith(digits) ||
    // 555-0100 to 555-0199 is kept for fiction; with an area code it is a number like any other.
    /^55501\d\d$/.test(digits))
