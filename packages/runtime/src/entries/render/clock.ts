/** Times and lengths of time as a person reads them. */
import type { Instant } from "@interchannel/domain"

const formats = new Map<string, Intl.DateTimeFormat>()

const formatIn = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "shortOffset"
  })
  formats.set(timeZone, made)
  return made
}

interface Shown {
  readonly day: string
  readonly time: string
  readonly zone: string
}

const shown = (at: Instant.Instant, timeZone: string): Shown => {
  const parts = new Map(
    formatIn(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value])
  )
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ""
  return {
    day: `${of("weekday")} ${of("day")} ${of("month")} ${of("year")}`,
    time: `${of("hour")}:${of("minute")}`,
    zone: of("timeZoneName").replace("GMT", "UTC")
  }
}

/** `Wed 4 Mar 2026, 10:00 UTC+1`; with an end on the same day `Wed 4 Mar 2026, 10:00–10:07 UTC+1`. */
export const when = (at: Instant.Instant, endedAt: Instant.Instant | undefined, timeZone: string): string => {
  const from = shown(at, timeZone)
  const to = endedAt === undefined ? from : shown(endedAt, timeZone)
  if (to.day !== from.day) return `${from.day}, ${from.time} – ${to.day}, ${to.time} ${to.zone}`
  return `${from.day}, ${to.time === from.time ? from.time : `${from.time}–${to.time}`} ${from.zone}`
}

/** `10:00`, for the lines of one day. */
export const timeOfDay = (at: Instant.Instant, timeZone: string): string => shown(at, timeZone).time

/** `Wed 4 Mar 2026` */
export const day = (at: Instant.Instant, timeZone: string): string => shown(at, timeZone).day

/** `1 h 2 min`, `7 min 12 s`, `34 s`. */
export const length = (seconds: number): string => {
  const whole = Math.round(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`
  if (minutes > 0) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`
  return `${rest} s`
}
