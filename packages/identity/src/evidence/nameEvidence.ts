/** What two names say about whether they are one person's. */
import * as GivenName from "./givenName.ts"
import * as Model from "../model/Model.ts"
import type { NameFeature } from "../features/NameFeature.ts"
import * as Nickname from "./nickname.ts"
import { sound } from "../features/romanize.ts"
import { edits, jaroWinkler } from "./similarity.ts"
import * as Tally from "./Tally.ts"

type Words = ReadonlyArray<string>

/** Whether the first names allow one person. */
export type FirstNames = "alike" | "unknown" | "neighbours" | "different" | "other names"

type Level = GivenName.Likeness | "equal" | "part" | "initial" | "missing"

/** Adds what the names say and returns how the first names stand. */
export const add = (model: Model.Model, a: NameFeature, b: NameFeature, tally: Tally.Tally): FirstNames => {
  if (a.given.length + a.family.length === 0 || b.given.length + b.family.length === 0) return "unknown"
  addGeneration(a, b, tally)
  if (isSwapped(a, b)) return addSwapped(model, a, b, tally)
  if (isCrossed(a, b)) {
    Tally.add(tally, "name", "given name as family name", CROSSED_BITS, nameWords(a), nameWords(b))
    return "unknown"
  }
  const lone = loneName(a, b)
  if (lone !== undefined) {
    const bits = Math.min(LONE_BITS_MAX, equalBits(model, "family", lone))
    Tally.add(tally, "name.family", "only name", bits, lone, lone)
    return "unknown"
  }
  addFamily(model, a.family, b.family, tally)
  return addGiven(model, a, b, tally)
}

/** Whether two people called so could be one person: how many first names a handle has seen is counted with it. */
export const compatible = (model: Model.Model, a: NameFeature, b: NameFeature): boolean => {
  if (a.given.length === 0 || b.given.length === 0) return false
  const level = compareGiven(model, a.given, b.given)
  return (
    (level !== "different" && level !== "initial" && level !== "neighbour") ||
    isSwapped(a, b) ||
    loneName(a, b) !== undefined
  )
}

/** Whether both carry a name and it is rather not the same one: the first names, or the family names, are different. */
export const isAnother = (model: Model.Model, a: NameFeature, b: NameFeature): boolean => {
  if (isSwapped(a, b) || loneName(a, b) !== undefined) return false
  return !fits(compareGiven(model, a.given, b.given)) || !fits(compareFamily(a.family, b.family))
}

// ---------------------------------------------------------------------------------------------------------

/** A lone name may be a first or a family name. */
const LONE_BITS_MAX = 6
/** However rare a name, it is given to several people. */
const EQUAL_BITS_MAX = 11
const EQUAL_SHARE = 0.85

const equalBits = (model: Model.Model, field: "given" | "family", word: string): number =>
  Math.min(EQUAL_BITS_MAX, Math.log2(EQUAL_SHARE / Model.share(model, field, word)))

const commonWord = (a: Words, b: Words): string => a.find((word) => b.includes(word)) ?? a[0]!

const join = (words: Words): string => (words.length === 1 ? words[0]! : words.join(""))

type CompareWord = (a: string, b: string) => GivenName.Likeness

const compareGiven = (model: Model.Model, a: Words, b: Words): Level =>
  compareWords(a, b, (one, other) => GivenName.compare(model, one, other))

const compareFamily = (a: Words, b: Words): Level => compareWords(a, b, familyWord)

const compareWords = (a: Words, b: Words, compareWord: CompareWord): Level => {
  if (a.length === 0 || b.length === 0) return "missing"
  const wholeA = join(a)
  const wholeB = join(b)
  if (wholeA === wholeB) return wholeA.length === 1 ? "initial" : "equal"
  if (a.length + b.length > 2 && a.some((word) => word.length > 1 && b.includes(word))) return "part"
  const firstA = a[0]!
  const firstB = b[0]!
  if (firstA.length === 1 || firstB.length === 1) return isInitialOf(firstA, firstB) ? "initial" : "different"
  if (Nickname.related(firstA, firstB)) return "nickname"
  return compareWord(wholeA, wholeB)
}

