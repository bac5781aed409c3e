/**
 * The parts of a name, by the words in and around it: titles, particles, suffixes, and where the family name begins. The
 * likeliest reading; no rule tells a second given name from a first surname.
 */
import { fold } from "./nameFold.ts"
import * as words from "./nameWords.ts"
import type { Name } from "./PersonName.ts"

/** A clean name without decoration, in its parts: `Berg, Ana van der`, `José Ortega y Gasset`, `Иванов Иван Иванович`. */
export const takeApart = (text: string): Name => {
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

/** A company, a team, a function: nobody. */
export const isOrganization = (text: string): boolean => {
  const tokens = text.split(/[\s,]+/).filter((token) => token !== "")
  const bare = tokens.map((token) => token.replaceAll(".", ""))
  const last = bare.at(-1) ?? ""
  if (words.companyParts.some((part) => text.includes(part))) return true
  if (bare.some((token, index) => index > 0 && words.legalForms.has(token.toLowerCase()))) return true
  // "Kim Co" and "José de Sá" are people: two letters count only in capitals among other cases.
  if (bare.length > 1 && words.shortLegalForms.has(last) && text !== text.toUpperCase()) return true
  return bare.some((token) => words.functions.has(fold(token))) || words.functionPhrases.test(fold(text))
}

export const bareOf = (token: string): string => token.toLowerCase().replace(/[.,]/g, "")
export const isSuffix = (token: string): boolean => words.suffixes.has(bareOf(token))

// ---------------------------------------------------------------------------------------------------------------------

interface Parts {
  readonly prefix: ReadonlyArray<string>
  readonly given: ReadonlyArray<string>
  readonly middle: ReadonlyArray<string>
  readonly family: ReadonlyArray<string>
  readonly suffix: ReadonlyArray<string>
}

const toSuffix = (token: string): string => words.suffixes.get(bareOf(token)) ?? token

/** Initials run together are several: `J.R.R.` */
const toTokens = (segment: string): ReadonlyArray<string> =>
  (segment.includes(".") ? segment.replace(/(?<![\p{L}\p{M}])(\p{L}\.)(?=\p{L}\.)/gu, "$1 ") : segment)
    .split(" ")
    .filter((token) => /[\p{L}\p{N}&]/u.test(token))

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
