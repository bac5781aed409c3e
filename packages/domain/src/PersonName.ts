/**
 * What a person is called, taken apart for display and for comparison.
 *
 * Name fields hold anything: decorated display names, addresses, telephone numbers, company names. Parsing is total and
 * says which; the `full` of a `Name` parses to the same `full` again. A name never proves who somebody is, and the parts
 * are the likeliest reading: no rule tells a second given name from a first surname.
 *
 * @module
 */
import * as words from "./nameWords.ts"

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
 * import * as PersonName from "@interchannel/domain/PersonName"
 *
 * PersonName.parse("VAN DER BERG, Dr. Ana (she/her) | Example GmbH")
 * // => { _tag: "Name", full: "Dr. Ana van der Berg", given: "Ana", family: "van der Berg", prefix: "Dr." }
 * PersonName.parse("+1 202 555 0123") // => { _tag: "NotAName", reason: "phone" }
 */
export const parse = (full: string): Parsed => {
  if (full.length > rawLengthMax) return notAName("too long")
  const first = read(full)
  let last = first
  for (let round = 0; round < roundsMax && last._tag === "Name"; round++) {
    const next = read(last.full)
    // The parts of the first reading stand: only it saw the comma of "García Márquez, Ana".
    if (next._tag === "Name" && next.full === last.full) return last.full === fullOf(first) ? first : next
    last = next
  }
  return last._tag === "NotAName" ? last : notAName("no letters")
}

/**
 * The form in which names are compared: lower case, without accents, `ß` as `ss`, `ł` as `l`, `ø` as `o`, `æ` as `ae`,
 * punctuation as spaces. Other scripts keep their letters; romanising them is identity's work.
 *
 * @example
 * import * as PersonName from "@interchannel/domain/PersonName"
 *
 * PersonName.fold("Søren  O'Brien-Müßig") // => "soren obrien mussig"
 */
export const fold = (text: string): string =>
  text
    .replace(/\p{Cs}/gu, "")
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(ignorable, "")
    .replace(/[ßæœøłđðþħıŋŧəĸς]/g, (letter) => asciiOf[letter] ?? letter)
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .normalize("NFC")
    .trim()

// ---------------------------------------------------------------------------------------------------------

/** Longer than any name; shorter than a text pasted into the field. */
const rawLengthMax = 200
/** The longest names in civil registers stay below; sentences do not. */
const wordsMax = 12

/** What one reading brings to light, the next takes away: "Example GmbH | -Ana". More rounds than this are noise. */
const roundsMax = 5

const notAName = (reason: Reason): NotAName => ({ _tag: "NotAName", reason })

/**
 * Accents of European scripts, Hebrew points, Arabic vowels and tatweel, apostrophes. Not the marks of Indic scripts and
 * kana, which are the vowels and consonants themselves.
 */
const ignorable = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0640'’‘ʼʻ`´′\u00ad\u200b-\u200f\u2060\ufeff]/g

const asciiOf: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ħ: "h",
  ı: "i",
  ŋ: "n",
  ŧ: "t",
  ə: "e",
  ĸ: "k",
  ς: "σ"
}

/** One Unicode form (which also undoes 𝓯𝓪𝓷𝓬𝔂 letters), no emoji, no invisible characters, single spaces. */
const clean = (text: string): string =>
  text
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

