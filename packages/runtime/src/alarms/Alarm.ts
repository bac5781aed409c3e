/**
 * Which findings a person is told of, and when. Pure.
 *
 *   a problem is found ─► stands for a while ─► told ─► reminded once a day ─► not found for a while ─► told that it is over
 *
 * What comes and goes within a minute is told to nobody; each channel hears of many things at once rather than of each.
 */
import type { Alarms } from "@interchannel/store"
import type * as Report from "../health/Report.ts"

/** A problem has to stand for so long: most mend themselves. */
export const RAISE_AFTER_MS = 60_000
/** And must not have been found for so long to be over. */
export const OVER_AFTER_MS = 5 * 60_000
/** One message a channel in so much time. */
export const TELL_EVERY_MS = 5 * 60_000
export const REMIND_AFTER_MS = 24 * 3_600_000
/** Named in one message; more are counted. */
export const LINES_MAX = 20

/** The rows that change: what is found now, and what was found before and is not any more. */
export const observe = (
  known: ReadonlyArray<Alarms.Alarm>,
  findings: ReadonlyArray<Report.Finding>,
  now: number
): ReadonlyArray<Alarms.Alarm> => {
  const problems = new Map(findings.filter(({ severity }) => severity === "problem").map((one) => [one.key, one]))
  const before = new Map(known.map((alarm) => [alarm.key, alarm]))
  const found = [...problems.values()].map(({ key, connection, what, remedy }): Alarms.Alarm => {
    const alarm = before.get(key)
    const since = alarm === undefined || alarm.overAt !== undefined ? now : alarm.since
    return { key, what: connection === undefined ? what : `${connection}: ${what}`, remedy, since, seenAt: now }
  })
  const over = known.flatMap((alarm) => {
    // A clock that was set back must not keep an alarm for ever.
    const unseenMs = Math.abs(now - alarm.seenAt)
    return alarm.overAt !== undefined || problems.has(alarm.key) || unseenMs < OVER_AFTER_MS
      ? []
      : [{ ...alarm, overAt: now }]
  })
  return [...found, ...over]
}

/** What one channel is to be told now. */
export interface Digest {
  readonly raised: ReadonlyArray<Alarms.Alarm>
  readonly still: ReadonlyArray<Alarms.Alarm>
  readonly over: ReadonlyArray<Alarms.Alarm>
}

export const digest = (alarms: ReadonlyArray<Alarms.Alarm>, told: ReadonlyArray<Alarms.Told>, now: number): Digest => {
  const last = new Map(told.map((one) => [one.alarm, one]))
  const toldOf = (alarm: Alarms.Alarm) => {
    const found = last.get(alarm.key)
    return found?.since === alarm.since ? found : undefined
  }
  const open = alarms.filter(({ overAt }) => overAt === undefined)
  return {
    raised: open.filter((alarm) => toldOf(alarm) === undefined && now - alarm.since >= RAISE_AFTER_MS),
    still: open.filter((alarm) => {
      const found = toldOf(alarm)
      return found !== undefined && now - found.at >= REMIND_AFTER_MS
    }),
    over: alarms.filter((alarm) => alarm.overAt !== undefined && toldOf(alarm)?.over === false)
  }
}

export const isEmpty = ({ raised, still, over }: Digest): boolean => raised.length + still.length + over.length === 0

/** What is noted once the channel has taken it. */
export const toldBy = (digest: Digest, channel: string, at: number): ReadonlyArray<Alarms.Told> => {
  const note = (over: boolean) => (alarm: Alarms.Alarm) => ({ alarm: alarm.key, channel, since: alarm.since, at, over })
  return [...[...digest.raised, ...digest.still].map(note(false)), ...digest.over.map(note(true))]
}

/** `interchannel: 2 problems`; whoever reads nothing else knows whether to get up. */
export const subjectOf = ({ raised, still }: Digest): string => {
  const count = raised.length + still.length
  return `interchannel: ${count === 0 ? "all clear" : count === 1 ? "1 problem" : `${count} problems`}`
}

export const textOf = (digest: Digest): string =>
  [
    ...section("To be mended:", digest.raised, remedied),
    ...section("Still to be mended:", digest.still, remedied),
    ...section("Over:", digest.over, ({ what }) => [`- ${what}`]),
    "Details: interchannel doctor"
  ].join("\n")

// ---------------------------------------------------------------------------------------------------------------------

const remedied = ({ what, remedy }: Alarms.Alarm): ReadonlyArray<string> => [`- ${what}`, `  → ${remedy}`]

const section = (
  title: string,
  alarms: ReadonlyArray<Alarms.Alarm>,
  lines: (alarm: Alarms.Alarm) => ReadonlyArray<string>
): ReadonlyArray<string> => {
  if (alarms.length === 0) return []
  const more = alarms.length - LINES_MAX
  return [title, ...alarms.slice(0, LINES_MAX).flatMap(lines), ...(more > 0 ? [`- and ${more} more`] : []), ""]
}
