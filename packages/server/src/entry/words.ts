/** What the page about one entry says, by language. A new language is one more value of `Words`. */

export interface Words {
  readonly title: string
  /** Above the choices. */
  readonly question: string
  readonly explained: string
  /** Beside a box: the reason is that two people were taken for one. */
  readonly apart: string
  readonly name: string
  readonly send: string
  readonly nothing: string
  /** Above what came before and after the entry, and where there is more than is shown. */
  readonly around: string
  readonly earlier: string
  readonly later: string
  readonly done: string
  readonly doneExplained: string
  readonly chooseFirst: string
  readonly expired: string
  readonly again: string
  readonly unknown: string
  readonly failed: string
}

const en: Words = {
  title: "Wrong person? Not here?",
  question: "On whose record does this entry not belong?",
  explained: "It is taken off the records that you tick, and does not come back to them.",
  apart: "They were taken for the same person: keep the two apart from now on, in all systems.",
  name: "Your name (optional, so that colleagues know whom to ask)",
  send: "Take it off",
  nothing: "This entry stands on no record any more.",
  around: "Before and after",
  earlier: "… and earlier ones",
  later: "… and later ones",
  done: "Thank you.",
  doneExplained: "The entry is taken off within a minute or so.",
  chooseFirst: "Please tick at least one record.",
  expired: "This page was open for too long. Nothing was changed.",
  again: "Look at the entry again",
  unknown: "This link leads to no entry. Please check that it is complete.",
  failed: "That did not work, and nothing was changed. Please try again in a minute."
}

const de: Words = {
  title: "Falsche Person? Gehört nicht hierher?",
  question: "Bei wem gehört dieser Eintrag nicht hin?",
  explained: "Er wird von den angekreuzten Datensätzen genommen und kommt dort nicht wieder hin.",
  apart: "Zwei Personen wurden für eine gehalten: von nun an in allen Systemen getrennt halten.",
  name: "Ihr Name (freiwillig, damit andere wissen, wen sie fragen können)",
  send: "Hier entfernen",
  nothing: "Dieser Eintrag steht bei niemandem mehr.",
  around: "Davor und danach",
  earlier: "… und frühere",
  later: "… und spätere",
  done: "Danke.",
  doneExplained: "Der Eintrag wird in etwa einer Minute entfernt.",
  chooseFirst: "Bitte kreuzen Sie mindestens einen Datensatz an.",
  expired: "Diese Seite war zu lange offen. Es wurde nichts geändert.",
  again: "Den Eintrag noch einmal ansehen",
  unknown: "Dieser Link führt zu keinem Eintrag. Bitte prüfen Sie, ob er vollständig ist.",
  failed: "Das hat nicht geklappt, und es wurde nichts geändert. Bitte versuchen Sie es in einer Minute noch einmal."
}

const languages: ReadonlyMap<string, Words> = new Map([
  ["en", en],
  ["de", de]
])

export interface Chosen {
  readonly language: string
  readonly words: Words
}

/** Longer lists come from no browser. */
const RANGES_MAX = 20

/** The first language we have of those that a browser asks for (RFC 9110 §12.5.4), else English. */
export const wordsFor = (acceptLanguage: string | undefined): Chosen => {
  const wanted = (acceptLanguage ?? "")
    .split(",", RANGES_MAX)
    .map((range, index) => {
      const [tag = "", ...parameters] = range.trim().toLowerCase().split(";")
      const quality = Number(/^\s*q=([\d.]+)$/.exec(parameters.join(";"))?.[1] ?? 1)
      return { language: tag.split("-")[0]!, quality, index }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || a.index - b.index)
  const language = wanted.find((one) => languages.has(one.language))?.language ?? "en"
  return { language, words: languages.get(language)! }
}
