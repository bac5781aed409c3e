/** Plain text to the simple HTML that vendors keep, and the text that a reader sees of theirs. */
import { cut } from "./Text.ts"

/** Those that mailers and editors write by name; any other stays as it is. */
const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  copy: "©",
  reg: "®",
  euro: "€",
  hellip: "…",
  ndash: "–",
  mdash: "—",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  auml: "ä",
  ouml: "ö",
  uuml: "ü",
  Auml: "Ä",
  Ouml: "Ö",
  Uuml: "Ü",
  szlig: "ß",
  eacute: "é",
  egrave: "è",
  agrave: "à",
  ccedil: "ç",
  ntilde: "ñ"
}

export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** Paragraphs are apart by a blank line; single line ends are kept. */
export const fromText = (text: string): string =>
  text
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== "")
    .map((paragraph) => `<p>${escape(paragraph).replaceAll("\n", "<br>")}</p>`)
    .join("")

/** As `fromText`, cut so that the HTML has at most `charactersMax` characters. */
export const fromTextWithin = (text: string, charactersMax: number): string => {
  let kept = text
  let html = fromText(kept)
  while (html.length > charactersMax && kept !== "…") {
    kept = cut(kept, Math.floor((kept.length * charactersMax) / html.length))
    html = fromText(kept)
  }
  return html
}

/** The text a reader sees. Also takes plain text, which some tools put there. */
export const toText = (html: string): string =>
  html
    .replace(/<br\b[^<>]*>/gi, "\n")
    .replace(/<\/(p|div|li|tr|h[1-6]|blockquote)\s*>/gi, "\n\n")
    .replace(/<[^<>]*>/g, "")
    .replace(entity, character)
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim()

/** Entities as the characters that they stand for. */
export const decode = (text: string): string => text.replace(entity, character)

// ---------------------------------------------------------------------------------------------------------------------

const entity = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi

const character = (whole: string, decimal: string | undefined, hex: string, name: string | undefined): string => {
  if (name !== undefined) return entities[name] ?? entities[name.toLowerCase()] ?? whole
  const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
}
