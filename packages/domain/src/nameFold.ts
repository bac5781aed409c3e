/** Names as they are compared: what people leave out or write differently is gone. */

/**
 * The form in which names are compared: lower case, without accents, `ß` as `ss`, `ł` as `l`, `ø` as `o`, `æ` as `ae`,
 * punctuation as spaces. Other scripts keep their letters; romanising them is identity's work.
 *
 * @example
 * import { PersonName } from "@interchannel/domain"
 *
 * PersonName.fold("Søren  O'Brien-Müßig") // => "soren obrien mussig"
 */
export const fold = (text: string): string =>
  plain.test(text)
    ? text.toLowerCase()
    : text
        .replace(/\p{Cs}/gu, "")
        .normalize("NFKD")
        .toLowerCase()
        .normalize("NFKD")
        .replace(ignorable, "")
        .replace(/[ßæœøłđðþħıŋŧəĸς]/g, (letter) => asciiOf[letter] ?? letter)
        .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
        .normalize("NFC")
        .trim()

/** What most names are: folding them is lower case alone. */
const plain = /^[a-z0-9]+(?: [a-z0-9]+)*$/i

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
