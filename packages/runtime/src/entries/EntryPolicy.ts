/**
 * Which interactions become entries of one destination, and how much these tell. Changing it concerns what is written from
 * then on; entries that stand there keep their form until a person approves a rewrite.
 */
import { type Interaction, type InteractionKind, Interactions, Key } from "@interchannel/domain"
import { onlyKnown, type Report } from "../configuration/Problem.ts"

/** As it is written in the configuration. */
export interface Options {
  /** The kinds of interactions that are written; absent: all. */
  readonly kinds?: ReadonlyArray<InteractionKind>
  /** Only what came in, only what went out; absent: both, and notes among staff that name a customer. */
  readonly directions?: ReadonlyArray<Interactions.Direction>
  /** `full` (default): the whole text and transcripts. `summary`: its beginning. `title`: one line and the facts. */
  readonly detail?: Detail
  /** What is taken out of the texts: addresses, numbers, and whatever else a pattern finds. Card numbers never get so far. */
  readonly redact?: ReadonlyArray<"emails" | "phones" | RegExp>
  /** IANA name of the zone in which times are told; default `UTC`. */
  readonly timeZone?: string
  /** One entry for each `message` (default), or one for the whole `conversation`, kept up to date. */
  readonly per?: Per
  /** Put entries on the customers' companies too, where the system can; default true. */
  readonly organizations?: boolean
}

export type Detail = "full" | "summary" | "title"
export type Per = "message" | "conversation"

export interface EntryPolicy {
  readonly kinds: "all" | ReadonlyArray<InteractionKind>
  readonly directions: "all" | ReadonlyArray<Interactions.Direction>
  readonly detail: Detail
  /** Regular expressions, all of them `g`. */
  readonly redact: ReadonlyArray<{ readonly pattern: string; readonly flags: string }>
  readonly timeZone: string
  readonly per: Per
  readonly organizations: boolean
}

export const standard: EntryPolicy = {
  kinds: "all",
  directions: "all",
  detail: "full",
  redact: [],
  timeZone: "UTC",
  per: "message",
  organizations: true
}

const names = ["kinds", "directions", "detail", "redact", "timeZone", "per", "organizations"]

/** Patterns that the configuration knows by a name. */
const named = {
  emails: { pattern: String.raw`[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+`, flags: "gu" },
  phones: { pattern: String.raw`(?<![\p{L}\d])\+?\d(?:[ ().\/-]{0,2}\d){6,14}(?!\d)`, flags: "gu" }
} as const

/** A longer list is a mistake, and every pattern is tried on every text. */
const PATTERNS_MAX = 50

/** The policy that the options ask for; what is wrong in them is reported and has its default. */
export const load = (place: string, options: Options = {}, tell: Report): EntryPolicy => {
  onlyKnown(place, options, names, tell)
  const report: Report = (key, what, remedy) => tell(`${place}.${key}`, what, remedy)
  const oneOf = <A extends string>(key: keyof Options, value: A | undefined, choices: ReadonlyArray<A>): A => {
    if (value === undefined || choices.includes(value)) return value ?? choices[0]!
    report(key, "it is none of the choices", `choose of ${choices.join(", ")}`)
    return choices[0]!
  }
  const someOf = <A extends string>(
    key: keyof Options,
    given: ReadonlyArray<A> | undefined,
    choices: ReadonlyArray<A>
  ) => {
    if (given === undefined) return "all" as const
    const wrong = given.find((one) => !choices.includes(one))
    if (wrong !== undefined || given.length === 0) {
      const what = wrong === undefined ? "it is empty" : `${JSON.stringify(wrong)} is none of the choices`
      report(key, what, `choose of ${choices.join(", ")}, or remove it for all`)
    }
    return given
  }
  return {
    kinds: someOf("kinds", options.kinds, Interactions.interactionKinds),
    directions: someOf("directions", options.directions, ["inbound", "outbound", "internal"]),
    detail: oneOf("detail", options.detail, ["full", "summary", "title"]),
    redact: patternsOf(options.redact ?? [], report),
    timeZone: timeZoneOf(options.timeZone ?? "UTC", report),
    per: oneOf("per", options.per, ["message", "conversation"]),
    organizations: options.organizations ?? true
  }
}

export const wants = ({ kinds, directions }: EntryPolicy, { kind, direction }: Interaction): boolean =>
  (kinds === "all" || kinds.includes(kind)) && (directions === "all" || directions.includes(direction))

/** Grows with each change of what `Render` makes of the same interaction. */
const RENDERING = 3

/** Names the form of an entry: two entries of one form and the same content read the same. */
export const formOf = ({ detail, redact, timeZone }: EntryPolicy): string =>
  `${RENDERING}.${Key.contentHash({ detail, redact, timeZone }).slice(0, 8)}`

// ---------------------------------------------------------------------------------------------------------------------

const patternsOf = (given: NonNullable<Options["redact"]>, report: Report): EntryPolicy["redact"] => {
  if (given.length > PATTERNS_MAX) {
    report("redact", `it has more than ${PATTERNS_MAX} patterns`, "join some of them")
  }
  return given.flatMap((one) => {
    if (one instanceof RegExp) return [{ pattern: one.source, flags: [...new Set(`${one.flags}g`)].sort().join("") }]
    if (Object.hasOwn(named, one)) return [named[one]]
    const remedy = `write a regular expression such as /\\bDE\\d{20}\\b/, or one of ${Object.keys(named).join(", ")}`
    report("redact", `${JSON.stringify(one)} is no pattern`, remedy)
    return []
  })
}

const timeZoneOf = (timeZone: string, report: Report): string => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone
  } catch {
    report("timeZone", "it is no time zone", "give an IANA name, such as Europe/Berlin")
    return "UTC"
  }
}