/** `B` for Robert, who is called Bob. */
const isInitialOf = (a: string, b: string): boolean =>
  a.charAt(0) === b.charAt(0) || (a.length === 1 ? Nickname.beginsWith(b, a) : Nickname.beginsWith(a, b))

const familyWord = (a: string, b: string): GivenName.Likeness => {
  const shorter = Math.min(a.length, b.length)
  const slips = edits(a, b, 2)
  if (shorter > 2 && (slips <= 1 || (slips <= 2 && shorter > 5))) return "typo"
  const alike = jaroWinkler(a, b)
  if (alike >= 0.94) return "typo"
  if (alike >= 0.85) return "similar"
  const soundA = sound(a)
  if (soundA === sound(b) && (soundA.length > 2 || slips <= 2 || a.charAt(0) === b.charAt(0))) return "sound"
  return GivenName.isScrambled(a, b) ? "unclear" : "different"
}

const fits = (level: Level): boolean => isAlike(level) || level === "missing" || level === "initial"

const isAlike = (level: Level): boolean =>
  level !== "different" && level !== "missing" && level !== "initial" && level !== "unclear" && level !== "neighbour"

/** `Isla Hall` and `Hall Isla`, typing slips allowed. */
const isSwapped = (a: NameFeature, b: NameFeature): boolean => {
  if (a.given.length === 0 || b.given.length === 0 || a.family.length === 0 || b.family.length === 0) return false
  const givenA = join(a.given)
  const givenB = join(b.given)
  const familyA = join(a.family)
  const familyB = join(b.family)
  if (givenA === givenB || familyA === familyB) return false
  if (jaroWinkler(givenA, familyB) < 0.85 || jaroWinkler(familyA, givenB) < 0.85) return false
  return jaroWinkler(givenA, givenB) + jaroWinkler(familyA, familyB) < 1.8
}

/** One field holds the other's name, and what should be there is lost: `Andrew Rawlings` and `Rawlings Lachlan`. */
const isCrossed = (a: NameFeature, b: NameFeature): boolean => {
  if (a.given.length === 0 || b.given.length === 0 || a.family.length === 0 || b.family.length === 0) return false
  const [givenA, givenB, familyA, familyB] = [join(a.given), join(b.given), join(a.family), join(b.family)]
  if (givenA === givenB || familyA === familyB) return false
  if (Math.min(givenA.length, givenB.length, familyA.length, familyB.length) < 3) return false
  if (jaroWinkler(givenA, givenB) >= 0.8 || jaroWinkler(familyA, familyB) >= 0.8) return false
  return jaroWinkler(givenA, familyB) >= 0.88 || jaroWinkler(familyA, givenB) >= 0.88
}
const CROSSED_BITS = 3

const addSwapped = (model: Model.Model, a: NameFeature, b: NameFeature, tally: Tally.Tally): FirstNames => {
  const exact = join(a.given) === join(b.family) && join(a.family) === join(b.given)
  const bits = equalBits(model, "given", a.given[0]!) + equalBits(model, "family", a.family[0]!) - (exact ? 2 : 5)
  Tally.add(tally, "name", "swapped", Math.max(2, bits), nameWords(a), nameWords(b))
  tally.personal += 3
  return "alike"
}

/** One side has a single word, and it is the other's family name. */
const loneName = (a: NameFeature, b: NameFeature): string | undefined => {
  const word = a.family.length === 0 ? a.given[0] : b.family.length === 0 ? b.given[0] : undefined
  const other = a.family.length === 0 ? b.family : a.family
  return word !== undefined && word.length > 1 && other.includes(word) ? word : undefined
}

const familyBits: { readonly [L in Level]: number } = {
  equal: 0,
  part: -1.5,
  typo: -2.5,
  nickname: -3,
  similar: -5,
  initial: -6,
  sound: -4,
  unclear: -6,
  neighbour: -6,
  missing: 0,
  different: -3.5
}

