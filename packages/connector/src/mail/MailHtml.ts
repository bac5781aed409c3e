/** The text of an HTML mail, with what it quotes left in plain quoting, so that one rule strips both. */
import * as Html from "../Html.ts"

/** Where a quotation opens and closes, as characters that no mail has after decoding. */
const OPEN = "\ue000"
const CLOSE = "\ue001"

export const plainOf = (html: string): string =>
  Html.decode(
    html
      .replace(/<!--[^]*?(?:-->|$)/g, "")
      .replace(/<(script|style|head|title)\b[^<>]*>[^]*?(?:<\/\1\s*>|$)/gi, "")
      // Gmail, Outlook, Apple and Thunderbird mark what is quoted; the mark becomes a line that the stripper knows.
      .replace(/<div\b[^<>]*\bid="?(?:divRplyFwdMsg|appendonsend)\b[^<>]*>/gi, "\n-----Original Message-----\n")
      .replace(/<blockquote\b[^<>]*>/gi, `\n${OPEN}`)
      .replace(/<\/blockquote\s*>/gi, `${CLOSE}\n`)
      .replace(/[\r\n\t ]+/g, " ")
      .replace(/<(?:br|hr)\b[^<>]*>/gi, "\n")
      .replace(/<li\b[^<>]*>/gi, "\n- ")
      .replace(/<\/(?:p|h[1-6]|table|ul|ol)\s*>/gi, "\n\n")
      .replace(/<\/?(?:div|tr|section|article|header|footer|pre)\b[^<>]*>/gi, "\n")
      .replace(/<\/t[dh]\s*>/gi, " ")
      .replace(/<[^<>]*>/g, "")
  )
    .split("\n")
    .reduce(quoting, { depth: 0, lines: [] as Array<string> })
    .lines.join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim()

// ---------------------------------------------------------------------------------------------------------------------

interface Quoting {
  readonly depth: number
  readonly lines: Array<string>
}

const quoting = ({ depth, lines }: Quoting, line: string): Quoting => {
  const inside = Math.max(0, depth + line.split(OPEN).length - 1)
  const text = line.replaceAll(OPEN, "").replaceAll(CLOSE, "").trim()
  lines.push(inside > 0 && text !== "" ? `> ${text}` : text)
  return { depth: Math.max(0, inside - (line.split(CLOSE).length - 1)), lines }
}
