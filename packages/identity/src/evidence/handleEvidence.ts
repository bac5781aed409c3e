/**
 * What shared handles say. A handle's weight is not how rare its value is but how exclusive: the chance that who shares it
 * is one person, which falls with each further first name seen with it.
 */
import type { Features } from "../features/Features.ts"
import type { Grade, HandleFeature } from "../features/HandleFeature.ts"
import * as Model from "../model/Model.ts"
import * as nameEvidence from "./nameEvidence.ts"
import { edits, jaroWinkler } from "./similarity.ts"
import * as Tally from "./Tally.ts"
import * as tenure from "./tenure.ts"

/** What a person decided about a handle. */
export type HandleUse = "blocked" | "shared" | "own" | "personal"

/** What is known about a handle beyond one contact. */
export interface HandleStanding {
  /** Distinct first names seen with it. */
  readonly firstNames: number
  readonly use?: HandleUse
}

export type StandingOf = (handle: number) => HandleStanding | undefined

/** Kinds by which one of two contacts is known without a name to compare. */
export interface Bare {
  readonly phone: boolean
  readonly email: boolean
}

/** Adds every shared handle, and what differing ids of one kind say. */
export const add = (
  model: Model.Model,
  a: Features,
  b: Features,
  bare: Bare,
  standingOf: StandingOf,
  tally: Tally.Tally
): void => {
  for (const handleA of a.handles) {
    for (const handleB of b.handles) {
      if (handleA.kind !== handleB.kind) continue
      if (handleA.key === handleB.key) {
        const handedOn = reassigned.has(handleA.kind) ? handedOnBits(model, a, b) : 0
        addEqual(model, handleA, handleB, bare, standingOf(handleA.key), handedOn, tally)
      } else if (handleA.base !== undefined && handleA.base === handleB.base && handleA.system === handleB.system) {
        addSameBase(model, handleA, handleB, standingOf, tally)
      } else if (handleA.system !== undefined && handleA.system === handleB.system) {
        if (handleA.itself !== true || handleB.itself !== true) addExternal(handleA, handleB, tally)
      }
    }
  }
  addEmailSpelling(model, a, b, tally)
}

// ---------------------------------------------------------------------------------------------------------

/** A number or mailbox that is known as one person's, seen from the side of somebody without a name who has it. */
const OWNED_CHANCE = 0.992
const owned: ReadonlySet<Grade> = new Set(["mobile", "email", "verified"])

/** Kinds that are given to somebody else once nobody uses them. */
const reassigned: ReadonlySet<HandleFeature["kind"]> = new Set(["phone", "email"])
/** Per year of silence, at most: of two owners one after the other the nearer in time is the likelier. */
const SILENCE_BITS = { year: -0.03, most: -0.3 }

/** What a long silence takes from a handle that both have; everything when it is known by another name behind it. */
const handedOnBits = (model: Model.Model, a: Features, b: Features): number => {
  const years = tenure.silence(a, b)
  if (years === 0) return 0
  if (nameEvidence.isAnother(model, a.name, b.name)) return -Infinity
  return Math.max(SILENCE_BITS.most, years * SILENCE_BITS.year)
}

const addEqual = (
  model: Model.Model,
  a: HandleFeature,
  b: HandleFeature,
  bare: Bare,
  standing: HandleStanding | undefined,
  handedOn: number,
  tally: Tally.Tally
) => {
  if (standing?.use === "blocked" || standing?.use === "own") return
  if (handedOn === -Infinity && standing?.use !== "personal") {
    Tally.add(tally, `handle.${a.kind}`, "another name after a long silence", 0, a.value, b.value)
    return
  }
  const names = standing?.use === "shared" ? 4 : standing?.use === "personal" ? 1 : (standing?.firstNames ?? 1)
  const stated = Math.min(model.exclusivity[a.grade], model.exclusivity[b.grade])
  const isBare = (a.kind === "phone" && bare.phone) || (a.kind === "email" && bare.email)
  const isOwned = isBare && names < 2 && owned.has(a.grade) && owned.has(b.grade)
  const kind = isOwned ? Math.max(stated, OWNED_CHANCE) : stated
  const chance = names < 2 ? kind : Math.min(kind, model.shared[Math.min(names, 4) - 2]!)
  const bits = Model.toBits(chance) - Model.priorBits(model) + Math.max(SILENCE_BITS.most, handedOn)
  Tally.add(
    tally,
    `handle.${a.kind}`,
    names < 2 ? a.grade : `shared by ${names < 4 ? names : "many"}`,
    bits,
    a.value,
    b.value
  )
  // A role mailbox is the company's: two of its people may be namesakes.
  if (a.grade !== "shared" && b.grade !== "shared") tally.beyondName += bits
  // An id is given to one; a number that two names were seen with is a household's.
  if (chance >= 0.5 && (names < 2 || a.grade === "system")) {
    tally.personal += bits
    if (reassigned.has(a.kind)) tally.reachable += bits
  }
  if (names > 1) tally.household = true
}

