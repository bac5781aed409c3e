/** A postal address as words and numbers that can be compared, whatever order and abbreviations it was written in. */
import type { PostalAddress } from "@interchannel/domain"
import * as Romanize from "./romanize.ts"

export interface PlaceFeature {
  /** House, flat and box numbers. */
  readonly numbers: ReadonlyArray<string>
  /** Words of the street without its kind (`street`, `ave`). */
  readonly street: ReadonlyArray<string>
  readonly suburb?: string
  readonly city?: string
  readonly region?: string
  /** Letters and digits only, lower case. */
  readonly postal?: string
}

const WORDS_MAX = 8

/** An empty list when nothing comparable is in it. */
export const make = (address: PostalAddress): ReadonlyArray<PlaceFeature> => {
  const [line = "", ...rest] = split(address)
  const tail = address.city === undefined && address.postalCode === undefined ? rest.join(" ") : ""
  const words = Romanize.words(`${address.houseNumber ?? ""} ${address.unit ?? ""} ${line}`)
  const postal = code(address.postalCode) ?? code(postalIn(`${line} ${rest.join(" ")}`))
  const suburb = phrase(address.suburb)
  const city = phrase(address.city) ?? cityIn(tail)
  const region = phrase(address.region)
  const numbers = words.filter((word) => /\d/.test(word) && word !== postal).slice(0, WORDS_MAX)
  const street = words.filter((word) => !/\d/.test(word) && !kinds.has(word) && word.length > 1).slice(0, WORDS_MAX)
  if (numbers.length === 0 && street.length === 0 && !suburb && !city && !postal && !region) return []
  return [
    {
      numbers,
      street,
      ...(suburb === undefined ? {} : { suburb }),
      ...(city === undefined ? {} : { city }),
      ...(region === undefined ? {} : { region }),
      ...(postal === undefined ? {} : { postal })
    }
  ]
}

// ---------------------------------------------------------------------------------------------------------

/** The street line, and what follows it when the whole address was put in one field. */
const split = (address: PostalAddress): ReadonlyArray<string> => {
  const pieces = (address.street ?? "").split(",").map((piece) => piece.trim())
  const streetAt = pieces.findIndex((piece) => /\d/.test(piece) && /\p{L}{3,}/u.test(piece) && !unitOnly.test(piece))
  if (streetAt <= 0) return pieces
  return [
    `${pieces
      .slice(0, streetAt)
      .filter((piece) => /\d/.test(piece))
      .join(" ")} ${pieces[streetAt]}`,
    ...pieces.slice(streetAt + 1)
  ]
}

const unitOnly = /^(?:suite|ste|apt|unit|flat|no|#)\W*[\w-]+$/i

const phrase = (text: string | undefined): string | undefined => {
  const words = text === undefined ? "" : Romanize.words(text).join(" ")
  return words === "" || words === "null" || words === "none" || words === "n a" ? undefined : words
}

const code = (text: string | undefined): string | undefined => {
  const bare = text?.toLowerCase().replace(/[^a-z0-9]/g, "") ?? ""
  // A code of zeros or nines only was typed to get past a required field.
  return bare.length < 3 || /^(\w)\1+$/.test(bare) ? undefined : bare.replace(/^(\d{5})\d{4}$/, "$1")
}

const postalIn = (text: string): string | undefined =>
  /(?<![\d#-])\d{5,6}(?!\d)(?!\s+\p{L}{2,}\s+(?:st|rd|ave)\b)/iu.exec(text)?.[0]

const cityIn = (tail: string): string | undefined => {
  const words = Romanize.words(tail).filter((word) => !/\d/.test(word) && word.length > 2)
  return words.length === 0 ? undefined : words.slice(0, 3).join(" ")
}

const kinds = new Set(
  `street st road rd avenue ave av lane ln drive dr place pl court ct crescent cres circuit cct close cl way wy
  boulevard blvd terrace tce parade pde grove gr square sq highway hwy parkway pkwy str strasse weg platz rue via calle
  ulica ul ulitsa suite ste apt apartment apartments unit flat floor fl no box po p o bld building n s e w north south
  east west the of`.split(/\s+/)
)
