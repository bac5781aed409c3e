/** A message of blocks as Slack shows it, as far as a terminal can. */
import type { SlackEmulator } from "@interchannel/connector-slack/emulator"
import { time } from "../render/Quantity.ts"
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

/** The cards about this customer that the app put into the channel of this name, oldest first. */
export const cardsOf = (slack: SlackEmulator, channelName: string, name: string): ReadonlyArray<ReadonlyArray<Block>> =>
  Object.values(slack.world.state.channels)
    .filter((channel) => channel.name === channelName)
    .flatMap(({ id }) => slack.world.messages(id))
    .filter(({ text, bot_id: bot }) => bot !== undefined && text.startsWith(name))
    .map(({ blocks }) => (blocks ?? []) as ReadonlyArray<Block>)

/** What stands on them, as one text each. */
export const cardTextsOf = (slack: SlackEmulator, channelName: string, name: string): ReadonlyArray<string> =>
  cardsOf(slack, channelName, name).map((blocks) => JSON.stringify(blocks))

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
      return shown(block.text, columns, style).map((line) => paint(style, "bold", line))
    case "context":
      return (block.elements ?? [])
        .flatMap((element) => shown(element, columns, style))
        .map((it) => paint(style, "dim", it))
    default:
      return [
        ...shown(block.text, columns, style),
        ...(block.fields ?? []).map((field) => {
          const [label = "", ...value] = field.text.split("\n").map((line) => mrkdwn(line, style))
          return `${paint(style, "dim", pad(label, Math.max(16, width(label))))} ${value.join(" ")}`
        })
      ]
  }
}

const shown = (text: Text | undefined, columns: number, style: Style): ReadonlyArray<string> =>
  text === undefined ? [] : text.text.split("\n").flatMap((line) => wrap(mrkdwn(line, style), columns).split("\n"))

/** `<url|label>` is the label, `<!date^seconds^…|…>` a time in the reader's zone; stars and underscores are emphasis. */
const mrkdwn = (text: string, { timeZone }: Style): string =>
  harmless(
    text
      .replace(/<!date\^(\d+)\^[^>]*>/g, (_, seconds: string) => time(Number(seconds) * 1_000, timeZone))
      .replace(/<[^|>]*\|([^>]*)>/g, "$1")
      .replace(/<([^>]*)>/g, "$1")
      .replace(/(^|\s)[*_]([^*_]+)[*_](?=\s|$)/g, "$1$2")
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/&amp;/g, "&")
  )