const whyNot = (name: string, whole: string): Reason | undefined => {
  if (/^<?\S+@\S+\.\S+>?$/.test(whole) || /@\S+\.\S/.test(name) || /^(?:https?:\/\/|www\.)/i.test(whole))
    return "address"
  if (/^[+(]?[\d\s().\-/+x]{5,}$/.test(whole) || /^\+?\d[\d\s]{4,}/.test(name)) return "phone"
  if (!/\p{L}/u.test(name)) return "no letters"
  const folded = fold(name)
  if (words.placeholders.has(folded) || words.placeholders.has(fold(whole)) || /^(\p{L})\1{2,}$/u.test(folded))
    return "placeholder"
  if (isOrganization(name)) return "organization"
  return name.split(/[\s,]+/).length > wordsMax ? "too long" : undefined
}

const isOrganization = (text: string): boolean => {
  const tokens = text.split(/[\s,]+/).filter((token) => token !== "")
  const bare = tokens.map((token) => token.replaceAll(".", ""))
  const last = bare.at(-1) ?? ""
  if (words.companyParts.some((part) => text.includes(part))) return true
  if (bare.some((token, index) => index > 0 && words.legalForms.has(token.toLowerCase()))) return true
  // "Kim Co" and "José de Sá" are people: two letters count only in capitals among other cases.
  if (bare.length > 1 && words.shortLegalForms.has(last) && text !== text.toUpperCase()) return true
  return bare.some((token) => words.functions.has(fold(token))) || words.functionPhrases.test(fold(text))
}

/**
 * A shouted name in ordinary capitals; lower case is left as its bearer writes it. Capitals in part of a name mark the
 * family: "PICARD Jean-Luc", "Ana VAN DER BERG".
 */
const calm = (text: string): string => {
  const all = isShouted(text)
  const [first = "", second = ""] = text.split(" ")
  const familyFirst = !all && !text.includes(",") && isLoud(first) && !isLoud(second) && /^\p{Lu}.*\p{Ll}/u.test(second)
  return text
    .split(" ")
    .map((word, index) => (all || isLoud(word) || isLoudParticle(word) ? calmWord(word, index) : word))
    .join(" ")
    .replace(familyFirst ? " " : "", familyFirst ? ", " : "")
}

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

interface Parts {
  readonly prefix: ReadonlyArray<string>
  readonly given: ReadonlyArray<string>
  readonly middle: ReadonlyArray<string>
  readonly family: ReadonlyArray<string>
  readonly suffix: ReadonlyArray<string>
}

const takeApart = (text: string): Name => {
  const eastAsian = text.replace(/\s*(?:さん|さま|様|殿|先生|님|씨)$/u, "")
  if (
    /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々\s]+$/u.test(eastAsian) &&
    eastAsian !== ""
  ) {
    return takeApartEastAsian(eastAsian)
  }
  const segments = text
    .split(/\s*,\s*/)
    .map(toTokens)
    .filter((tokens) => tokens.length > 0)
  const suffixes = segments.filter((tokens, index) => index > 0 && tokens.every(isSuffix))
  const [first = [], second] = segments.filter((tokens, index) => index === 0 || !tokens.every(isSuffix))
  const comma = second !== undefined && !isOrganization(second.join(" "))
  const parts = comma ? familyFirst(first, second) : inOrder(first)
  return toName({ ...parts, suffix: [...parts.suffix, ...suffixes.flat().map(toSuffix)] })
}

/** Initials run together are several: `J.R.R.` */
const toTokens = (segment: string): ReadonlyArray<string> =>
  segment
    .replace(/(?<![\p{L}\p{M}])(\p{L}\.)(?=\p{L}\.)/gu, "$1 ")
    .split(" ")
    .filter((token) => /[\p{L}\p{N}&]/u.test(token))

const bareOf = (token: string): string => token.toLowerCase().replace(/[.,]/g, "")
const isSuffix = (token: string): boolean => words.suffixes.has(bareOf(token))
const toSuffix = (token: string): string => words.suffixes.get(bareOf(token)) ?? token

const isPrefix = (token: string, before: ReadonlyArray<string>): boolean =>
  words.prefixes.has(bareOf(token)) ||
  (token.endsWith(".") && words.dottedPrefixes.has(bareOf(token))) ||
  (before.length > 0 && words.afterPrefix.has(bareOf(token)) && (/^\P{Lu}/u.test(token) || token.endsWith(".")))

const splitPrefix = (tokens: ReadonlyArray<string>) => {
  let length = 0
  while (length < tokens.length - 1 && isPrefix(tokens[length] ?? "", tokens.slice(0, length))) length++
  return { prefix: tokens.slice(0, length), rest: tokens.slice(length) }
}

