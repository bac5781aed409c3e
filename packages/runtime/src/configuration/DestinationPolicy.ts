/** What one destination may receive: loaded from its options, with what is wrong in them. */
import type { Action, Connector } from "@interchannel/connector"
import type { ConnectionId } from "@interchannel/domain"
import * as Either from "effect/Either"
import * as EntryPolicy from "../entries/EntryPolicy.ts"
import * as FieldRule from "../fields/FieldRule.ts"
import type { Configuration, DestinationOptions } from "./Configuration.ts"
import type { Installed } from "./Installation.ts"
import { onlyKnown, type Report } from "./Problem.ts"
import * as Since from "./Since.ts"

export interface DestinationPolicy {
  readonly from: "all" | ReadonlyArray<ConnectionId>
  readonly timeline: boolean
  readonly entries: EntryPolicy.EntryPolicy
  readonly cards: boolean
  readonly since: Since.Since
  readonly withoutRecord: "wait" | "create" | "drop"
  readonly writesPerHourMax: number
  readonly canaryRecords: number
  readonly settleMs: number | undefined
  readonly fields: ReadonlyArray<FieldRule.FieldRule>
}

const WRITES_PER_HOUR_MAX = 2_000
const CANARY_RECORDS = 10

/** The Connection whose destination it is, as far as it could be loaded. */
export interface Of {
  /** `connections.crm.destination` */
  readonly key: string
  readonly connector: Connector.Any
  readonly account: Either.Either<Installed["account"], unknown>
  readonly configuration: Configuration
}

export const load = (options: DestinationOptions, of: Of, report: Report): DestinationPolicy => {
  const { key } = of
  onlyKnown(key, options, names, report)
  const { withoutRecord = "wait", canaryRecords = CANARY_RECORDS, settleMs } = options
  const { writesPerHourMax = WRITES_PER_HOUR_MAX } = options
  reportSources(options, of, report)
  reportNumbers(key, { canaryRecords, settleMs, writesPerHourMax }, report)
  const lacks = lacksOf(of)
  if (!["wait", "create", "drop"].includes(withoutRecord)) {
    report(`${key}.withoutRecord`, "it is none of the choices", "choose of wait, create, drop")
  }
  if (withoutRecord === "create" && lacks("UpsertContact") !== undefined) {
    report(`${key}.withoutRecord`, `records cannot be created: ${lacks("UpsertContact")}`, "choose of wait, drop")
  }
  return {
    from: options.from ?? "all",
    ...placesOf(options, key, lacks, report),
    entries: EntryPolicy.load(`${key}.entries`, options.entries, report),
    since: Since.load(`${key}.since`, options.since, report),
    withoutRecord,
    writesPerHourMax,
    canaryRecords,
    settleMs,
    fields: fieldsOf(options, of, report)
  }
}

// ---------------------------------------------------------------------------------------------------------------------

const names = [
  "from",
  "timeline",
  "entries",
  "cards",
  "since",
  "withoutRecord",
  "writesPerHourMax",
  "canaryRecords",
  "settleMs",
  "fields"
] as const satisfies ReadonlyArray<keyof DestinationOptions>

type Lacks = (verb: Action.Verb) => string | undefined

/** Why a verb is not possible there; `undefined` when it is. */
const lacksOf =
  ({ connector, account }: Of): Lacks =>
  (verb) => {
    const action = connector.actions.find((candidate) => candidate.verb === verb)
    if (action === undefined) return `${connector.title} has no place for it`
    return Either.isRight(account) ? action.lacks?.(account.right.settings) : undefined
  }

/** What can be written, of what is wanted. */
const placesOf = (options: DestinationOptions, key: string, lacks: Lacks, report: Report) => {
  const missing = { timeline: lacks("AppendTimeline"), cards: lacks("ShowContext") }
  const can = { timeline: missing.timeline === undefined, cards: missing.cards === undefined }
  if (!can.timeline && !can.cards) {
    report(key, `nothing can be written: ${missing.timeline}`, "remove `destination`, or connect a system that can")
  }
  for (const what of ["timeline", "cards"] as const) {
    if (options[what] === true && missing[what] !== undefined) {
      report(`${key}.${what}`, missing[what], `or remove \`${what}\``)
    }
  }
  return { timeline: can.timeline && (options.timeline ?? true), cards: can.cards && (options.cards ?? true) }
}

const reportSources = ({ from = [] }: DestinationOptions, { key, configuration }: Of, report: Report): void => {
  for (const source of from) {
    if (`connections.${source}.destination` === key) {
      report(`${key}.from`, "nothing is written back into the system that it came from", `remove ${source}`)
    } else if (!Object.hasOwn(configuration.connections, source)) {
      report(`${key}.from`, `there is no connection ${JSON.stringify(source)}`, "name connections of this file")
    }
  }
}

const reportNumbers = (
  key: string,
  {
    canaryRecords,
    settleMs,
    writesPerHourMax
  }: Pick<DestinationPolicy, "canaryRecords" | "settleMs" | "writesPerHourMax">,
  report: Report
): void => {
  if (!(Number.isInteger(canaryRecords) && canaryRecords > 0)) {
    report(`${key}.canaryRecords`, "it is no whole number above zero", "give one, such as 10, or remove it")
  }
  if (settleMs !== undefined && !(settleMs >= 0 && Number.isFinite(settleMs))) {
    report(`${key}.settleMs`, "it is no length of time", "give milliseconds, or remove it")
  }
  if (!(writesPerHourMax > 0)) report(`${key}.writesPerHourMax`, "it is not above zero", "use `paused` to stop writing")
}

const fieldsOf = (options: DestinationOptions, { key, connector, account, configuration }: Of, report: Report) =>
  FieldRule.load(
    {
      key: `${key}.fields`,
      fields: options.fields ?? {},
      connector,
      // A destination may own a field of its own records: then it is never written.
      sources: [
        ...(options.from ?? Object.keys(configuration.connections)),
        ...(Either.isRight(account) ? [account.right.connection] : [])
      ],
      region: configuration.defaultRegion
    },
    report
  )
