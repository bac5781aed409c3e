/** The words and keypad spellings by which telephone systems say that they keep a caller's number back. */

export type WithheldWord = "anonymous" | "blocked" | "private" | "restricted" | "unavailable" | "unknown" | "withheld"

/** `Anonymous`, `<unknown>`, `Private Number`, `No Caller ID`, `numéro inconnu`. */
export const toWord = (text: string): WithheldWord | undefined => {
  const letters = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter(Boolean)
  if (letters.length === 0 || letters.length > 4 || /[\d@]/.test(text)) return undefined
  const nouns = /^(?:call|caller|callers|id|name|number|party|user|nummer|rufnummer|anrufer|teilnehmer|numero|номер)$/
  return wordOfForm.get(letters.join("")) ?? wordOfForm.get(letters.filter((word) => !nouns.test(word)).join(""))
}

/** ITU-T E.161: the letters on the keys. */
const keypad = ["abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"]

/** `flowers` on the keypad: `3569377`. What is no letter stays. */
export const spell = (text: string): string =>
  text.toLowerCase().replace(/[a-z]/g, (letter) => String(keypad.findIndex((letters) => letters.includes(letter)) + 2))

const withheldForms: Readonly<Record<WithheldWord, string>> = {
  anonymous: "anonymous anonym anonyme anonimo anonima anoniem anonymni аноним",
  blocked: "blocked gesperrt bloqueado bloque",
  private: "private privat prive privee privado privada privato частный",
  restricted: "restricted",
  unavailable: "unavailable notavailable outofarea nichtverfugbar indisponible",
  unknown: "unknown unbekannt inconnu inconnue desconocido desconhecido sconosciuto onbekend okand ukendt неизвестный",
  withheld: "withheld nocallerid nonumber unterdruckt oculto masque nascosto hidden"
}

const wordOfForm = new Map<string, WithheldWord>()
/**
 * Networks that must fill a number in spell the word on the keypad: 266696687 is "anonymous". All pass a loose E.164
 * check and none is valid.
 */
export const keypadSpellings = new Map<string, WithheldWord>()
for (const word of Object.keys(withheldForms) as ReadonlyArray<WithheldWord>) {
  for (const form of withheldForms[word].split(" ")) wordOfForm.set(form, word)
  keypadSpellings.set(spell(word), word)
}