const splitSuffix = (tokens: ReadonlyArray<string>) => {
  let end = tokens.length
  while (end > 2 && isSuffix(tokens[end - 1] ?? "")) end--
  return { rest: tokens.slice(0, end), suffix: tokens.slice(end).map(toSuffix) }
}

const familyFirst = (first: ReadonlyArray<string>, second: ReadonlyArray<string>): Parts => {
  const front = splitPrefix(first)
  const back = splitPrefix(second)
  const { rest: family, suffix } = splitSuffix(["", ...front.rest])
  const given = splitSuffix(back.rest)
  return {
    prefix: [...front.prefix, ...back.prefix],
    given: given.rest.slice(0, 1),
    // "Berg, Ana van der": catalogues put the particle last.
    middle: given.rest.slice(1).filter((token) => !trailingParticles(given.rest).includes(token)),
    family: [...trailingParticles(given.rest), ...family.slice(1)],
    suffix: [...suffix, ...given.suffix]
  }
}

const trailingParticles = (tokens: ReadonlyArray<string>): ReadonlyArray<string> => {
  const start = tokens.findLastIndex((token) => !words.particles.has(token)) + 1
  return start > 0 ? tokens.slice(start) : []
}

const inOrder = (tokens: ReadonlyArray<string>): Parts => {
  const { prefix, rest: named } = splitPrefix(tokens)
  const { rest, suffix } = splitSuffix(named)
  const none = { prefix, suffix, given: [], middle: [], family: [] }
  if (rest.length === 1) return prefix.length > 0 ? { ...none, family: rest } : { ...none, given: rest }
  // Иванов Иван Иванович: Russian forms put the family first, and the patronymic tells.
  if (rest.length === 3 && /(?:вич|вна|ична)$/iu.test(rest[2] ?? "") && !/(?:вич|вна)$/iu.test(rest[1] ?? "")) {
    return { ...none, given: rest.slice(1, 2), middle: rest.slice(2), family: rest.slice(0, 1) }
  }
  const family = familyStart(rest)
  return { ...none, given: rest.slice(0, 1), middle: rest.slice(1, family), family: rest.slice(family) }
}

/** `Ana [van der Berg]`, `José [Ortega y Gasset]`. */
const familyStart = (tokens: ReadonlyArray<string>): number => {
  let start = tokens.length - 1
  while (start > 1) {
    const before = bareOf(tokens[start - 1] ?? "")
    if (words.conjunctions.has(before) && start > 2) start -= 2
    else if (words.particles.has(before)) start -= 1
    else break
  }
  return start
}

const takeApartEastAsian = (text: string): Name => {
  const tokens = text.split(" ")
  const [family = "", ...given] = tokens
  if (tokens.length > 1) return { _tag: "Name", full: text, given: given.join(" "), family }
  // Korean family names have one syllable, but for a few. Undivided Chinese and Japanese names do not tell.
  const korean = /^(남궁|황보|제갈|사공|선우|독고|\p{Script=Hangul})(\p{Script=Hangul}{1,3})$/u.exec(text)
  if (korean === null || text.length < 2) return { _tag: "Name", full: text }
  return { _tag: "Name", full: text, given: korean[2] ?? "", family: korean[1] ?? "" }
}

const toName = (parts: Parts): Name => {
  const { prefix, given, middle, family, suffix } = parts
  const field = <K extends string>(key: K, tokens: ReadonlyArray<string>) =>
    (tokens.length === 0 ? {} : { [key]: tokens.join(" ") }) as { readonly [P in K]?: string }
  return {
    _tag: "Name",
    full: [...prefix, ...given, ...middle, ...family, ...suffix].join(" "),
    ...field("given", given),
    ...field("middle", middle),
    ...field("family", family),
    ...field("prefix", prefix),
    ...field("suffix", suffix)
  }
}
