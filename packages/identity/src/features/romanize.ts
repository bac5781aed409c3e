/** Names of every script in Latin letters, so that `王杰`, `Wang Jie` and `WANG, Jie` meet. The native form stays beside it. */
import { PersonName } from "@interchannel/domain"
import anyAscii from "any-ascii"

/**
 * Lower-case Latin words. Han is read as Mandarin, the family name first and apart; characters that are read otherwise
 * as a family name are known by `familyReadings`.
 */
export const words = (text: string): ReadonlyArray<string> => {
  if (text === "") return none
  const known = folds.get(text)
  if (known !== undefined) return known
  const made = wordsOf(text)
  if (folds.size >= FOLDS_MAX) folds.clear()
  folds.set(text, made)
  return made
}

const none: ReadonlyArray<string> = []

/** Names, towns and streets repeat. */
const FOLDS_MAX = 50_000
const folds = new Map<string, ReadonlyArray<string>>()

const wordsOf = (text: string): ReadonlyArray<string> => {
  const folded = PersonName.fold(text)
  if (folded === "") return []
  if (latin.test(folded)) return folded.split(" ")
  return folded.split(" ").flatMap(wordOf)
}

/** A Han name written without a space, taken apart: `["wang", "jie"]`; `undefined` for anything else. */
export const hanName = (text: string): { readonly family: string; readonly given: string } | undefined => {
  const bare = text.trim()
  if (!/^\p{Script=Han}{2,4}$/u.test(bare)) return undefined
  const length = bare.length > 2 && compoundFamilies.has(bare.slice(0, 2)) ? 2 : 1
  const family = bare.slice(0, length)
  return { family: familyReadings.get(family) ?? flat(family), given: flat(bare.slice(length)) }
}

/**
 * The sound of a word across spellings and alphabets: its consonants, with those that languages mix up made one.
 * `schmidt`, `smith`, `smyth` → `smt`; `mohamed`, `muhammed`, `mhd` → `mt`; `fysl`, `faisal` → `fsl`.
 */
export const sound = (word: string): string => {
  const known = sounds.get(word)
  if (known !== undefined) return known
  const consonants = word
    .replace(/tsch|sch|tch|ch|cz|sh|sz/g, "s")
    .replace(/gh/g, "")
    .replace(/g(?=[ei])/g, "j")
    .replace(/ph/g, "f")
    .replace(/x/g, "ks")
    .replace(/ck|[cqg]/g, "k")
    .replace(/[vw]/g, "f")
    .replace(/z/g, "s")
    .replace(/d/g, "t")
    .replace(/b/g, "p")
    .replace(/j/g, "y")
  const head = /^[aeiouyh]/.test(consonants) ? "a" : consonants.charAt(0)
  const code = head + consonants.slice(1).replace(/[aeiouyh]/g, "")
  const result = code.replace(/(.)\1+/g, "$1")
  if (sounds.size >= SOUNDS_MAX) sounds.clear()
  sounds.set(word, result)
  return result
}

// ---------------------------------------------------------------------------------------------------------

/** Names repeat; remembering their sound halves the cost of a contact. */
const SOUNDS_MAX = 50_000
const sounds = new Map<string, string>()

const latin = /^[a-z0-9 ]*$/

const wordOf = (word: string): ReadonlyArray<string> => {
  if (latin.test(word)) return [word]
  const han = hanName(word)
  if (han !== undefined) return [han.family, han.given]
  const ascii = flat(word)
  return ascii === "" ? [] : [ascii]
}

const flat = (text: string): string =>
  anyAscii(text)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")

const compoundFamilies = new Set(
  "欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 夏侯 东方 東方 皇甫 尉迟 公孙 慕容 司徒 令狐".split(" ")
)

/** Family names that are read otherwise than the character alone. */
const familyReadings: ReadonlyMap<string, string> = new Map([
  ["单", "shan"],
  ["單", "shan"],
  ["仇", "qiu"],
  ["解", "xie"],
  ["曾", "zeng"],
  ["查", "zha"],
  ["区", "ou"],
  ["區", "ou"],
  ["任", "ren"],
  ["翟", "zhai"],
  ["盖", "ge"],
  ["缪", "miao"],
  ["朴", "piao"],
  ["尉迟", "yuchi"],
  ["万俟", "moqi"]
])
