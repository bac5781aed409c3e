/**
 * The configuration after loading: decoded credentials, resolved times and limits, or the problems in it. A problem names
 * the key and the remedy and never shows a value that could be a secret.
 */
import { type Action, Connector, type Limits } from "@interchannel/connector"
import { ConnectionId, Key, Own } from "@interchannel/domain"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as AlarmChannel from "./alarms/AlarmChannel.ts"
import * as EntryPolicy from "./entries/EntryPolicy.ts"
import * as FieldRule from "./fields/FieldRule.ts"
import * as Keep from "./keeping/Keep.ts"
import * as Length from "./keeping/Length.ts"
import type { Configuration, ConnectionOptions, DestinationOptions, FromEnvironment, Since } from "./Configuration.ts"

export interface Problem {
  /** `connections.support-eu.credentials.botToken` */
  readonly key: string
  readonly what: string
  readonly remedy: string
}

/** What one destination may receive. */
export interface Policy {
  readonly from: "all" | ReadonlyArray<ConnectionId>
  readonly timeline: boolean
  readonly entries: EntryPolicy.EntryPolicy
  readonly cards: boolean
  readonly since: SinceTime
  readonly withoutRecord: "wait" | "create" | "drop"
  readonly writesPerHourMax: number
  readonly canaryRecords: number
  readonly settleMs: number | undefined
  readonly fields: ReadonlyArray<FieldRule.FieldRule>
}

/** A point in time, or a length back from the moment of installation. */
export type SinceTime = { readonly at: number } | { readonly beforeInstallationMs: number }

export const sinceInstant = (since: SinceTime, installedAt: number): number =>
  "at" in since ? since.at : installedAt - since.beforeInstallationMs

export interface Installed {
  readonly id: ConnectionId
  readonly connector: Connector.Any
  readonly account: Connector.Account<unknown, unknown>
  readonly limits: Limits.Limits
  readonly since: SinceTime
  readonly destination: Policy | undefined
  readonly paused: boolean
  /** The Connection whose place it takes. */
  readonly replaces: ConnectionId | undefined
  /** A hash that changes when anything in its configuration does, secrets included. */
  readonly fingerprint: string
}

export interface Installation {
  readonly store: { readonly sqlite: string } | { readonly postgres: string }
  readonly masterKey: string | undefined
  readonly own: Own.Own
  readonly defaultRegion: string | undefined
  readonly intake: { readonly host: string; readonly port: number; readonly publicUrl: string | undefined }
  readonly keep: Keep.Keep
  readonly alarms: ReadonlyArray<AlarmChannel.AlarmChannel>
  readonly connections: ReadonlyMap<ConnectionId, Installed>
}

export const INTAKE_PORT = 8420
const WRITES_PER_HOUR_MAX = 2_000
const CANARY_RECORDS = 10

/** Decodes the whole configuration; all problems at once, not the first only. */
export const load = (
  configuration: Configuration,
  environment: Readonly<Record<string, string | undefined>>
): Either.Either<Installation, ReadonlyArray<Problem>> => {
  const problems: Array<Problem> = []
  // The first problem at a key explains those that follow from it.
  const report = (key: string, what: string, remedy: string) => {
    if (!problems.some((problem) => problem.key === key)) problems.push({ key, what, remedy })
  }
  const resolve = (value: unknown, key: string) => fromEnvironment(value, key, environment, report)
  onlyKnown("", configuration, names.configuration, report)
  onlyKnown("intake", configuration.intake, names.intake, report)

  const connections = new Map<ConnectionId, Installed>()
  const declared = Object.entries(configuration.connections ?? {})
  if (declared.length === 0) report("connections", "there is none", "declare at least two systems to connect")
  for (const [id, options] of declared) {
    const installed = loadConnection(id, options, configuration, resolve, report)
    if (installed !== undefined) connections.set(installed.id, installed)
  }
  const own = decodeOwn(resolve(configuration.own ?? {}, "own"), report)
  const alarms = AlarmChannel.load(configuration, resolve, report)
  const keep = Keep.load(configuration, report)
  const store = loadStore(configuration, resolve)
  const masterKey = configuration.masterKey === undefined ? undefined : resolve(configuration.masterKey, "masterKey")
  if (configuration.defaultRegion !== undefined && !/^[A-Z]{2}$/.test(configuration.defaultRegion)) {
    report("defaultRegion", "it is no country code", "give two capital letters of ISO 3166-1, such as US")
  }
  if (problems.length > 0) return Either.left(problems)
  return Either.right({
    store,
    masterKey: masterKey as string | undefined,
    own,
    defaultRegion: configuration.defaultRegion,
    intake: {
      host: configuration.intake?.host ?? "127.0.0.1",
      port: configuration.intake?.port ?? INTAKE_PORT,
      publicUrl: configuration.intake?.publicUrl?.replace(/\/+$/, "")
    },
    keep,
    alarms,
    connections
  })
}

