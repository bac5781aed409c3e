/** Slack's message markup: out of it to plain text, and plain text into it. */

/** Longest mention list that is looked at; a longer one is an announcement, not an address. */
export const MENTIONS_MAX = 20

/** Code, and whatever stands in angle brackets: they are taken whole. */
const tokens = /```([\s\S]*?)```|`([^`\n]+)`|<([^<>\n]+)>/g

/** Plain text as a reader sees it; users and channels without a label keep their id: `@U012AB3CD`. */
export const plain = (mrkdwn: string): string => {
  let text = ""
  let end = 0
  for (const match of mrkdwn.matchAll(tokens)) {
    const [whole, block, code, bracket] = match
    text += undressed(mrkdwn.slice(end, match.index))
    text += block?.trim() ?? code ?? (bracket === undefined ? whole : named(bracket))
    end = match.index + whole.length
  }
  return unescape(text + undressed(mrkdwn.slice(end))).trim()
}

/** The ids of the users whom a text mentions, each once. */
export const mentions = (mrkdwn: string): ReadonlyArray<string> => {
  const ids = [...mrkdwn.matchAll(/<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/g)].map((match) => match[1]!)
  return [...new Set(ids)].slice(0, MENTIONS_MAX)
}

/** Plain text for Slack: the three characters that it reads as markup are escaped. */
export const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

export const link = (url: string, label: string): string =>
  `<${escape(url).replaceAll("|", "%7C")}|${escape(label).replaceAll("|", "/")}>`

/** An instant in each reader's own time zone. */
export const time = (instant: number): string =>
  `<!date^${Math.floor(instant / 1000)}^{date_short_pretty} {time}|${new Date(instant).toISOString()}>`

// ---------------------------------------------------------------------------------------------------------------------

/** What stands in angle brackets: a mention, a channel, a command, a link. */
const named = (bracket: string): string => {
  const bar = bracket.indexOf("|")
  const target = bar < 0 ? bracket : bracket.slice(0, bar)
  const label = bar < 0 || bar === bracket.length - 1 ? undefined : bracket.slice(bar + 1)
  const body = target.slice(1)
  if (target.startsWith("@")) return `@${(label ?? body).replace(/^@/, "")}`
  if (target.startsWith("#")) return `#${(label ?? body).replace(/^#/, "")}`
  if (target.startsWith("!date^")) return label ?? ""
  if (target.startsWith("!")) return label ?? `@${body.split("^")[0]}`
  const address = target.replace(/^(mailto|tel):/, "")
  return label === undefined || label === address || target.endsWith(`//${label}`) ? address : `${label} (${address})`
}

/** Bold, italic and struck text without their marks; a mark counts where a word begins and ends. */
const undressed = (text: string): string =>
  text
    .replace(/(?<![\w*])\*(?=\S)([^*\n]*\S)\*(?![\w*])/g, "$1")
    .replace(/(?<![\w_])_(?=\S)([^_\n]*\S)_(?![\w_])/g, "$1")
    .replace(/(?<![\w~])~(?=\S)([^~\n]*\S)~(?![\w~])/g, "$1")

const unescape = (text: string): string => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
