/**
 * One value in a Contact, named: `title`, `name.given`, `address.city`, `custom.plan`. Values are texts here, since that is
 * what records of different systems can be compared by.
 */
import type { ContactFields } from "./Contact.ts"
import * as Handle from "./Handle.ts"

/** `phone`: the first number that is not labelled mobile; `mobile`: the first that is. Either is E.164 when read. */
export const known = [
  "name.full",
  "name.given",
  "name.family",
  "name.prefix",
  "email",
  "phone",
  "mobile",
  "title",
  "organizationName",
  "birthDate",
  "gender",
  "language",
  "timeZone",
  "team",
  "url",
  "address.street",
  "address.city",
  "address.region",
  "address.postalCode",
  "address.country"
] as const

export type FieldPath = (typeof known)[number] | `custom.${string}`

export const isFieldPath = (text: string): text is FieldPath =>
  (known as ReadonlyArray<string>).includes(text) || /^custom\../.test(text)

/** What the contact says there; `undefined` when it says nothing. */
export const valueAt = (contact: ContactFields, path: FieldPath): string | undefined => {
  const found = read(contact, path)
  return found === undefined ? undefined : tidy(String(found))
}

/** A value as it is compared and kept: composed letters, no white space around; `undefined` when nothing is left. */
export const tidy = (value: string): string | undefined => {
  const text = value.normalize("NFC").replace(/\r\n?/g, "\n").trim()
  return text === "" ? undefined : text
}

/** Do two texts say the same? Numbers and addresses do in whatever form they are written. */
export const same = (
  path: FieldPath,
  a: string | undefined,
  b: string | undefined,
  defaultRegion?: string
): boolean => {
  if (a === undefined || b === undefined) return a === b
  if (tidy(a) === tidy(b)) return true
  if (path === "email") return sameHandle(Handle.email(a), Handle.email(b))
  if (path !== "phone" && path !== "mobile") return false
  const options = defaultRegion === undefined ? {} : { defaultRegion }
  return sameHandle(Handle.phone(a, options), Handle.phone(b, options))
}

// ---------------------------------------------------------------------------------------------------------------------

const sameHandle = (a: Handle.Handle | undefined, b: Handle.Handle | undefined): boolean =>
  a !== undefined && b !== undefined && Handle.keyOf(a) === Handle.keyOf(b)

const read = (contact: ContactFields, path: FieldPath): string | number | boolean | undefined => {
  if (path.startsWith("custom.")) {
    const name = path.slice("custom.".length)
    return contact.custom !== undefined && Object.hasOwn(contact.custom, name) ? contact.custom[name] : undefined
  }
  const [first, second] = path.split(".") as [string, string | undefined]
  const handles = contact.handles ?? []
  switch (first) {
    case "email":
      return handles.find(({ kind }) => kind === "email")?.value
    case "phone":
      return handles.find(({ kind, label }) => kind === "phone" && label !== "mobile")?.value
    case "mobile":
      return handles.find(({ kind, label }) => kind === "phone" && label === "mobile")?.value
    case "name":
      return contact.name?.[second as "full"]
    case "address":
      return contact.addresses?.[0]?.[second as "city"]
    default:
      return contact[first as "title"]
  }
}
