/**
 * What a person is called, taken apart for display and for comparison.
 *
 * Name fields hold anything: decorated display names, addresses, telephone numbers, company names. Parsing is total and
 * says which; the `full` of a `Name` parses to the same `full` again. A name never proves who somebody is, and the parts
 * are the likeliest reading: no rule tells a second given name from a first surname.
 *
 * @module
 */
import { fold } from "./nameFold.ts"
import { bareOf, isOrganization, isSuffix, takeApart } from "./nameParts.ts"
import * as words from "./nameWords.ts"

export { fold } from "./nameFold.ts"

/** A person's name. */
export interface Name {
  readonly _tag: "Name"
  /** For display: in reading order, without decoration, not shouted. */
  readonly full: string
  readonly given?: string
  readonly middle?: string
  readonly family?: string
  /** `Dr.`, `Frau`, `Mr & Mrs`. */
  readonly prefix?: string
  /** `Jr`, `III`, `PhD`. */
  readonly suffix?: string
}

export type Reason = "empty" | "no letters" | "address" | "phone" | "organization" | "placeholder" | "too long"

/** A text that names no person. */
export interface NotAName {
  readonly _tag: "NotAName"
  readonly reason: Reason
}

export type Parsed = Name | NotAName

/**
 * Reads a display name or a whole name.
 *
 * @example
 * import { PersonName } from "@interchannel/domain"
 *
 * PersonName.parse("VAN DER BERG, Dr. Ana (she/her) | Example GmbH")
 * // => { _tag: "Name", full: "Dr. Ana van der Berg", given: "Ana", family: "van der Berg", prefix: "Dr." }
 * PersonName.parse("+1 202 555 0123") // => { _tag: "NotAName", reason: "phone" }
 */
export const parse = (full: string): Parsed => {
  if (full.length > rawLengthMax) return notAName("too long")
  const first = read(full)
  if (fullOf(first) === full) return first
  let last = first
  for (let round = 0; round < roundsMax && last._tag === "Name"; round++) {
    const next = read(last.full)
    // The parts of the first reading stand: only it saw the comma of "García Márquez, Ana".
    if (next._tag === "Name" && next.full === last.full) return last.full === fullOf(first) ? first : next
    last = next
  }
  return last._tag === "NotAName" ? last : notAName("no letters")
}

// ---------------------------------------------------------------------------------------------------------

/** Longer than any name; shorter than a text pasted into the field. */
const rawLengthMax = 200
/** The longest names in civil registers stay below; sentences do not. */
const wordsMax = 12

/** What one reading brings to light, the next takes away: "Example GmbH | -Ana". More rounds than this are noise. */
const roundsMax = 5

const notAName = (reason: Reason): NotAName => ({ _tag: "NotAName", reason })

