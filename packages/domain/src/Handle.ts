/** A way to reach or recognise someone, as claimed by one system: e-mail, phone, vendor user id, cookie. Values are normalised. */
import * as Schema from "effect/Schema"
import * as EmailAddress from "./EmailAddress.ts"
import * as PhoneNumber from "./PhoneNumber.ts"

export const HandleKind = Schema.Literal(
  "email",
  "phone",
  "short-code",
  "sip",
  "sender-name",
  "vendor-user",
  "social",
  "cookie",
  "device",
  "external"
).annotations({ identifier: "HandleKind" })
export type HandleKind = typeof HandleKind.Type

/** What the numbering plan says a number is for. North America does not tell mobile from landline. */
export const NumberType = Schema.Literal(
  "mobile",
  "landline",
  "mobile or landline",
  "voip",
  "personal",
  "pager",
  "voicemail",
  "company",
  "toll-free",
  "shared-cost",
  "premium-rate"
).annotations({ identifier: "NumberType" })
export type NumberType = typeof NumberType.Type

/** Long enough for an RFC 5321 address or an opaque vendor id; keeps junk out of the indexes. */
const VALUE_LENGTH_MAX = 512

export const Handle = Schema.Struct({
  kind: HandleKind,
  /**
   * E-mail: lower case, ASCII domain. Phone: E.164, behind a switchboard with its extension as in RFC 3966
   * (`+12025550100;ext=12`): two desks are two values. `vendor-user` and `external`: `system:id`.
   */
  value: Schema.NonEmptyString.pipe(Schema.maxLength(VALUE_LENGTH_MAX)),
  /** The vendor vouches that it reaches this person: a login, a confirmed address, the key of the record. */
  verified: Schema.optional(Schema.Boolean),
  /** Known to be used by several people: a switchboard, a role mailbox, a toll-free number. */
  shared: Schema.optional(Schema.Boolean),
  /** Phone only; absent where the numbering plan does not tell. */
  numberType: Schema.optional(NumberType),
  /** Phone only: the length is right, but the numbering plan knows no such range. Absent when it does. */
  valid: Schema.optional(Schema.Literal(false)),
  label: Schema.optional(Schema.String)
}).annotations({ identifier: "Handle" })
export type Handle = typeof Handle.Type

interface Claim {
  readonly verified?: boolean
  readonly label?: string
}

/** Reads an e-mail address; `undefined` when it reaches nobody. Role mailboxes come back as shared. */
export const email = (raw: string, claim: Claim = {}): Handle | undefined => {
  const parsed = EmailAddress.parse(raw)
  if (parsed._tag !== "Address") return undefined
  return { kind: "email", value: parsed.address, ...claim, ...(parsed.role ? { shared: true } : {}) }
}

/**
 * Reads a caller id or number in any usual form; `undefined` when withheld or no number.
 *
 * @example
 * import { Handle } from "@interchannel/domain"
 *
 * Handle.phone("+1 202 555 0100 ext. 12")
 * // => { kind: "phone", value: "+12025550100;ext=12", numberType: "mobile or landline" }
 */
export const phone = (raw: string, options: Claim & PhoneNumber.Options = {}): Handle | undefined => {
  const { defaultRegion, digits, ...claim } = options
  const parsed = PhoneNumber.parse(raw, { defaultRegion, digits })
  switch (parsed._tag) {
    case "Number":
      return ofNumber(parsed, claim)
    case "ShortCode":
      return { kind: "short-code", value: parsed.code, ...claim, shared: true }
    case "Alphanumeric":
      return { kind: "sender-name", value: parsed.name, ...claim, shared: true }
    case "SipUser":
      return { kind: "sip", value: `${parsed.user}@${parsed.host}`, ...claim }
    default:
      return undefined
  }
}

/** A vendor's own user id; `system` says where it is unique, e.g. `slack:T024BE7LD`. */
export const vendorUser = (system: string, id: string, claim: Claim = {}): Handle => ({
  kind: "vendor-user",
  value: `${system}:${id}`,
  ...claim
})

/** An id that another system gave and this one repeats: a customer number, a CRM id in a helpdesk field. */
export const external = (system: string, id: string, claim: Claim = {}): Handle => ({
  kind: "external",
  value: `${system}:${id}`,
  ...claim
})

/** What the handle is indexed by. */
export const keyOf = (handle: Pick<Handle, "kind" | "value">): string => `${handle.kind}:${handle.value}`

/** Those that are known, each once: the later of two with one value stays in the place of the first. */
export const distinct = (handles: ReadonlyArray<Handle | undefined>): ReadonlyArray<Handle> => [
  ...new Map(handles.flatMap((handle) => (handle === undefined ? [] : [[keyOf(handle), handle]]))).values()
]

/**
 * Other handles that may lead to the same person: candidates for matching, never proof. E-mail: without the `+tag`, for
 * Gmail without dots. Phone with an extension: the switchboard's number, shared.
 *
 * @example
 * import { Handle } from "@interchannel/domain"
 *
 * Handle.weakAliases({ kind: "email", value: "ana+news@example.com" })
 * // => [{ kind: "email", value: "ana@example.com" }]
 * Handle.weakAliases({ kind: "phone", value: "+12025550100;ext=12" })
 * // => [{ kind: "phone", value: "+12025550100", shared: true }]
 */
export const weakAliases = (handle: Pick<Handle, "kind" | "value">): ReadonlyArray<Handle> => {
  if (handle.kind === "phone") {
    const number = numberOf(handle.value)
    return number === handle.value ? [] : [{ kind: "phone", value: number, shared: true }]
  }
  return handle.kind === "email"
    ? EmailAddress.weakAliases(handle.value).map((value) => ({ kind: "email", value }))
    : []
}

/** The E.164 number in a phone handle's value: what to dial before the extension. */
export const numberOf = (value: string): string => value.replace(/;.*$/, "")

// ---------------------------------------------------------------------------------------------------------------------

const typeOf: Readonly<Record<NonNullable<PhoneNumber.Number["type"]>, NumberType>> = {
  MOBILE: "mobile",
  FIXED_LINE: "landline",
  FIXED_LINE_OR_MOBILE: "mobile or landline",
  VOIP: "voip",
  PERSONAL_NUMBER: "personal",
  PAGER: "pager",
  VOICEMAIL: "voicemail",
  UAN: "company",
  TOLL_FREE: "toll-free",
  SHARED_COST: "shared-cost",
  PREMIUM_RATE: "premium-rate"
}

/** Given to organisations, never to a person. */
const ofOrganizations: ReadonlySet<NumberType> = new Set(["company", "toll-free", "shared-cost", "premium-rate"])

const ofNumber = (number: PhoneNumber.Number, claim: Claim): Handle => {
  const numberType = number.type && typeOf[number.type]
  return {
    kind: "phone",
    value: PhoneNumber.format(number) ?? number.e164,
    ...claim,
    ...(numberType === undefined ? {} : { numberType }),
    ...(numberType !== undefined && ofOrganizations.has(numberType) ? { shared: true } : {}),
    ...(number.valid ? {} : { valid: false })
  }
}
