/** What a channel is given: one digest in words. */
import { Key } from "@interchannel/domain"
import * as Alarm from "./Alarm.ts"

export interface Message {
  /** The same at each attempt to tell the same; a receiver may drop what it had before. */
  readonly key: string
  readonly subject: string
  readonly text: string
  readonly digest: Alarm.Digest
}

export const of = (digest: Alarm.Digest, channel: string, now: number): Message => {
  const names = (list: Alarm.Digest["raised"]) => list.map(({ key, since }) => `${key} ${since}`)
  const day = Math.floor(now / Alarm.REMIND_AFTER_MS)
  const pieces = [
    names(digest.raised),
    names(digest.over),
    digest.still.length === 0 ? [] : [...names(digest.still), day]
  ]
  return {
    key: Key.derive("a", channel, JSON.stringify(pieces)),
    subject: Alarm.subjectOf(digest),
    text: Alarm.textOf(digest),
    digest
  }
}