/** One line a problem, for terminals and logs. */
export const formatProblem = (problem: Problem): string => `${problem.key}: ${problem.what}; ${problem.remedy}`

// ---------------------------------------------------------------------------------------------------------------------

type Report = (key: string, what: string, remedy: string) => void
type Resolve = (value: unknown, key: string) => unknown

const loadConnection = (
  id: string,
  options: ConnectionOptions,
  configuration: Configuration,
  resolve: Resolve,
  report: Report
): Installed | undefined => {
  const key = `connections.${id}`
  if (!Schema.is(ConnectionId)(id)) {
    report(key, "the name is not usable", "use 1-63 lower-case letters, digits and hyphens")
    return undefined
  }
  const connector = options?.connector
  if (connector === undefined || typeof connector.api !== "function") {
    report(`${key}.connector`, "it is no connector", "import the connector's value, as in `import { Vendor } from …`")
    return undefined
  }
  onlyKnown(key, options, names.connection, report)
  const given = { credentials: options.credentials, settings: options.settings ?? {} }
  const resolved = resolve(given, key) as { readonly credentials: unknown; readonly settings: unknown }
  const account = Connector.decodeAccount(connector, { connection: id, ...resolved })
  const since = parseSince(options.since ?? "now")
  if (since === undefined) report(`${key}.since`, "it is no time", "write now, a length such as 90 days, or a date")
  const destination =
    options.destination === undefined
      ? undefined
      : loadDestination(`${key}.destination`, options.destination, account, connector, configuration, report)
  if (Either.isLeft(account)) {
    for (const problem of account.left) report(`${key}.${problem.path}`, problem.what, problem.remedy)
    return undefined
  }
  return {
    id,
    connector,
    account: account.right,
    limits: connector.limits(account.right.settings),
    since: since ?? { beforeInstallationMs: 0 },
    destination,
    paused: options.paused ?? false,
    replaces: replacedBy(key, options, configuration, report),
    fingerprint: Key.contentHash({ ...options, connector: connector.id, resolved })
  }
}

const replacedBy = (
  key: string,
  { connector, replaces }: ConnectionOptions,
  { connections }: Configuration,
  report: Report
): ConnectionId | undefined => {
  if (replaces === undefined) return undefined
  const first = Object.keys(connections).find((id) => connections[id]?.replaces === replaces)
  if (connector.refsHoldEverywhere) {
    const remedy = "keep the old connection's name instead, and change its settings"
    report(`${key}.replaces`, `in ${connector.title} ids hold in every account`, remedy)
  } else if (!Schema.is(ConnectionId)(replaces) || `connections.${replaces}` === key) {
    report(`${key}.replaces`, "it is no other connection", "name the one that was removed")
  } else if (Object.hasOwn(connections, replaces)) {
    report(`${key}.replaces`, `${replaces} is still there`, `remove ${replaces}: its place is taken`)
  } else if (`connections.${first}` !== key) {
    report(`${key}.replaces`, `${first} takes the place of ${replaces} already`, "let one of them do")
  } else return replaces
  return undefined
}

const names = {
  configuration: ["store", "masterKey", "own", "defaultRegion", "intake", "alarms", "keep", "connections"],
  intake: ["host", "port", "publicUrl"],
  connection: ["connector", "credentials", "settings", "since", "destination", "paused", "replaces"],
  destination: [
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
  ]
}

/** A misspelt key would silently leave its default in force. */
const onlyKnown = (key: string, value: object | undefined, known: ReadonlyArray<string>, report: Report): void => {
  for (const name of Object.keys(value ?? {})) {
    if (known.includes(name)) continue
    report(
      key === "" ? name : `${key}.${name}`,
      "it is not known here",
      `remove it or correct it to one of ${known.join(", ")}`
    )
  }
}

