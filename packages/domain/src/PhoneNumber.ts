/**
 * Who a telephone system says is calling, or whom it calls, in the one form we compare.
 *
 * A caller id is not always a number: it can be withheld, a short code, a brand's name, a softphone. Parsing is total
 * and tells these apart; `parse(format(parsed))` gives the same again. Numbers follow E.164 and Google's libphonenumber
 * metadata, `tel:` RFC 3966, `sip:` RFC 3261 §19.1.
 *
 * ```
 * clean ─► name-addr "Ana" <…> ─► scheme tel: sip: client: whatsapp: ─► withheld? ─► placeholder?
 *       ─► number ─► short code ─► vanity ─► alphanumeric sender ─► unusable
 * ```
 *
 * Withheld is asked before number: `+86282452253`, a keypad spelling of "unavailable", is a possible number in China.
 *
 * @module
 */
import { isSupportedCountry, type NumberType } from "libphonenumber-js/max"
import { type Context, fromText, labels, unusable, withheld } from "./dialled.ts"
import { toWord, type WithheldWord } from "./withheld.ts"

export type { WithheldWord } from "./withheld.ts"

/** A telephone number. */
export interface Number {
  readonly _tag: "Number"
  readonly e164: string
  /** Behind the number, digits only: somebody at a switchboard. */
  readonly extension?: string
  /** ISO 3166-1 alpha-2; absent where the numbering plan does not tell, as for satellite phones. */
  readonly country?: string
  /** `MOBILE`, `FIXED_LINE`, `TOLL_FREE`, …; absent where the plan does not tell. */
  readonly type?: NonNullable<NumberType>
  /** False: the length is right, but the plan knows no such range. Kept, since plans grow before metadata does. */
  readonly valid: boolean
}

/** Three to eight digits inside one country's networks: an organisation, never a person. */
export interface ShortCode {
  readonly _tag: "ShortCode"
  readonly code: string
  /** Where it means something, as far as we were told. The same digits are another organisation elsewhere. */
  readonly region?: string
}

/** An alphanumeric sender id (3GPP TS 23.040 §9.1.2.5): a brand's name in place of a number. One-way: never reply. */
export interface Alphanumeric {
  readonly _tag: "Alphanumeric"
  readonly name: string
}

/** The caller, the network or the vendor keeps the number back. Identifies nobody. */
export interface Withheld {
  readonly _tag: "Withheld"
  readonly word: WithheldWord
}

/** A user of a telephone system who is not dialled by number: `sip:ana@pbx.example.com`. */
export interface SipUser {
  readonly _tag: "SipUser"
  /** Case as written: RFC 3261 §19.1.4 compares it exactly. */
  readonly user: string
  /** Lower case, without port. For a softphone addressed by name alone (Twilio's `client:ana`) the word `client`. */
  readonly host: string
}

export type Reason =
  | "empty"
  | "extension without a number"
  | "needs a default region"
  | "not a phone number"
  | "placeholder"
  | "too long"
  | "too short"

/** A text that names nobody a telephone could reach. */
export interface Unusable {
  readonly _tag: "Unusable"
  readonly reason: Reason
}

export type Parsed = Number | ShortCode | Alphanumeric | Withheld | SipUser | Unusable

export interface Options {
  /** ISO 3166-1 alpha-2, for numbers written without a country. Unknown regions count as none. */
  readonly defaultRegion?: string | undefined
  /**
   * What digits without a plus are. `national` (default) needs a region. `international` is for vendors that leave the
   * plus out: Vonage, WhatsApp's `wa_id`.
   */
  readonly digits?: "national" | "international" | undefined
}

/**
 * Reads one caller id or destination.
 *
 * @example
 * import { PhoneNumber } from "@interchannel/domain"
 *
 * PhoneNumber.parse("(202) 555-0123 ext. 7", { defaultRegion: "US" })
 * // => { _tag: "Number", e164: "+12025550123", valid: true, extension: "7", country: "US", type: "FIXED_LINE_OR_MOBILE" }
 * PhoneNumber.parse("+266696687") // => { _tag: "Withheld", word: "anonymous" }
 * PhoneNumber.parse("202 555 0123") // => { _tag: "Unusable", reason: "needs a default region" }
 */
export const parse = (raw: string, options: Options = {}): Parsed => {
  if (raw.length > rawLengthMax) return unusable("too long")
  const text = clean(raw)
  if (text === "") return unusable("empty")
  const context = toContext(options)
  const bracketed = /^[^<>]*<([^<>]+)>[^<>]*$/.exec(text)
  const inner = bracketed?.[1]?.trim() ?? text
  const scheme = /^([a-z][a-z0-9+.-]*):(.*)$/i.exec(inner)
  const rest = scheme?.[2]?.trim() ?? ""
  switch (scheme?.[1]?.toLowerCase()) {
    case undefined:
      return fromText(inner, context)
    case "sip":
    case "sips":
      return fromSip(rest, context)
    case "client":
      return toSipUser(rest, clientHost)
    case "tel":
    case "callto":
    case "sms":
      return fromTel(rest, context)
    case "whatsapp":
      // A WhatsApp address is always international; a user without a number has an opaque id, which is no phone.
      return numbersOnly(fromText(rest, { ...context, international: true }))
    default:
      return labels.test(inner) ? fromText(inner, context) : unusable("not a phone number")
  }
}

