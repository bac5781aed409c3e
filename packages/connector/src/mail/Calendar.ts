/** The first appointment in an iCalendar text (RFC 5545), as far as a history needs it. Pure and total. */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"

/** Lines that are looked at. */
const LINES_MAX = 2_000

export interface Appointment {
  readonly uid: string
  readonly method: string
  readonly sequence: number
  readonly startsAt: number
  readonly endsAt: number | undefined
  readonly summary: string | undefined
  readonly place: string | undefined
  readonly status: string | undefined
  readonly organizer: string | undefined
  readonly attendees: ReadonlyArray<{ readonly address: string; readonly answer: string | undefined }>
}

/** `undefined` when there is none with an identity and a beginning. */
export const read = (text: string): Appointment | undefined => {
  const lines = text
    .replace(/\r?\n[ \t]/g, "")
    .split(/\r?\n/)
    .slice(0, LINES_MAX)
    .map(lineOf)
  const begin = lines.findIndex(({ name, value }) => name === "BEGIN" && value === "VEVENT")
  const end = lines.findIndex(({ name, value }, index) => index > begin && name === "END" && value === "VEVENT")
  if (begin < 0) return undefined
  const event = lines.slice(begin, end < 0 ? undefined : end)
  const one = (name: string): Line | undefined => event.find((line) => line.name === name)
  const words = (name: string): string | undefined =>
    one(name)
      ?.value.replace(/\\n/gi, "\n")
      .replace(/\\([\\;,])/g, "$1")
      .trim() || undefined
  const uid = words("UID")
  const startsAt = instantOf(one("DTSTART"))
  if (uid === undefined || startsAt === undefined) return undefined
  const endsAt = instantOf(one("DTEND"))
  const occurrence = words("RECURRENCE-ID")
  return {
    uid: (occurrence === undefined ? uid : `${uid} ${occurrence}`).slice(0, 400),
    method: lines.find(({ name }) => name === "METHOD")?.value.toUpperCase() ?? "PUBLISH",
    sequence: Number(/^\d{1,9}$/.exec(one("SEQUENCE")?.value ?? "")?.[0] ?? 0),
    startsAt,
    endsAt: endsAt === undefined || endsAt < startsAt ? undefined : endsAt,
    summary: words("SUMMARY"),
    place: words("LOCATION"),
    status: words("STATUS")?.toUpperCase(),
    organizer: addressOf(one("ORGANIZER")?.value),
    attendees: event.flatMap((line) => {
      const address = line.name === "ATTENDEE" ? addressOf(line.value) : undefined
      return address === undefined ? [] : [{ address, answer: line.parameters["PARTSTAT"]?.toUpperCase() }]
    })
  }
}

// ---------------------------------------------------------------------------------------------------------------------

interface Line {
  readonly name: string
  readonly parameters: Readonly<Record<string, string>>
  readonly value: string
}

const lineOf = (line: string): Line => {
  const match = /^([A-Za-z-]+)((?:;[A-Za-z-]+=(?:"[^"]*"|[^;:"]*)(?:,(?:"[^"]*"|[^;:,"]*))*)*):(.*)$/.exec(line)
  if (match === null) return { name: "", parameters: {}, value: "" }
  const parameters = [...match[2]!.matchAll(/;([A-Za-z-]+)=("[^"]*"|[^;:]*)/g)].map(
    ([, name, value]) => [name!.toUpperCase(), value!.replaceAll('"', "")] as const
  )
  return { name: match[1]!.toUpperCase(), parameters: Object.fromEntries(parameters), value: match[3]!.trim() }
}

const addressOf = (value: string | undefined): string | undefined => /^mailto:(.+)$/i.exec(value ?? "")?.[1]

/** `20261111T130000Z`; the same without Z at the place TZID names; `20261111`: a whole day. Local time counts as UTC. */
const instantOf = (line: Line | undefined): number | undefined => {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/.exec(line?.value ?? "")
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number
  ]
  const utc = Date.UTC(year, month - 1, day, hour, minute, second)
  const zone =
    match[7] === "" ? Option.getOrUndefined(DateTime.zoneMakeNamed(line?.parameters["TZID"] ?? "")) : undefined
  if (zone === undefined) return Number.isNaN(utc) ? undefined : utc
  const zoned = DateTime.makeZoned(
    { year, month, day, hours: hour, minutes: minute, seconds: second },
    { timeZone: zone, adjustForTimeZone: true }
  )
  return Option.match(zoned, { onNone: () => utc, onSome: DateTime.toEpochMillis })
}