const loadDestination = (
  key: string,
  options: DestinationOptions,
  account: Either.Either<Installed["account"], unknown>,
  connector: Connector.Any,
  configuration: Configuration,
  report: Report
): Policy => {
  onlyKnown(key, options, names.destination, report)
  onlyKnown(`${key}.entries`, options.entries, EntryPolicy.optionNames, report)
  const entries = EntryPolicy.load(options.entries ?? {})
  for (const { key: name, what, remedy } of entries.problems) report(`${key}.entries.${name}`, what, remedy)
  const lacks = (verb: Action.Verb): string | undefined => {
    const action = connector.actions.find((candidate) => candidate.verb === verb)
    if (action === undefined) return `${connector.title} has no place for it`
    return Either.isRight(account) ? action.lacks?.(account.right.settings) : undefined
  }
  const missing = { timeline: lacks("AppendTimeline"), cards: lacks("ShowContext") }
  const can = { timeline: missing.timeline === undefined, cards: missing.cards === undefined }
  if (!can.timeline && !can.cards) {
    report(key, `nothing can be written: ${missing.timeline}`, "remove `destination`, or connect a system that can")
  }
  for (const what of ["timeline", "cards"] as const) {
    if (options[what] === true && missing[what] !== undefined)
      report(`${key}.${what}`, missing[what], `or remove \`${what}\``)
  }
  for (const source of options.from ?? []) {
    if (!Object.hasOwn(configuration.connections, source)) {
      report(`${key}.from`, `there is no connection ${JSON.stringify(source)}`, "name connections of this file")
    }
  }
  const { withoutRecord = "wait", canaryRecords = CANARY_RECORDS, settleMs } = options
  if (!["wait", "create", "drop"].includes(withoutRecord)) {
    report(`${key}.withoutRecord`, "it is none of the choices", "choose of wait, create, drop")
  }
  if (withoutRecord === "create" && lacks("UpsertContact") !== undefined) {
    report(`${key}.withoutRecord`, `records cannot be created: ${lacks("UpsertContact")}`, "choose of wait, drop")
  }
  if (!(Number.isInteger(canaryRecords) && canaryRecords > 0)) {
    report(`${key}.canaryRecords`, "it is no whole number above zero", "give one, such as 10, or remove it")
  }
  if (settleMs !== undefined && !(settleMs >= 0 && Number.isFinite(settleMs))) {
    report(`${key}.settleMs`, "it is no length of time", "give milliseconds, or remove it")
  }
  const since = parseSince(options.since ?? "now")
  if (since === undefined) report(`${key}.since`, "it is no time", "write now, a length such as 90 days, or a date")
  const writesPerHourMax = options.writesPerHourMax ?? WRITES_PER_HOUR_MAX
  if (!(writesPerHourMax > 0)) report(`${key}.writesPerHourMax`, "it is not above zero", "use `paused` to stop writing")
  return {
    from: options.from ?? "all",
    timeline: can.timeline && (options.timeline ?? true),
    entries: entries.policy,
    cards: can.cards && (options.cards ?? true),
    since: since ?? { beforeInstallationMs: 0 },
    withoutRecord,
    writesPerHourMax,
    canaryRecords,
    settleMs,
    fields: FieldRule.load(
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
  }
}

const decodeOwn = (own: unknown, report: Report): Own.Own =>
  Either.getOrElse(Schema.decodeUnknownEither(Own.Own, { errors: "all", onExcessProperty: "error" })(own), (error) => {
    for (const { path, message } of ParseResult.ArrayFormatter.formatErrorSync(error)) {
      // That a list may be left out is no help with what is in it.
      if (message.startsWith("Expected undefined")) continue
      report(["own", ...path].join("."), message, "give lists of texts: { domains, numbers, teams }")
    }
    return Own.none
  })

const loadStore = (configuration: Configuration, resolve: Resolve): Installation["store"] => {
  const { store } = configuration
  if (store === undefined) return { sqlite: "interchannel.db" }
  if ("sqlite" in store) return store
  return { postgres: String(resolve(store.postgres, "store.postgres")) }
}

/** The value with every `env(…)` in it replaced; a missing variable is a problem at its key. */
const fromEnvironment = (
  value: unknown,
  key: string,
  environment: Readonly<Record<string, string | undefined>>,
  report: Report
): unknown => {
  if (isFromEnvironment(value)) {
    const found = environment[value.fromEnvironment]
    if (found !== undefined && found !== "") return found
    report(key, `the environment variable ${value.fromEnvironment} is not set`, `export ${value.fromEnvironment}=…`)
    return undefined
  }
  if (Array.isArray(value))
    return value.map((item, index) => fromEnvironment(item, `${key}.${index}`, environment, report))
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, fromEnvironment(item, `${key}.${name}`, environment, report)])
  )
}

const isFromEnvironment = (value: unknown): value is FromEnvironment =>
  typeof value === "object" && value !== null && typeof (value as FromEnvironment).fromEnvironment === "string"

const parseSince = (since: Since): SinceTime | undefined => {
  if (since === "now") return { beforeInstallationMs: 0 }
  const beforeInstallationMs = Length.parse(since)
  if (beforeInstallationMs !== undefined) return { beforeInstallationMs }
  const at = /^\d{4}-\d{2}-\d{2}/.test(since) ? Date.parse(since) : Number.NaN
  return Number.isNaN(at) ? undefined : { at }
}
