/**
 * What resolution looks at in a Contact: names, dates, places and handles in comparable form. Plain JSON, derived from
 * the Contact alone, so that stored Features of one version never have to be made again.
 */
import type { Contact, PostalAddress } from "@interchannel/domain"
import type { Key } from "@interchannel/domain"
import * as BirthDate from "./BirthDate.ts"
import * as HandleFeature from "./HandleFeature.ts"
import * as NameFeature from "./NameFeature.ts"
import * as Place from "./PlaceFeature.ts"
import * as Romanize from "./romanize.ts"

export interface Features {
  readonly contact: Key.ContactKey
  /** Where the record lives: two records of one Connection are rather two people. */
  readonly connection: string
  readonly kind: "record" | "address"
  /** When the system first and last knew it, ms since 1970; 0 when unknown. Its handles were its own in between. */
  readonly since: number
  readonly at: number
  readonly name: NameFeature.NameFeature
  /** As exact as known: `[1980]`, `[1980, 2]`, `[1980, 2, 29]`. */
  readonly birth?: BirthDate.BirthDate
  readonly gender?: "f" | "m"
  readonly places: ReadonlyArray<Place.PlaceFeature>
  readonly handles: ReadonlyArray<HandleFeature.HandleFeature>
  readonly organization?: string
  readonly birthPlace?: string
  readonly title?: string
}

/** Every list inside has a maximum; what is beyond says no more about a person. */
const PLACES_MAX = 8
const HANDLES_MAX = 40

/** Reads a Contact. Total: what cannot be understood is left out. */
export const make = (contact: Contact): Features => {
  const name = NameFeature.make(contact.name)
  const birth = BirthDate.parse(contact.birthDate)
  const gender = genderOf(contact.gender)
  const organization = phrase(contact.organizationName)
  const birthPlace = phrase(contact.birthPlace)
  const title = phrase(contact.title)
  return {
    contact: contact.key,
    connection: contact.connection,
    kind: contact.kind,
    since: Math.min(contact.createdAt ?? contact.version.at, contact.version.at),
    at: contact.version.at,
    name,
    places: (contact.addresses ?? []).slice(0, PLACES_MAX).flatMap((address: PostalAddress) => Place.make(address)),
    handles: HandleFeature.make(contact.handles.slice(0, HANDLES_MAX), contact.ref.id),
    ...(birth === undefined ? {} : { birth }),
    ...(gender === undefined ? {} : { gender }),
    ...(organization === undefined ? {} : { organization }),
    ...(birthPlace === undefined ? {} : { birthPlace }),
    ...(title === undefined ? {} : { title })
  }
}

/** Nothing says what its person is called, or when they were born. */
export const isNameless = (features: Features): boolean =>
  NameFeature.isEmpty(features.name) && features.birth === undefined

/**
 * A caller: known by nothing but telephone numbers. Whose call it was depends on whose number it is, so it never makes
 * a Person.
 */
export const isCaller = (features: Features): boolean =>
  isNameless(features) && features.handles.every((handle) => handle.kind === "phone" || handle.kind === "sip")

/** Known by nothing but numbers, or nothing but mailboxes: it is their owner's, and never ties two people together. */
export const isBare = (features: Features): boolean =>
  isCaller(features) || (isNameless(features) && features.handles.every((handle) => handle.kind === "email"))

// ---------------------------------------------------------------------------------------------------------

const genderOf = (text: string | undefined): "f" | "m" | undefined => {
  const word = text?.trim().toLowerCase() ?? ""
  if (/^(?:f|female|w|weiblich|frau|femme|mujer|k|kobieta)$/.test(word)) return "f"
  return /^(?:m|male|männlich|mann|homme|hombre|mężczyzna)$/.test(word) ? "m" : undefined
}

const PHRASE_LENGTH_MAX = 80

const phrase = (text: string | undefined): string | undefined => {
  const words = text === undefined ? "" : Romanize.words(text).join(" ").slice(0, PHRASE_LENGTH_MAX)
  return words === "" || /^(?:none|null|unknown|n a|na|self|private)$/.test(words) ? undefined : words
}
