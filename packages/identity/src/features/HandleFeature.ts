/** A handle with how exclusive its kind is: the chance that two contacts that share the value are one person. */
import { EmailAddress, Handle } from "@interchannel/domain"
import { hash } from "./hash.ts"

/** What a handle's exclusivity is looked up by in the model. */
export type Grade = "system" | "verified" | "email" | "mobile" | "landline" | "social" | "cookie" | "shared"

export interface HandleFeature {
  readonly kind: Handle.HandleKind
  readonly value: string
  /** Hash of kind and value: what it is indexed by. */
  readonly key: number
  readonly grade: Grade
  /** Another spelling that may be the same: a mailbox without its tag, a number without its country. */
  readonly base?: string
  /** External ids: the system that gave it. */
  readonly system?: string
  /** The id of the very record that states it: another record has another one, whoever it is about. */
  readonly itself?: true
}

/** Handles that reach nobody in particular (short codes, brand names) are left out. `id`: that of the record. */
export const make = (handles: ReadonlyArray<Handle.Handle>, id?: string): ReadonlyArray<HandleFeature> => {
  const made = new Map<number, HandleFeature>()
  for (const handle of handles) {
    const feature = toFeature(handle, id)
    if (feature !== undefined) made.set(feature.key, feature)
  }
  return [...made.values()].sort((a, b) => a.key - b.key)
}

// ---------------------------------------------------------------------------------------------------------

/** National numbers differ in their last digits; nine tell them apart without the country. */
const PHONE_TAIL = 9

const toFeature = (handle: Handle.Handle, id: string | undefined): HandleFeature | undefined => {
  const { kind, value } = handle
  if (kind === "short-code" || kind === "sender-name") return undefined
  const feature = { kind, value, key: hash(Handle.keyOf(handle)), grade: gradeOf(handle) }
  if (kind === "email") return { ...feature, base: EmailAddress.weakAliases(value).at(-1) ?? value }
  if (kind === "phone") return value.length > PHONE_TAIL ? { ...feature, base: value.slice(-PHONE_TAIL) } : feature
  if (kind !== "external") return feature
  // A system may have several accounts, each with ids of its own: `hubspot:123:45`.
  const end = value.lastIndexOf(":")
  const base = value.slice(end + 1)
  return { ...feature, system: value.slice(0, end), base, ...(base === id ? { itself: true } : {}) }
}

const gradeOf = (handle: Handle.Handle): Grade => {
  if (handle.shared === true) return "shared"
  switch (handle.kind) {
    case "email":
      return handle.verified === true ? "verified" : "email"
    case "phone":
      // The North American plan does not tell; people there call from mobiles.
      return handle.numberType === "landline" && !handle.value.startsWith("+1") ? "landline" : "mobile"
    case "vendor-user":
    case "external":
      return "system"
    case "cookie":
    case "device":
      return "cookie"
    default:
      return "social"
  }
}
