/**
 * Fields of a record that stands in the vendor, by the vendor's own names, as the texts that the vendor holds. One table of
 * `Paths` serves all: what a record that is read tells of a Contact, what is written of a Contact into a new one, and single
 * fields that are set in one that stands there already.
 */
import { type ContactFields, FieldPath, Handle, type Instant, type LocalRef, PersonName } from "@interchannel/domain"
import type * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import type { VendorError } from "./VendorError.ts"

/** What a field shows. */
export interface Standing {
  /** Absent: it is empty. */
  readonly value?: string
  /** When it was last changed, where the vendor keeps that for each field. */
  readonly changedAt?: Instant.Instant
}

/** By the vendor's name of each field. */
export type Standings = Readonly<Record<string, Standing>>

export interface Asked {
  readonly ref: LocalRef
  readonly names: ReadonlyArray<string>
}

export interface Change {
  readonly ref: LocalRef
  /** `null` empties the field. What is not named stays as it is. */
  readonly set: Readonly<Record<string, string | null>>
}

/** One answer each, in order; `Gone` when the record exists no more. */
export type Answers = ReadonlyArray<Either.Either<Standings, VendorError>>

/** Which value of a Contact each of the vendor's fields is. Any other field is `custom.<its name>`. */
export type Paths = Readonly<Record<string, FieldPath.FieldPath>>

/** A record's fields by name. */
export type Values = Readonly<Record<string, string | null | undefined>>

export interface RecordFields<Api> {
  readonly paths: Paths
  /** From where the vendor's writes can be seen at once: a search index lags. */
  readonly read: (asked: ReadonlyArray<Asked>) => Effect.Effect<Answers, VendorError, Api>
  /** Answers what stands then in the fields that were set: a vendor may store another form. Repeating it changes nothing. */
  readonly write: (changes: ReadonlyArray<Change>) => Effect.Effect<Answers, VendorError, Api>
}

/** The value of a Contact that a vendor's field is. */
export const pathOf = (paths: Paths, name: string): FieldPath.FieldPath =>
  Object.hasOwn(paths, name) ? paths[name]! : `custom.${name}`

interface Claims {
  /** For numbers without a country. */
  readonly defaultRegion?: string | undefined
  /** The vendor keeps e-mail addresses unique, or has confirmed them. */
  readonly emailsAreVerified?: boolean
}

/** What a record tells of a Contact. Pass only fields that are meant to be read: those without a path become custom ones. */
export const toContact = (paths: Paths, record: Values, claims: Claims = {}): ContactFields => {
  const told = Object.entries(record).flatMap(([name, value]) => {
    const text = FieldPath.tidy(value ?? "")
    return text === undefined ? [] : [[pathOf(paths, name), text] as const]
  })
  const below = (head: string): Readonly<Record<string, string>> | undefined => {
    const inside = told.filter(([path]) => path.startsWith(head)).map(([path, text]) => [path.slice(head.length), text])
    return inside.length === 0 ? undefined : Object.fromEntries(inside)
  }
  const plain = told.filter(([path]) => !path.includes(".") && !(path in handles))
  const { birthDate, ...rest } = Object.fromEntries(plain)
  const address = below("address.")
  return {
    ...rest,
    birthDate: birthDate === undefined ? undefined : day.exec(birthDate)?.[0],
    name: below("name."),
    addresses: address && [address],
    custom: below("custom."),
    handles: Handle.distinct(told.map(([path, text]) => handles[path as keyof typeof handles]?.(text, claims)))
  }
}

/**
 * What is written of a Contact into a record: the fields of `paths` that it has a value for. A name is put together, or taken
 * apart, as the record wants it.
 */
export const fromContact = (paths: Paths, contact: ContactFields): Readonly<Record<string, string>> => {
  const { name = {} } = contact
  const parsed = PersonName.parse(name.full ?? "")
  const joined = [name.given, name.family].filter(Boolean).join(" ")
  const whole = { ...(parsed._tag === "Name" ? parsed : {}), ...name, full: name.full ?? (joined || undefined) }
  return Object.fromEntries(
    Object.entries(paths).flatMap(([field, path]) => {
      const value = FieldPath.valueAt({ ...contact, name: whole }, path)
      return value === undefined ? [] : [[field, value]]
    })
  )
}

// ---------------------------------------------------------------------------------------------------------------------

/** A day, a month or a year. */
const day = /^\d{4}(-\d{2}(-\d{2})?)?$/

const handles = {
  email: (text: string, { emailsAreVerified }: Claims) =>
    Handle.email(text, emailsAreVerified ? { verified: true } : {}),
  phone: (text: string, { defaultRegion }: Claims) => Handle.phone(text, { defaultRegion }),
  mobile: (text: string, { defaultRegion }: Claims) => Handle.phone(text, { defaultRegion, label: "mobile" })
}