/** The canonical text, which parses to the same again; `undefined` for what cannot be reached. */
export const format = (parsed: Parsed): string | undefined => {
  switch (parsed._tag) {
    case "Number":
      return parsed.extension === undefined ? parsed.e164 : `${parsed.e164};ext=${parsed.extension}`
    case "ShortCode":
      return parsed.code
    case "Alphanumeric":
      return parsed.name
    case "SipUser":
      return parsed.host === clientHost
        ? `client:${parsed.user}`
        : `sip:${encodeURIComponent(parsed.user)}@${parsed.host}`
    case "Withheld":
      return parsed.word
    case "Unusable":
      return undefined
  }
}

/** Is it the code of a country with telephone numbers of its own (ISO 3166-1 alpha-2, capitals)? */
export const isCountry = (code: string): boolean => isSupportedCountry(code)

// ---------------------------------------------------------------------------------------------------------

/** A SIP URI with its parameters fits; a text pasted into the field does not. */
const rawLengthMax = 256
const clientHost = "client"

const numbersOnly = (parsed: Parsed): Parsed =>
  parsed._tag === "Number" || parsed._tag === "Withheld" || parsed._tag === "Unusable"
    ? parsed
    : unusable("not a phone number")

const toContext = (options: Options): Context => {
  const region = options.defaultRegion?.toUpperCase()
  const international = options.digits === "international"
  return region !== undefined && isSupportedCountry(region) ? { region, international } : { international }
}

/** Code points of zero in the scripts people type numbers in; NFKC has already folded the full-width ones. */
const zeros = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0,
  0x0f20, 0x1040, 0x17e0, 0x1810
]

const toAsciiDigit = (digit: string): string => {
  const code = digit.codePointAt(0) ?? 0
  const zero = zeros.find((candidate) => code >= candidate && code <= candidate + 9)
  return zero === undefined ? digit : String(code - zero)
}

const clean = (raw: string): string =>
  raw
    .replace(/\p{Cs}/gu, "")
    .normalize("NFKC")
    .replace(/\p{Nd}/gu, toAsciiDigit)
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, "")
    .replace(/[\u2010-\u2015\u2212\u30fc]/g, "-")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()

/** RFC 3966: `tel:+1-202-555-0123;ext=7`, `tel:555-0123;phone-context=+1-202`, `tel:7042;phone-context=example.com`. */
const fromTel = (rest: string, context: Context): Parsed => {
  const [number = "", ...parameters] = decode(rest.replace(/^\/\//, "")).replace(/\?.*$/, "").split(";")
  const valueOf = (name: string): string | undefined =>
    parameters.find((parameter) => parameter.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
  const extension = valueOf("ext")
  const suffix = extension === undefined ? "" : `;ext=${extension}`
  const phoneContext = valueOf("phone-context")?.toLowerCase() ?? ""
  if (number.startsWith("+") || phoneContext === "") return fromText(number + suffix, context)
  if (phoneContext.startsWith("+")) return fromText(phoneContext + number + suffix, context)
  const local = fromText(number + suffix, context)
  return local._tag === "Number" && local.valid ? local : toSipUser(number, phoneContext)
}

/** RFC 3261 §19.1.1: `user:password@host:port;parameters?headers`. The user may itself be an RFC 3966 number. */
const fromSip = (rest: string, context: Context): Parsed => {
  const at = rest.lastIndexOf("@")
  const hostPart = rest.slice(at + 1).toLowerCase()
  const host = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)/.exec(hostPart)?.[1] ?? ""
  // RFC 3323 §4.1.1.3 and RFC 3261 §8.1.1.3 hide callers behind names under .invalid.
  if (host.endsWith(".invalid")) return withheld(toWord(host.slice(0, host.indexOf("."))) ?? "anonymous")
  if (at < 1 || host === "") return unusable("not a phone number")
  const user = decode(rest.slice(0, at).replace(/:.*$/, ""))
  const dialled = /^\+?[\d().\s-]+(?:;.*)?$/.test(user)
  const saysPhone = /;user=phone(?:[;?]|$)/.test(hostPart)
  if (!dialled) return toSipUser(user, host)
  const number = fromTel(user, context)
  // Digits that the network does not call a number may as well be an inside extension.
  const plain = user.startsWith("+") || saysPhone
  if (number._tag === "Withheld" || (number._tag === "Number" && (plain || number.valid))) return number
  return number._tag === "Unusable" && user.startsWith("+") ? number : toSipUser(user, host)
}

const toSipUser = (user: string, host: string): Parsed => {
  if (user === "") return unusable("not a phone number")
  const word = toWord(user)
  return word === undefined ? { _tag: "SipUser", user, host } : withheld(word)
}

const decode = (text: string): string => {
  try {
    return clean(decodeURIComponent(text))
  } catch {
    return clean(text)
  }
}