/** One Unicode form (which also undoes 𝓯𝓪𝓷𝓬𝔂 letters), no emoji, no invisible characters, single spaces. */
const clean = (text: string): string =>
  plain.test(text)
    ? text
    : text
        .replace(/\p{Cs}/gu, "")
        .normalize("NFKC")
        .replace(
          /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\ufe0e\ufe0f\u20e3\u{e0000}-\u{e007f}]/gu,
          " "
        )
        .replace(/(?<![\p{L}\p{M}])[\u200c\u200d]|[\u200c\u200d](?![\p{L}\p{M}])/gu, "")
        .replace(/[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, "")
        .replace(/[\s\p{Cc}]+/gu, " ")
        .trim()

/** Most names are nothing but Latin letters, and the daemon reads millions. */
const plain = /^[a-z]+(?: [a-z]+)*$/i

const fullOf = (parsed: Parsed): string | undefined => (parsed._tag === "Name" ? parsed.full : undefined)

const read = (written: string): Parsed => {
  const text = clean(written)
  if (text === "") return notAName("empty")
  const undecorated = undecorate(text)
  const reason = whyNot(undecorated, text)
  return reason === undefined ? takeApart(calm(undecorated)) : notAName(reason)
}

/** Everything that people and mailers put around a name: brackets, quotes, signs, the company after a bar or comma. */
const undecorate = (text: string): string => {
  if (plain.test(text) && !provenance.test(text)) return text
  const mailbox = text.replace(/<[^<>]*>\s*$/, " ")
  const bare = [/["“”„«»][^"“”„«»]*["“”„«»]/g, /[([{][^()[\]{}]*[)\]}]/g].reduce(without, mailbox)
  const pieces = bare
    .replace(/["“”„«»()[\]{}_]+/g, " ")
    .split(/\s*[|•·/\\~]+\s*|\s+[-–—@:]+\s+|\s+(?:via|from|at|bei|chez)\s+/iu)
    .map(strip)
    .filter((piece) => piece !== "")
  const piece = pieces.find((candidate) => !isOrganization(candidate)) ?? pieces[0] ?? ""
  const [first = "", ...others] = piece.split(/\s*,\s*/)
  return isOrganization(first) ? piece : [first, ...others.filter((other) => !isOrganization(other))].join(", ")
}

/** "Ana via Example". */
const provenance = /\s(?:via|from|at|bei|chez)\s/i

/** A nickname in quotes, pronouns in brackets: left out, unless there is nothing else. */
const without = (text: string, enclosed: RegExp): string => {
  const rest = text.replace(enclosed, " ")
  return /\p{L}/u.test(rest) ? rest : text
}

const strip = (text: string): string =>
  text
    .replace(/[\p{S}*#]+/gu, (signs) => (/^[+&`´]$/u.test(signs) ? signs : " "))
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^['’‘`]+(.*?)['’‘`]+$/u, "$1")
    .replace(/^[^\p{L}\p{N}+'’‘]+|[^\p{L}\p{M}\p{N}.'’]+$/gu, "")

/** What its signs and digits say. */
const whySigns = (name: string, whole: string): Reason | undefined => {
  if (/^<?\S+@\S+\.\S+>?$/.test(whole) || /@\S+\.\S/.test(name) || /^(?:https?:\/\/|www\.)/i.test(whole))
    return "address"
  if (/^[+(]?[\d\s().\-/+x]{5,}$/.test(whole) || /^\+?\d[\d\s]{4,}/.test(name)) return "phone"
  return /\p{L}/u.test(name) ? undefined : "no letters"
}

const whyNot = (name: string, whole: string): Reason | undefined => {
  const signs = plain.test(whole) ? undefined : whySigns(name, whole)
  if (signs !== undefined) return signs
  const folded = fold(name)
  const isPlaceholder = words.placeholders.has(folded) || (name !== whole && words.placeholders.has(fold(whole)))
  if (isPlaceholder || /^(\p{L})\1{2,}$/u.test(folded)) return "placeholder"
  if (isOrganization(name)) return "organization"
  return name.split(/[\s,]+/).length > wordsMax ? "too long" : undefined
}

/**
 * A shouted name in ordinary capitals; lower case is left as its bearer writes it. Capitals in part of a name mark the
 * family: "PICARD Jean-Luc", "Ana VAN DER BERG".
 */
const calm = (text: string): string => {
  if (ordinary.test(text)) return text
  const all = isShouted(text)
  const [first = "", second = ""] = text.split(" ")
  const familyFirst = !all && !text.includes(",") && isLoud(first) && !isLoud(second) && /^\p{Lu}.*\p{Ll}/u.test(second)
  return text
    .split(" ")
    .map((word, index) => (all || isLoud(word) || isLoudParticle(word) ? calmWord(word, index) : word))
    .join(" ")
    .replace(familyFirst ? " " : "", familyFirst ? ", " : "")
}

const ordinary = /^[A-Z][a-z]+(?: [A-Z][a-z]+)*$/

const isShouted = (text: string): boolean => {
  const cased = text.replace(/[^\p{Lu}\p{Ll}]/gu, "")
  return cased.length > 1 && !/\p{Ll}/u.test(cased)
}
const isLoud = (word: string): boolean =>
  isShouted(word) && word.replace(/\P{L}/gu, "").length > 3 && !isSuffix(word) && !words.prefixes.has(bareOf(word))
const isLoudParticle = (word: string): boolean => isShouted(word) && words.particles.has(bareOf(word))

const calmWord = (word: string, index: number): string => {
  const bare = word.replace(/[.,]/g, "")
  const lower = bare.toLowerCase()
  if (/^(?:i{2,3}|iv)$/.test(lower)) return word
  // No vowel: initials run together, "TJ".
  if (index === 0 && /^[BCDFGHJKLMNPQRSTVWXZ]{2,3}$/.test(bare) && !words.prefixes.has(lower)) return word
  if (words.particles.has(lower) && !words.givenToo.has(lower) && /\p{L}$/u.test(word)) return word.toLowerCase()
  const capitals = word
    .toLowerCase()
    .replace(/(?<![\p{L}\p{M}])\p{L}/gu, (letter) => letter.toUpperCase())
    .replace(/(?<=\p{L}{3,}['’])\p{L}(?!\p{L})/gu, (letter) => letter.toLowerCase())
  return capitals.replace(/^Mc(\p{L})(?=\p{L}{2})/u, (_, letter: string) => `Mc${letter.toUpperCase()}`)
}
