/** What was said in a conversation, line by line. A long one is folded in its middle: how it began, and what was said last. */
import type { Instant } from "@interchannel/domain"
import type { EntryPolicy } from "../EntryPolicy.ts"
import { beginningOf } from "./body.ts"
import * as clock from "./clock.ts"

export interface Message {
  readonly at: Instant.Instant
  readonly from: string
  readonly text: string
}

/** Messages that are shown at the beginning and at the end of a folded conversation. */
const HEAD = 2
const TAIL = 20
/** The longest text of one message; the whole is where it was said. */
const MESSAGE_LENGTH_MAX = 1_000
const SUMMARY_LENGTH_MAX = 280

export const threadOf = (messages: ReadonlyArray<Message>, { detail, timeZone }: EntryPolicy): string => {
  const last = messages.at(-1)
  if (detail === "title" || last === undefined) return ""
  if (detail === "summary") return `Last: ${last.from}: ${beginningOf(last.text, SUMMARY_LENGTH_MAX)}`
  const folded = messages.length - HEAD - TAIL
  if (folded <= 1) return spoken(messages, timeZone)
  const head = spoken(messages.slice(0, HEAD), timeZone)
  return [head, `… ${folded} messages are not shown here …`, spoken(messages.slice(-TAIL), timeZone)].join("\n\n")
}

// ---------------------------------------------------------------------------------------------------------------------

/** A line for each message, under its day where there is more than one. */
const spoken = (messages: ReadonlyArray<Message>, timeZone: string): string => {
  const days = new Map<string, Array<string>>()
  for (const { at, from, text } of messages) {
    const day = clock.day(at, timeZone)
    const cut = text.length <= MESSAGE_LENGTH_MAX ? text.trim() : beginningOf(text, MESSAGE_LENGTH_MAX)
    days.set(day, [...(days.get(day) ?? []), `${clock.timeOfDay(at, timeZone)} ${from}: ${cut}`])
  }
  return [...days].map(([day, lines]) => [day, ...lines].join("\n")).join("\n\n")
}