/** Half of what the same value would say: `ana+shop@` and `ana@`, a number with and without its country. */
const addSameBase = (
  model: Model.Model,
  a: HandleFeature,
  b: HandleFeature,
  standingOf: StandingOf,
  tally: Tally.Tally
) => {
  if (a.grade === "shared" || b.grade === "shared") return
  if (standingOf(a.key)?.use !== undefined || standingOf(b.key)?.use !== undefined) return
  const bits =
    0.6 * (Model.toBits(Math.min(model.exclusivity[a.grade], model.exclusivity[b.grade])) - Model.priorBits(model))
  Tally.add(tally, `handle.${a.kind}`, "other spelling", bits, a.value, b.value)
  tally.beyondName += bits
  tally.personal += bits
  if (reassigned.has(a.kind)) tally.reachable += bits
}

/** Shorter ids are one slip from somebody else's. */
const EXTERNAL_LENGTH_MIN = 6
const EXTERNAL_TYPO_BITS = [11, 5] as const
const EXTERNAL_DIFFERENT_BITS = -5
const VERIFIED_DIFFERENT_BITS = -100

const addExternal = (a: HandleFeature, b: HandleFeature, tally: Tally.Tally) => {
  const [idA, idB] = [a.base ?? "", b.base ?? ""]
  const slips = Math.min(idA.length, idB.length) >= EXTERNAL_LENGTH_MIN ? edits(idA, idB, 2) : 3
  if (slips <= 2) {
    const bits = EXTERNAL_TYPO_BITS[slips - 1]!
    Tally.add(tally, "handle.external", slips === 1 ? "one slip" : "two slips", bits, a.value, b.value)
    tally.beyondName += bits
    tally.personal += bits
    return
  }
  const bits = a.grade === "verified" && b.grade === "verified" ? VERIFIED_DIFFERENT_BITS : EXTERNAL_DIFFERENT_BITS
  Tally.add(tally, "handle.external", "different", bits, a.value, b.value)
}

const EMAIL_LOCAL_BITS = 5
const EMAIL_NAME_BITS = 2
const EMAIL_DIGITS_BITS = 8
const OWN_DIGITS_MIN = 3
const EMAIL_DIFFERENT_BITS = -1
const EMAIL_LOCAL_LENGTH_MIN = 6
const DIFFERENT_EMAIL = ["different", EMAIL_DIFFERENT_BITS] as const

/** One mailbox mistyped, or one person's usual local part at two hosts. */
const addEmailSpelling = (model: Model.Model, a: Features, b: Features, tally: Tally.Tally) => {
  let best: { readonly level: string; readonly bits: number; readonly a: string; readonly b: string } | undefined
  for (const handleA of a.handles) {
    if (handleA.kind !== "email" || handleA.grade === "shared") continue
    for (const handleB of b.handles) {
      if (handleB.kind !== "email" || handleB.grade === "shared") continue
      if (handleA.base === handleB.base) return
      const [level, bits] = compareEmail(model, handleA.value, handleB.value, a.name.family)
      if (best === undefined || bits > best.bits) best = { level, bits, a: handleA.value, b: handleB.value }
    }
  }
  if (best === undefined) return
  Tally.add(tally, "handle.email", best.level, best.bits, best.a, best.b)
  if (best.bits <= 0) return
  // Made of the name, an address says what the name says.
  if (best.bits > EMAIL_NAME_BITS) tally.beyondName += best.bits
  if (best.level !== "same local part") tally.personal += best.bits
}

const compareEmail = (
  model: Model.Model,
  a: string,
  b: string,
  family: ReadonlyArray<string>
): readonly [string, number] => {
  const atA = a.lastIndexOf("@")
  const atB = b.lastIndexOf("@")
  const [localA, localB] = [a.slice(0, atA), b.slice(0, atB)]
  const [hostA, hostB] = [a.slice(atA), b.slice(atB)]
  const short = Math.min(localA.length, localB.length) < EMAIL_LOCAL_LENGTH_MIN
  const local = edits(localA, localB, 2)
  if (local > 2) return DIFFERENT_EMAIL
  const host = edits(hostA, hostB, 2)
  const sameDigits = localA.replaceAll(/\D/g, "") === localB.replaceAll(/\D/g, "")
  const hostAlike = host <= 2 || jaroWinkler(hostA, hostB) >= 0.9
  // user123@ and user124@ are neighbours, not slips.
  if (hostAlike && local <= 2 && sameDigits && !(short && local > 0)) {
    return ["typo", -Model.priorBits(model) - (short ? 5 : local + host <= 2 ? 2 : 4)]
  }
  if (hostAlike && local <= 2 && !short) return ["neighbour", 0]
  if (local > 0 || short) return DIFFERENT_EMAIL
  // Made of the name, it adds nothing to the name; the digits behind it do.
  if (localA.replaceAll(/\D/g, "").length >= OWN_DIGITS_MIN) return ["same local part", EMAIL_DIGITS_BITS]
  return ["same local part", family.some((word) => localA.includes(word)) ? EMAIL_NAME_BITS : EMAIL_LOCAL_BITS]
}
