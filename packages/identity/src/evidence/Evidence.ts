/**
 * Reasons that two contacts are, or are not, one person, in bits. A pure and symmetric function of two Features, the
 * model and how their shared handles stand; the parts always sum to the bits.
 */
import * as BirthDate from "../features/BirthDate.ts"
import { type Features, isCaller, isNameless } from "../features/Features.ts"
import * as handleEvidence from "./handleEvidence.ts"
import * as Model from "../model/Model.ts"
import * as nameEvidence from "./nameEvidence.ts"
import * as placeEvidence from "./placeEvidence.ts"
import { edits } from "./similarity.ts"
import * as Tally from "./Tally.ts"

export type { HandleStanding, HandleUse, StandingOf } from "./handleEvidence.ts"
export type { EvidencePart } from "./Tally.ts"

/** Grows when two contacts are judged, or looked for, otherwise than before: then all have to be placed anew. */
export const RULES = 5

export interface Explained {
  readonly bits: number
  /** Chance that the two are one person, 0 to 1. */
  readonly chance: number
  readonly parts: ReadonlyArray<Tally.EvidencePart>
  readonly modelVersion: string
}

/** The sum alone. */
export const bits = (model: Model.Model, a: Features, b: Features, standingOf: handleEvidence.StandingOf): number =>
  compare(model, a, b, standingOf, Tally.make(false)).bits

/** The sum with its parts, prior and guards among them. */
export const explain = (
  model: Model.Model,
  a: Features,
  b: Features,
  standingOf: handleEvidence.StandingOf
): Explained => {
  const tally = compare(model, a, b, standingOf, Tally.make(true))
  return { bits: tally.bits, chance: Model.toChance(tally.bits), parts: tally.parts ?? [], modelVersion: model.version }
}

// ---------------------------------------------------------------------------------------------------------

const compare = (
  model: Model.Model,
  one: Features,
  other: Features,
  standingOf: handleEvidence.StandingOf,
  tally: Tally.Tally
): Tally.Tally => {
  // One order, so that rounding is the same whoever came first.
  const [a, b] = one.contact < other.contact ? [one, other] : [other, one]
  const [callerA, callerB] = [isCaller(a), isCaller(b)]
  if (callerA && callerB) {
    Tally.add(tally, "guard.callers", "a line, not a person", 0)
    return tally
  }
  Tally.add(tally, "prior", "any two contacts", Model.priorBits(model))
  const bare = { phone: callerA || callerB, email: isNameless(a) || isNameless(b) }
  handleEvidence.add(model, a, b, bare, standingOf, tally)
  const firstNames = nameEvidence.add(model, a.name, b.name, tally)
  addBirth(model, a, b, tally)
  placeEvidence.add(model, a.places, b.places, tally)
  addGender(a, b, tally)
  addTerm(model, "organization", a.organization, b.organization, 4, 0, tally)
  addTerm(model, "birthPlace", a.birthPlace, b.birthPlace, 7, -1.5, tally)
  addTerm(model, "title", a.title, b.title, 5, -0.5, tally)
  guard(model, a, b, firstNames, tally)
  return tally
}

/** Different people of one house and name; the wrong first name outweighs what a household shares. */
const FIRST_NAME_BITS = -12
/** In one house, and neither is a slip: both are names, not forms of one. Twins share even the birth date. */
const OTHER_NAMES_BITS = -20
const ONE_HOUSE_BITS_MIN = 10
/** On a handle that several people are known to use another first name is just what one expects of another person. */
const FIRST_NAME_ON_SHARED_BITS = -28
const SAME_SYSTEM_BITS = -6
/** What a household shares may suggest, but not link. */
const HOUSEHOLD_BITS_MAX = 2
/** A name alone may suggest, but not link. */
const NAME_BITS_BELOW_LINK = 0.3

/** Father and son, mother and daughter. */
const HOUSE_AGE_BITS = -100

const guard = (
  model: Model.Model,
  a: Features,
  b: Features,
  firstNames: nameEvidence.FirstNames,
  tally: Tally.Tally
) => {
  if (firstNames === "different" || firstNames === "other names") {
    const relatives = firstNames === "other names" && tally.place >= ONE_HOUSE_BITS_MIN
    const own = relatives ? OTHER_NAMES_BITS : FIRST_NAME_BITS
    const bits = (tally.household ? FIRST_NAME_ON_SHARED_BITS : own) * model.households
    Tally.add(tally, "guard.firstName", tally.household ? "different on a shared handle" : firstNames, bits)
  }
  if (tally.place > 0 && isAnotherAge(a, b)) {
    Tally.add(tally, "guard.age", "another generation in one house", HOUSE_AGE_BITS * model.households)
  }
  if (
    a.kind === "record" &&
    b.kind === "record" &&
    a.connection === b.connection &&
    !model.duplicates.includes(a.connection)
  ) {
    Tally.add(tally, "guard.system", "two records of one system", SAME_SYSTEM_BITS)
  }
  const householdMost = firstNames === "neighbours" ? Model.priorBits(model) - NEIGHBOURS_BITS : HOUSEHOLD_BITS_MAX
  if (tally.personal <= ownBitsMin(firstNames, tally) && model.households > 0 && tally.bits > householdMost) {
    Tally.add(tally, "guard.household", "nothing of one person's own", householdMost - tally.bits)
  }
  const nameMost = model.linkBits - NAME_BITS_BELOW_LINK
  if (tally.beyondName <= 0 && tally.bits > nameMost) {
    Tally.add(tally, "guard.name", "nothing but a name", nameMost - tally.bits)
  }
}

