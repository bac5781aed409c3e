/**
 * Whether two given names are one: the same, a short form, a slip, another spelling of one sound; or another name. Jana and
 * Jon, Martin and Martina are a letter or two apart and two people, who often share all that a household has.
 */
import * as Model from "../model/Model.ts"
import * as Nickname from "./nickname.ts"
import { sound } from "../features/romanize.ts"
import { edits, jaroWinkler } from "./similarity.ts"

/** `neighbour`: a slip away, and rather another name. `unclear`: the same letters, badly scrambled. */
export type Likeness = "nickname" | "typo" | "similar" | "sound" | "unclear" | "neighbour" | "different"

/** Compares two folded given names that are not equal, each of two letters or more. Symmetric. */
export const compare = (model: Model.Model, a: string, b: string): Likeness => {
  if (Nickname.related(a, b)) return "nickname"
  const slips = edits(a, b, 2)
  const likeness = Nickname.isKnown(a) && Nickname.isKnown(b) ? compareKnown(a, b, slips) : compareUnknown(a, b, slips)
  if (likeness === "different" || likeness === "unclear") return likeness
  return isOfOtherGender(a, b) || (slips <= 2 && areBothCommon(model, a, b)) ? "neighbour" : likeness
}

/** The same letters, in the wrong places: `sofia`, `fosia`. */
export const isScrambled = (a: string, b: string): boolean => {
  let rest = b
  let common = 0
  for (const letter of a) {
    const at = rest.indexOf(letter)
    if (at < 0) continue
    rest = rest.slice(0, at) + rest.slice(at + 1)
    common++
  }
  return common >= 3 && common / Math.max(a.length, b.length) >= 0.65
}

// ---------------------------------------------------------------------------------------------------------

/** Up to here a letter in another's place is rather another name (Tim, Tom, Kim), but not one lost or two swapped. */
const SHORT_LENGTH = 3

/** Both are names, and not forms of one: Patrick and Patricia. */
const compareKnown = (a: string, b: string, slips: number): Likeness => {
  const heard = soundsAlike(a, b)
  if (heard === "exactly" || (slips === 2 && sound(a) === sound(b) && sound(a).length > 2)) return "sound"
  return slips <= 1 || (slips <= 2 && sound(a) === sound(b)) ? "neighbour" : "different"
}

const compareUnknown = (a: string, b: string, slips: number): Likeness => {
  const shorter = Math.min(a.length, b.length)
  const heard = soundsAlike(a, b)
  if (shorter <= SHORT_LENGTH) {
    if (heard !== undefined) return "sound"
    if (slips <= 1 && (a.length !== b.length || isSwapped(a, b))) return "typo"
    return slips <= 1 || (slips <= 2 && sound(a) === sound(b)) ? "neighbour" : "different"
  }
  if (slips <= 1 || (slips <= 2 && shorter > 5)) return "typo"
  const alike = jaroWinkler(a, b)
  if (alike >= 0.94) return "typo"
  if (alike >= 0.85) return "similar"
  if (heard !== undefined) return "sound"
  return sound(a) === sound(b) ? "neighbour" : isScrambled(a, b) ? "unclear" : "different"
}

const isSwapped = (a: string, b: string): boolean =>
  a.length === b.length && [...a].sort().join("") === [...b].sort().join("")

/** A slip repeats itself as well, but this much more rarely than the name that it is a slip of. */
const SLIP_SHARE = 0.01

/** Both are names people have, and neither is so rare beside the other that it rather is a slip of it. */
const areBothCommon = (model: Model.Model, a: string, b: string): boolean => {
  const [shareA, shareB] = [Model.givenShare(model, a), Model.givenShare(model, b)]
  return Math.min(shareA, shareB) > Math.max(shareA, shareB) * SLIP_SHARE
}

/** So many consonants in a row are one name however its vowels are written: `alyaksandr`, `alexander`. */
const TELLING_LENGTH = 5

type Heard = "exactly" | "nearly" | undefined

/**
 * The consonants alone sound alike far too often: `jana`, `jon`. Vowels are heard one way or another (`kaylee`, `keeley`), and
 * an abbreviation leaves some out; neither has others in their place.
 */
const soundsAlike = (a: string, b: string): Heard => {
  if (sound(a) !== sound(b)) return undefined
  const [vowelsA, vowelsB] = [vowels(a), vowels(b)]
  if (vowelsA.join(" ") === vowelsB.join(" ")) return "exactly"
  if (sound(a).length >= TELLING_LENGTH) return "nearly"
  if (vowelsA.length === vowelsB.length)
    return vowelsA.every((group, at) => overlap(group, vowelsB[at]!)) ? "nearly" : undefined
  const [short, long] = vowelsA.length < vowelsB.length ? [vowelsA, vowelsB] : [vowelsB, vowelsA]
  let at = 0
  for (const group of long) if (at < short.length && overlap(group, short[at]!)) at++
  return at === short.length ? "nearly" : undefined
}

/** Groups of vowels: `ee` and `y` are heard as `i`, `oo` and `ou` as `u`; their order is where slips fall. */
const vowels = (name: string): ReadonlyArray<string> =>
  (
    name
      .replace(/ee|y/g, "i")
      .replace(/oo|ou/g, "u")
      .replace(/h/g, "")
      .match(/[aeiou]+/g) ?? []
  ).map((group) => [...new Set(group)].sort().join(""))

const overlap = (a: string, b: string): boolean => [...a].some((vowel) => b.includes(vowel))

/** Letters of the ending by which the names of women and men differ. */
const ENDING_LENGTH = 3

/**
 * One stem, and one of the two with an ending that makes it a woman's name: Oliver and Olivia, Mario and Maria, Andreas
 * and Andrea, Daniel and Danielle.
 */
const isOfOtherGender = (a: string, b: string): boolean => {
  if (isSwapped(a, b)) return false
  const shorter = Math.min(a.length, b.length)
  let stem = 0
  while (stem < shorter && a.charAt(stem) === b.charAt(stem)) stem++
  if (stem < Math.max(2, shorter - ENDING_LENGTH)) return false
  return isFeminineOf(a, b, stem) || isFeminineOf(b, a, stem)
}

const isFeminineOf = (woman: string, man: string, stem: number): boolean => {
  const [hers, his] = [woman.slice(stem), man.slice(stem)]
  if (woman.endsWith("a")) return /[^aeiyh]$/.test(man) || (his === "y" && hers === "ia")
  return /^(?:an|c)?$/.test(his) && /[celnst]$/.test(man) && /^(?:[lnst]?e|ie|ine|ette|elle|que)$/.test(hers)
}
