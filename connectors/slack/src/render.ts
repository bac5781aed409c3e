/** Timeline entries and context cards as Slack shows them. */
import { Text, type Timeline } from "@interchannel/connector"
import type { KnownBlock } from "@slack/web-api"
import { escape, link, time } from "./mrkdwn.ts"

const { cut } = Text

/** Slack advises 4,000 characters and cuts at 40,000; the rest is a link away. */
export const TEXT_MAX = 4_000
const HEADER_MAX = 150
const SECTION_MAX = 3_000
const FIELD_MAX = 2_000
const FIELDS_PER_SECTION_MAX = 10
const FACTS_MAX = 20
const RECENT_MAX = 10
const RECENT_TEXT_MAX = 280

/** `*Title*`, when in the reader's own zone, what else is known at a glance, the body, the outcome, the links. */
export const entryText = (entry: Timeline.Entry): string => {
  const facts = entry.facts.filter(({ label }) => label !== "When").map(({ label, value }) => `${label}: ${value}`)
  const glance = escape(cut(facts.join(" · "), FIELD_MAX / 2))
  const head = `*${escape(cut(entry.title, HEADER_MAX * 2))}*\n${[time(entry.startedAt), glance].filter(Boolean).join(" · ")}`
  const tail = [
    ...(entry.outcome === undefined ? [] : [`_${escape(entry.outcome)}_`]),
    ...entry.links.map(({ url, label }) => link(url, label))
  ].join("\n")
  const room = TEXT_MAX - head.length - tail.length - 2
  return [head, escape(cut(entry.body, fitting(entry.body, room))), tail].filter(Boolean).join("\n")
}

/** What notifications and screen readers say. */
export const cardText = (card: Timeline.Card): string =>
  escape(cut([card.title, card.subtitle].filter(Boolean).join(": "), HEADER_MAX))

/** `about`: where the conversation is, when the card is not below it. */
export const cardBlocks = (card: Timeline.Card, about?: string): ReadonlyArray<KnownBlock> => [
  { type: "header", text: { type: "plain_text", text: cut(card.title, HEADER_MAX) } },
  ...(card.subtitle === undefined ? [] : [context(escape(cut(card.subtitle, fitting(card.subtitle, FIELD_MAX))))]),
  ...(about === undefined ? [] : [context(link(about, "Open the conversation"))]),
  ...inGroups(card.facts.slice(0, FACTS_MAX), FIELDS_PER_SECTION_MAX).map(
    (facts): KnownBlock => ({
      type: "section",
      fields: facts.map((fact) => ({ type: "mrkdwn", text: factText(fact) }))
    })
  ),
  ...(card.recent.length === 0 ? [] : [{ type: "divider" as const }]),
  ...card.recent.slice(0, RECENT_MAX).map(
    (recent): KnownBlock => ({
      type: "section",
      text: { type: "mrkdwn", text: recentText(recent) }
    })
  )
]

// ---------------------------------------------------------------------------------------------------------------------

const context = (text: string): KnownBlock => ({
  type: "context",
  elements: [{ type: "mrkdwn", text }]
})

const factText = ({ label, value, url }: Timeline.Card["facts"][number]): string => {
  const shown = cut(value, RECENT_TEXT_MAX)
  return `*${escape(cut(label, HEADER_MAX))}*\n${url === undefined ? escape(shown) : link(url, shown)}`
}

const recentText = ({ at, where, text, url }: Timeline.Card["recent"][number]): string => {
  const place = cut(where, HEADER_MAX)
  const head = `${time(at)} · ${url === undefined ? escape(place) : link(url, place)}`
  return cut(`${head}\n${escape(cut(text, RECENT_TEXT_MAX))}`, SECTION_MAX)
}

/** How many characters of a text may stay so that it has at most `room` when it is escaped. */
const fitting = (text: string, room: number): number => {
  let length = 0
  for (let index = 0; index < text.length; index++) {
    length += escape(text[index]!).length
    if (length > room) return Math.max(1, index)
  }
  return text.length
}

const inGroups = <A>(items: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))