const addFamily = (model: Model.Model, a: Words, b: Words, tally: Tally.Tally) => {
  const level = compareFamily(a, b)
  if (level === "missing" || level === "unclear") return
  const bits =
    level === "different"
      ? familyBits.different
      : Math.max(
          0.5,
          equalBits(model, "family", level === "part" ? commonWord(a, b) : rarer(model, "family", a, b)) +
            familyBits[level]
        )
  Tally.add(tally, "name.family", level, bits, a, b)
}

const rarer = (model: Model.Model, field: "given" | "family", a: Words, b: Words): string =>
  // The commoner of the two: a slip makes a common name look rare.
  Model.share(model, field, a[0]!) >= Model.share(model, field, b[0]!) ? a[0]! : b[0]!

const givenBits: { readonly [L in Level]: number } = {
  equal: 0,
  part: -1.5,
  typo: -2,
  nickname: -2.5,
  similar: -4.5,
  initial: 0,
  sound: -5,
  unclear: -7,
  neighbour: -3,
  missing: 0,
  different: -3
}

const addGiven = (model: Model.Model, a: NameFeature, b: NameFeature, tally: Tally.Tally): FirstNames => {
  const level = compareGiven(model, a.given, b.given)
  const middle = addMiddle(model, a, b, tally)
  if (level === "missing") return "unknown"
  if (level === "initial") {
    Tally.add(tally, "name.given", level, INITIAL_BITS, a.given[0], b.given[0])
    // Brothers share an initial, hardly ever two.
    if (middle > 0) tally.personal += INITIAL_BITS
    return "unknown"
  }
  if (level === "unclear") {
    Tally.add(tally, "name.given", level, 0, a.given, b.given)
    return "unknown"
  }
  if (level === "different") {
    if (byMiddleName(model, a, b)) {
      Tally.add(tally, "name.given", "middle name", 3, nameWords(a), nameWords(b))
      return "alike"
    }
    Tally.add(tally, "name.given", level, givenBits.different, a.given, b.given)
    return a.given.every(Nickname.isKnown) && b.given.every(Nickname.isKnown) ? "other names" : "different"
  }
  const word = level === "part" ? commonWord(a.given, b.given) : rarer(model, "given", a.given, b.given)
  const bits = Math.max(0.5, equalBits(model, "given", word) + givenBits[level])
  Tally.add(tally, "name.given", level, bits, a.given, b.given)
  if (level === "neighbour") return "neighbours"
  tally.personal += bits
  return "alike"
}

const INITIAL_BITS = 2.5

/** Called by the middle name: `Evelyn Grace` and `Grace`. */
const byMiddleName = (model: Model.Model, a: NameFeature, b: NameFeature): boolean =>
  isMiddleOf(model, a, b) || isMiddleOf(model, b, a)

const isMiddleOf = (model: Model.Model, short: NameFeature, long: NameFeature): boolean =>
  (short.middle.length === 0 || short.middle[0]!.charAt(0) === long.given[0]!.charAt(0)) &&
  long.middle.some((word) => word.length > 1 && isAlike(compareGiven(model, [word], short.given)))

const MIDDLE_DIFFERENT_BITS = -3

const addMiddle = (model: Model.Model, a: NameFeature, b: NameFeature, tally: Tally.Tally): number => {
  const level = compareGiven(model, a.middle, b.middle)
  if (level === "missing") return 0
  const bits =
    level === "different"
      ? MIDDLE_DIFFERENT_BITS
      : level === "initial"
        ? 2.5
        : level === "similar" || level === "sound"
          ? 2
          : 4
  Tally.add(tally, "name.middle", level, bits, a.middle, b.middle)
  return bits
}

/** Father and son share everything else. */
const GENERATION_BITS = -100

const addGeneration = (a: NameFeature, b: NameFeature, tally: Tally.Tally) => {
  if (a.generation === undefined || b.generation === undefined || a.generation === b.generation) return
  Tally.add(tally, "guard.generation", "different", GENERATION_BITS, String(a.generation), String(b.generation))
}

const nameWords = (name: NameFeature): Words => [...name.given, ...name.middle, ...name.family]