/** A birth date with a slip in it outweighs a first name with one. Not even the whole date outweighs another name: twins. */
const NEIGHBOURS_OWN_BITS = 6
/** Two names a letter apart in one home: not even a third contact, called by what is short for both, makes them one. */
const NEIGHBOURS_BITS = 10
const ANOTHER_OWN_BITS = 14

/** What two must share that a household does not, so that they are not two of one household. */
const ownBitsMin = (firstNames: nameEvidence.FirstNames, tally: Tally.Tally): number => {
  if (firstNames === "neighbours") {
    const oneHome = tally.household || tally.reachable > 0 || tally.place >= ONE_HOUSE_BITS_MIN
    return oneHome ? NEIGHBOURS_OWN_BITS + tally.reachable : -1
  }
  return tally.household && (firstNames === "different" || firstNames === "other names")
    ? ANOTHER_OWN_BITS + tally.reachable
    : 0
}

const BIRTH_BITS_MAX = 13
const YEAR_GAP_MAX = 12

const addBirth = (model: Model.Model, { birth: a }: Features, { birth: b }: Features, tally: Tally.Tally) => {
  if (a === undefined || b === undefined) return
  const [digitsA, digitsB] = [BirthDate.digits(a), BirthDate.digits(b)]
  const equal = Math.min(BIRTH_BITS_MAX, Math.log2(0.9 / Model.share(model, "birth", digitsA)))
  const [level, bits] = compareBirth(a, b, digitsA, digitsB, equal)
  Tally.add(tally, "birth", level, bits, digitsA, digitsB)
  if (bits <= 0) return
  tally.beyondName += bits
  tally.personal += bits
}

const compareBirth = (
  a: BirthDate.BirthDate,
  b: BirthDate.BirthDate,
  digitsA: string,
  digitsB: string,
  equal: number
): readonly [level: string, bits: number] => {
  const [yearA, monthA, dayA] = a
  const [yearB, monthB, dayB] = b
  if (digitsA.length < 8 || digitsB.length < 8) {
    // Made of an age, or told from memory.
    if (monthA === undefined && monthB === undefined && Math.abs(yearA - yearB) === 1) return ["a year apart", 1]
    if (Math.abs(yearA - yearB) > YEAR_GAP_MAX) return ["another age", -10]
    return digitsB.startsWith(digitsA) || digitsA.startsWith(digitsB) ? ["as far as known", 4] : ["different", -5]
  }
  if (digitsA === digitsB) return ["equal", equal]
  if (yearA === yearB && monthA === dayB && dayA === monthB) return ["day and month swapped", 9]
  const pieces = (yearA === yearB ? 1 : 0) + (monthA === monthB ? 1 : 0) + (dayA === dayB ? 1 : 0)
  if (edits(digitsA, digitsB, 1) <= 1) return ["one digit", 7]
  if (pieces === 2)
    return yearA === yearB
      ? ["two of three", 4]
      : ["day and month", Math.abs(yearA - yearB) % 10 === 0 || Math.abs(yearA - yearB) <= 2 ? 5 : 1]
  if (edits(digitsA, digitsB, 2) <= 2) return ["two digits", 2]
  if (yearA === yearB) return ["year", -0.5]
  if (isNear(a, b)) return ["near", 1]
  return Math.abs(yearA - yearB) > YEAR_GAP_MAX ? ["another age", -10] : ["different", -4.5]
}

const isAnotherAge = ({ birth: a }: Features, { birth: b }: Features): boolean =>
  a !== undefined && b !== undefined && Math.abs(a[0] - b[0]) > YEAR_GAP_MAX && a[1] !== b[1] && a[2] !== b[2]

/** The next month, of the next year or of another decade: where slips and guesses fall. */
const isNear = ([yearA, monthA = 0]: BirthDate.BirthDate, [yearB, monthB = 0]: BirthDate.BirthDate): boolean => {
  const years = Math.abs(yearA - yearB)
  const months = Math.abs(monthA - monthB)
  return (years <= 1 || (years >= 9 && years <= 11)) && (months <= 1 || months >= 11)
}

const addGender = (a: Features, b: Features, tally: Tally.Tally) => {
  if (a.gender === undefined || b.gender === undefined) return
  Tally.add(
    tally,
    "gender",
    a.gender === b.gender ? "equal" : "different",
    a.gender === b.gender ? 0.9 : -3,
    a.gender,
    b.gender
  )
}

const addTerm = (
  model: Model.Model,
  field: "organization" | "birthPlace" | "title",
  a: string | undefined,
  b: string | undefined,
  most: number,
  different: number,
  tally: Tally.Tally
) => {
  if (a === undefined || b === undefined) return
  const bits = a === b ? Math.min(most, Math.log2(0.8 / Model.share(model, field, a))) : different
  if (bits === 0) return
  Tally.add(tally, field, a === b ? "equal" : "different", bits, a, b)
  if (bits > 0) tally.beyondName += bits
}
