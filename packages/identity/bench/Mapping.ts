/** How columns of a labelled file become Contacts: a JSON object from Contact field to column, see the README. */
import { type Contact, type Contacts, Handle, Key } from "@interchannel/domain"
import * as BirthDate from "../src/features/BirthDate.ts"
import { CsvError, type Row, type Table } from "./csv.ts"

export interface Mapping {
  readonly $duplicatesWithinSource?: boolean
  readonly [field: string]: string | ReadonlyArray<string> | boolean | undefined
}

/** Numbers without a country are read as if written there. */
const DEFAULT_REGION = "US"

const fields =
  /^(?:givenName|middleName|familyName2?|fullName|nativeName|suffix|birthDate|age|gender|organization|birthPlace|occupation|address\.(?:street|full|houseNumber|unit|poBox|locality|city|region|postalCode)|(?:handle|externalId)\..+)$/

/**
 * What of the mapping cannot be read from the file, a sentence each: that is left out. Throws a `CsvError` when nothing can,
 * or when rows have no name or no label.
 */
export const check = (mapping: Mapping, { names }: Table): ReadonlyArray<string> => {
  const has = `the file has ${names.join(", ")}`
  const needed = ["record_id", "entity_id"].find((name) => !names.includes(name))
  if (needed !== undefined) throw new CsvError(`row 1: there is no column ${needed} - ${has}`)
  const columns = Object.entries(mapping).flatMap(([field, named]) =>
    typeof named === "boolean" || named === undefined ? [] : [named].flat().map((name: string) => ({ field, name }))
  )
  if (!columns.some(({ field, name }) => fields.test(field) && names.includes(name))) {
    throw new CsvError(`row 1: there is no column that the mapping names - ${has}`)
  }
  return columns.flatMap(({ field, name }) => {
    if (!fields.test(field)) return [`the mapping's ${field} is no field of a contact - see the README`]
    return names.includes(name) ? [] : [`there is no column ${name} to read ${field} from - ${has}`]
  })
}

/** Builds the Contact of a row. Nothing here looks at who it is: the mapping cannot name that column. */
export const toContact = (mapping: Mapping, row: Row, id: string): Contact => {
  const read = reader(mapping, row)
  // Two sources may differ in nothing but letters of another alphabet.
  const source = (row["source"] ?? "").replaceAll(/[^a-z0-9]/gi, (char) => `-${char.charCodeAt(0).toString(16)}`)
  const connection = `src-${source.toLowerCase() || "a"}`
  const ref = { kind: "person", id }
  const name = nameOf(read)
  const address = addressOf(read)
  const birthDate = birthDateOf(mapping, row) ?? birthYearOf(read("age"))
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
    suffix: read("suffix"),
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

/** Ages count from here. Any year would do: only ages are compared with ages. */
const AGES_IN = 2000

const birthYearOf = (age: string | undefined): string | undefined =>
  age !== undefined && /^\d{1,3}$/.test(age) ? String(AGES_IN - Number(age)) : undefined

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
