/** A message of blocks as Slack shows it, as far as a terminal can. */
import type { SlackEmulator } from "@interchannel/connector-slack/emulator"
import { harmless, pad, paint, type Style, width, wrap } from "../render/Style.ts"

interface Text {
  readonly text: string
}
interface Block {
  readonly type: string
  readonly text?: Text
  readonly fields?: ReadonlyArray<Text>
  readonly elements?: ReadonlyArray<Text>
}

const COLUMNS_MAX = 72

/** The cards about this customer that the app keeps, newest last. */
export const cardsOf = (slack: SlackEmulator, name: string): ReadonlyArray<ReadonlyArray<Block>> =>
  slack
    .canonical()
    .filter(({ text }) => text.startsWith(name))
    .map(({ blocks }) => (blocks ?? []) as ReadonlyArray<Block>)

export const cardView = (blocks: ReadonlyArray<Block>, style: Style): string => {
  const columns = Math.min(COLUMNS_MAX, style.columns - 6)
  const lines = blocks.flatMap((block) => linesOf(block, columns, style))
  const edge = (left: string, right: string) => `  ${left}${"─".repeat(columns + 2)}${right}`
  return [edge("┌", "┐"), ...lines.map((line) => `  │ ${pad(line, columns)} │`), edge("└", "┘")].join("\n")
}

// ---------------------------------------------------------------------------------------------------------------------

const linesOf = (block: Block, columns: number, style: Style): ReadonlyArray<string> => {
  switch (block.type) {
    case "divider":
      return ["─".repeat(columns)]
    case "header":
      return shown(block.text, columns).map((line) => paint(style, "bold", line))
    case "context":
      return (block.elements ?? []).flatMap((element) => shown(element, columns)).map((it) => paint(style, "dim", it))
    default:
      return [
        ...shown(block.text, columns),
        ...(block.fields ?? []).map((field) => {
          const [label = "", ...value] = field.text.split("\n").map(mrkdwn)
          return `${paint(style, "dim", pad(label, Math.max(16, width(label))))} ${value.join(" ")}`
        })
      ]
  }
}

const shown = (text: Text | undefined, columns: number): ReadonlyArray<string> =>
  text === undefined ? [] : text.text.split("\n").flatMap((line) => wrap(mrkdwn(line), columns).split("\n"))

/** `<url|label>` is the label, `<!date^…|fallback>` the fallback; stars and underscores are emphasis. */
const mrkdwn = (text: string): string =>
  harmless(
    text
      .replace(/<[^|>]*\|([^>]*)>/g, "$1")
      .replace(/<([^>]*)>/g, "$1")
      .replace(/(^|\s)[*_]([^*_]+)[*_](?=\s|$)/g, "$1$2")
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/&amp;/g, "&")
  )
