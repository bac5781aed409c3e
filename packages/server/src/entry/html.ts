/** The page about one entry, as HTML that works without scripts, with a keyboard and with a screen reader. */
import type { Around, Misplaced } from "@interchannel/runtime"
import type { Chosen } from "./words.ts"

export interface Shown {
  readonly entry: Misplaced.Entry
  readonly around: Around.Around
  /** What the form sends back. */
  readonly token: string
  /** Said above the choices, such as what was left out. */
  readonly problem?: string
}

export const askPage = (chosen: Chosen, { entry, around, token, problem }: Shown): string => {
  const { language, words } = chosen
  const choices = entry.records.map(
    ({ contact, name }) =>
      `<label><input type="checkbox" name="contact" value="${escape(contact)}"${entry.records.length === 1 ? " checked" : ""}> ${escape(name)}</label>`
  )
  const form =
    entry.records.length === 0
      ? `<p>${escape(words.nothing)}</p>`
      : `<form method="post">
<input type="hidden" name="token" value="${escape(token)}">
<fieldset><legend>${escape(words.question)}</legend>
${choices.join("\n")}
</fieldset>
<p>${escape(words.explained)}</p>
<label><input type="checkbox" name="apart" value="yes"> ${escape(words.apart)}</label>
<label class="line">${escape(words.name)}<input type="text" name="by" maxlength="80" autocomplete="name"></label>
<button type="submit">${escape(words.send)}</button>
</form>`
  const said = problem === undefined ? "" : `<p role="alert">${escape(problem)}</p>`
  const shown = `<p class="entry">${escape(entry.title)}<br>${time(entry.at)}</p>`
  return page(language, words.title, `${shown}${said}${form}${aroundSection(chosen, around)}`)
}

/** One sentence or two, and where a link helps, one. */
export const sayPage = (
  { language, words }: Chosen,
  sentences: ReadonlyArray<string>,
  link?: { readonly href: string; readonly label: string }
): string => {
  const paragraphs = sentences.map((sentence) => `<p>${escape(sentence)}</p>`).join("")
  const more = link === undefined ? "" : `<p><a href="${escape(link.href)}">${escape(link.label)}</a></p>`
  return page(language, words.title, `<div role="status">${paragraphs}</div>${more}`)
}

/** What the page may do: show itself, and send its form back to where it came from. */
export const headers: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex",
  "cache-control": "no-store"
}

// ---------------------------------------------------------------------------------------------------------------------

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const time = (instant: number): string => {
  const at = new Date(instant).toISOString()
  return `<time datetime="${at}">${at.slice(0, 16).replace("T", " ")} UTC</time>`
}

const aroundSection = ({ words }: Chosen, { entries, isMoreBefore, isMoreAfter }: Around.Around): string => {
  if (entries.length === 0) return ""
  const rows = entries.map(({ title, at, url, isThis }) => {
    const named =
      url !== undefined && /^https?:\/\//i.test(url)
        ? `<a href="${escape(url)}" rel="noreferrer">${escape(title)}</a>`
        : escape(title)
    return `<li${isThis ? ' aria-current="true"' : ""}>${time(at)}<br>${named}</li>`
  })
  const more = (isMore: boolean, sentence: string) => (isMore ? `<p>${escape(sentence)}</p>\n` : "")
  return `
<section aria-labelledby="around"><h2 id="around">${escape(words.around)}</h2>
${more(isMoreBefore, words.earlier)}<ol role="list">
${rows.join("\n")}
</ol>
${more(isMoreAfter, words.later)}</section>`
}

const style = `:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}
body{max-width:36rem;margin:2rem auto;padding:0 1rem}
.entry{border-inline-start:.25rem solid;padding-inline-start:.75rem}
label{display:block;padding:.25rem 0}.line input{display:block;width:100%;font:inherit}
ol{list-style:none;padding:0}li{padding:.25rem .75rem}li[aria-current]{border-inline-start:.25rem solid;padding-inline-start:.5rem}
fieldset{border:1px solid;margin:1rem 0}button{font:inherit;padding:.5rem 1rem;margin-top:1rem}`

const page = (language: string, title: string, main: string): string =>
  `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title><style>${style}</style></head>
<body><main><h1>${escape(title)}</h1>${main}</main></body>
</html>
`
