/** How columns of a labelled file become Contacts: a JSON object from Contact field to column, see the README. */
import { type Contact, type Contacts, Handle, Key } from "@interchannel/domain"
import * as BirthDate from "../src/BirthDate.ts"

export interface Mapping {
  readonly $duplicatesWithinSource?: boolean
  readonly [field: string]: string | ReadonlyArray<string> | boolean | undefined
}

type Row = Readonly<Record<string, string>>

/** Numbers without a country are read as if written there. */
const DEFAULT_REGION = "US"

/** Builds the Contact of a row. Nothing here looks at who it is: the mapping cannot name that column. */
export const toContact = (mapping: Mapping, row: Row): Contact => {
  const read = reader(mapping, row)
  const connection = `src-${(row["source"] ?? "").toLowerCase().replaceAll(/[^a-z0-9]/g, "") || "a"}`
  const ref = { kind: "person", id: row["record_id"] ?? "" }
  const name = nameOf(read)
  const address = addressOf(read)
  const birthDate = birthDateOf(mapping, row)
  const optional = {
    organizationName: read("organization"),
    title: read("occupation"),
    birthPlace: read("birthPlace"),
    gender: read("gender"),
    birthDate
  }
  return {
    key: Key.contact(connection, ref),
    connection,
    ref,
    kind: "record",
    handles: handlesOf(mapping, read),
    version: { at: 0, rank: 0 },
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    ...(name === undefined ? {} : { name }),
    ...(address === undefined ? {} : { addresses: [address] })
  }
}

export const connectionsOf = (contacts: ReadonlyArray<Contact>): ReadonlyArray<string> => [
  ...new Set(contacts.map((contact) => contact.connection))
]

// ---------------------------------------------------------------------------------------------------------

type Read = (field: string) => string | undefined

const reader =
  (mapping: Mapping, row: Row): Read =>
  (field) => {
    const columns = mapping[field]
    const names = typeof columns === "string" ? [columns] : Array.isArray(columns) ? columns : []
    return names.map((name: string) => row[name]?.trim() ?? "").find((value) => value !== "")
  }

const compact = <A extends object>(fields: A): A | undefined => {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined && value !== "")
  return present.length === 0 ? undefined : (Object.fromEntries(present) as A)
}

const nameOf = (read: Read): Contacts.Name | undefined => {
  const family = [read("familyName"), read("familyName2")].filter((piece) => piece !== undefined).join(" ")
  return compact({
    given: read("givenName"),
    middle: read("middleName"),
    family: family === "" ? undefined : family,
    full: read("fullName") ?? read("nativeName")
  }) as Contacts.Name | undefined
}

const addressOf = (read: Read): Contacts.PostalAddress | undefined => {
  const box = read("address.poBox")
  return compact({
    street: read("address.street") ?? read("address.full") ?? (box === undefined ? undefined : `po box ${box}`),
    houseNumber: read("address.houseNumber"),
    unit: read("address.unit"),
    suburb: read("address.locality"),
    city: read("address.city"),
    region: read("address.region"),
    postalCode: read("address.postalCode")
  }) as Contacts.PostalAddress | undefined
}

const birthDateOf = (mapping: Mapping, row: Row): string | undefined => {
  const columns = mapping["birthDate"]
  if (columns === undefined || typeof columns === "boolean") return undefined
  const names = typeof columns === "string" ? [columns] : columns
  const text = names.map((name: string) => row[name]?.trim() ?? "").join(names.length > 1 ? "-" : "")
  return BirthDate.toIso(text)
}

const handlesOf = (mapping: Mapping, read: Read): ReadonlyArray<Handle.Handle> =>
  Object.keys(mapping).flatMap((field) => {
    const [group, kind = ""] = field.split(".")
    const value = read(field)
    if (value === undefined) return []
    if (group === "externalId") return [Handle.external(kind, value.toLowerCase().replaceAll(/[^a-z0-9]/g, ""))]
    if (group !== "handle") return []
    const handle =
      kind === "email"
        ? Handle.email(value)
        : kind === "phone"
          ? Handle.phone(value, { defaultRegion: DEFAULT_REGION })
          : Handle.external(kind, value)
    return handle === undefined ? [] : [handle]
  })
