/** What two sets of addresses say. People move, so differing weighs little; a house is shared, so it never suffices alone. */
import * as Model from "../model/Model.ts"
import type { PlaceFeature } from "../features/PlaceFeature.ts"
import { edits, isSlip, jaroWinkler } from "./similarity.ts"
import * as Tally from "./Tally.ts"

/** Adds the best match among the pairs of addresses. */
export const add = (
  model: Model.Model,
  a: ReadonlyArray<PlaceFeature>,
  b: ReadonlyArray<PlaceFeature>,
  tally: Tally.Tally
): void => {
  let best: Match | undefined
  for (const placeA of a) {
    for (const placeB of b) {
      const match = compare(model, placeA, placeB)
      if (match !== undefined && (best === undefined || match.bits > best.bits)) best = match
    }
  }
  if (best === undefined || best.bits === 0) return
  Tally.add(tally, "place", levelOf(best), best.bits, words(best.a), words(best.b))
  if (best.bits <= 0) return
  tally.place = best.bits
  // Namesakes live in one town.
  if (best.bits >= TELLING_BITS_MIN) tally.beyondName += best.bits
}

// ---------------------------------------------------------------------------------------------------------

interface Match {
  readonly bits: number
  readonly street: number
  readonly area: number
  readonly a: PlaceFeature
  readonly b: PlaceFeature
}

/** Relatives share a house. Where a population has none (see households.ts) a full address says much more. */
const HOUSEHOLD_BITS_MAX = 14
const PLACE_BITS_MAX = 26
/** With less than this two addresses share a town or the name of a street, not a home. */
const TELLING_BITS_MIN = 3.4

const compare = (model: Model.Model, a: PlaceFeature, b: PlaceFeature): Match | undefined => {
  const street = compareStreet(model, a, b)
  // Another street in the same town is hardly more than the same town.
  const area = compareArea(model, a, b) * (street < 0 ? 0.6 : 1)
  const most = PLACE_BITS_MAX + (HOUSEHOLD_BITS_MAX - PLACE_BITS_MAX) * model.households
  const bits = Math.min(most, street + area)
  return { bits, street, area, a, b }
}

const levelOf = ({ street, area }: Match): string => {
  const streetLevel = street > 5 ? "house" : street > 0 ? "street" : street < 0 ? "other street" : "no street"
  return `${streetLevel}, ${area > 0 ? "area" : area < 0 ? "other area" : "no area"}`
}

const compareStreet = (model: Model.Model, a: PlaceFeature, b: PlaceFeature): number => {
  if (a.street.length === 0 || b.street.length === 0) {
    if (sharesNumber(a, b) !== true) return 0
    // A box of three digits or more is somebody's own; a house number alone is anybody's.
    return a.numbers.some((number) => number.length >= 3 && b.numbers.includes(number)) ? 5 : 2
  }
  const alike = Math.max(wordsAlike(a.street, b.street), wordsAlike(allWords(a), allWords(b)))
  const number = sharesNumber(a, b)
  if (alike <= 0.5) return number === true ? 0 : -1
  const name = Math.min(6, Math.log2(0.8 / Model.share(model, "street", a.street[0]!))) * alike
  if (number === false && a.postal !== undefined && b.postal !== undefined && edits(a.postal, b.postal, 1) > 1) return 0
  return name + (number === true ? 4 : number === "near" ? 1.5 : number === undefined ? 0 : -1.5)
}

/** The street and the suburb: house and estate names stand in either field. */
const allWords = (place: PlaceFeature): ReadonlyArray<string> =>
  place.suburb === undefined ? place.street : [...place.street, ...place.suburb.split(" ")]

/** The share of the shorter street's words that the other has, slips allowed. */
const wordsAlike = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): number => {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  let found = 0
  for (const word of short)
    if (long.some((other) => word === other || isSlip(word, other) || jaroWinkler(word, other) >= 0.9)) found++
  if (found < short.length && jaroWinkler(a.join(""), b.join("")) >= 0.9) return 0.9
  return found / short.length
}

const sharesNumber = (a: PlaceFeature, b: PlaceFeature): boolean | "near" | undefined => {
  if (a.numbers.length === 0 || b.numbers.length === 0) return undefined
  if (a.numbers.some((number) => b.numbers.includes(number))) return true
  return a.numbers.some((number) => b.numbers.some((other) => edits(number, other, 1) <= 1)) ? "near" : false
}

const compareArea = (model: Model.Model, a: PlaceFeature, b: PlaceFeature): number => {
  const postal = compareField(model, "postal", a.postal, b.postal, 8)
  const city = compareField(model, "city", a.city, b.city, 6)
  const suburb = compareField(model, "suburb", a.suburb, b.suburb, 7)
  const region = a.region !== undefined && b.region !== undefined && a.region !== b.region && postal <= 0 ? -0.5 : 0
  // They say the same thing: beside the strongest the others add a little.
  const best = Math.max(postal, city, suburb)
  return best <= 0
    ? Math.max(-2, postal + city + suburb) + region
    : best + (postal + city + suburb - best) * 0.5 + region
}

const compareField = (
  model: Model.Model,
  field: "postal" | "city" | "suburb",
  a: string | undefined,
  b: string | undefined,
  most: number
): number => {
  if (a === undefined || b === undefined) return 0
  if (a === b) return Math.min(most, Math.log2(0.8 / Model.share(model, field, a)))
  if (field === "postal")
    return edits(a, b, 1) <= 1 ? 3.5 : a.slice(0, -3) === b.slice(0, -3) && a.length > 4 ? 1.5 : -0.7
  return isSlip(a, b) || jaroWinkler(a, b) >= 0.9
    ? Math.min(most, Math.log2(0.8 / Model.share(model, field, a))) - 1.5
    : -0.7
}

const words = (place: PlaceFeature): ReadonlyArray<string> =>
  [...place.numbers, ...place.street, place.suburb, place.city, place.region, place.postal].filter(
    (piece) => piece !== undefined
  )
