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

/** Long enough for an RFC 5321 address or an opaque vendor id; keeps junk out of the indexes. */
const VALUE_LENGTH_MAX = 512

export const Handle = Schema.Struct({
  kind: HandleKind,
  /** E-mail: lower case, ASCII domain. Phone: E.164. `vendor-user` and `external`: `system:id`. */
  value: Schema.NonEmptyString.pipe(Schema.maxLength(VALUE_LENGTH_MAX)),
  /** The vendor vouches that it reaches this person: a login, a confirmed address, the key of the record. */
  verified: Schema.optional(Schema.Boolean),
  /** Known to be used by several people: a switchboard, a role mailbox. */
  shared: Schema.optional(Schema.Boolean),
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

/** Reads a caller id or number in any usual form; `undefined` when withheld or no number. */
export const phone = (raw: string, options: Claim & { readonly defaultRegion?: string } = {}): Handle | undefined => {
  const { defaultRegion, ...claim } = options
  const parsed = PhoneNumber.parse(raw, defaultRegion === undefined ? {} : { defaultRegion })
  switch (parsed._tag) {
    case "Number":
      return { kind: "phone", value: parsed.e164, ...claim }
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
