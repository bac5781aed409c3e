/**
 * The configuration after loading: decoded credentials, resolved times and limits, or the problems in it. A problem names
 * the key and the remedy and never shows a value that could be a secret.
 */
import { Connector, type Limits } from "@interchannel/connector"
import { ConnectionId, Key, Own, PhoneNumber } from "@interchannel/domain"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as AlarmChannel from "../alarms/AlarmChannel.ts"
import * as Keep from "../keeping/Keep.ts"
import * as Estimator from "../people/Estimator.ts"
import type { Configuration, ConnectionOptions, FromEnvironment } from "./Configuration.ts"
import * as DestinationPolicy from "./DestinationPolicy.ts"
import * as Problem from "./Problem.ts"
import * as Since from "./Since.ts"

export interface Installed {
  readonly id: ConnectionId
  readonly connector: Connector.Any
  readonly account: Connector.Account<unknown, unknown>
  readonly limits: Limits.Limits
  readonly since: Since.Since
  readonly destination: DestinationPolicy.DestinationPolicy | undefined
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
  readonly identity: Estimator.Schedule
  readonly alarms: ReadonlyArray<AlarmChannel.AlarmChannel>
  readonly connections: ReadonlyMap<ConnectionId, Installed>
}

/** Can what this verb put into a destination be taken out again? */
export const canRemove = (
  { connections }: Installation,
  { destination, verb }: { readonly destination: ConnectionId; readonly verb: string }
): boolean =>
  connections
    .get(destination)
    ?.connector.actions.some((action) => action.verb === verb && action.remove !== undefined) === true

export const INTAKE_PORT = 8420

/** Decodes the whole configuration; all problems at once, not the first only. */
export const load = (
  configuration: Configuration,
  environment: Readonly<Record<string, string | undefined>>
): Either.Either<Installation, ReadonlyArray<Problem.Problem>> => {
  const { problems, report } = Problem.collector()
  const resolve = (value: unknown, key: string) => fromEnvironment(value, key, environment, report)
  Problem.onlyKnown("", configuration, names.configuration, report)

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
  const identity = Estimator.load(configuration, report)
  const store = loadStore(configuration, resolve)
  const masterKey = configuration.masterKey === undefined ? undefined : resolve(configuration.masterKey, "masterKey")
  const intake = loadIntake(configuration.intake, resolve, report)
  if (configuration.defaultRegion !== undefined && !PhoneNumber.isCountry(configuration.defaultRegion)) {
    report("defaultRegion", "it is no country code", "give two capital letters of ISO 3166-1, such as US")
  }
  if (problems.length > 0) return Either.left(problems)
  return Either.right({
    store,
    masterKey: masterKey as string | undefined,
    own,
    defaultRegion: configuration.defaultRegion,
    intake,
    keep,
    identity,
    alarms,
    connections
  })
}

// ---------------------------------------------------------------------------------------------------------------------

type Resolve = (value: unknown, key: string) => unknown

const loadConnection = (
  id: string,
  options: ConnectionOptions,
  configuration: Configuration,
  resolve: Resolve,
  report: Problem.Report
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
  Problem.onlyKnown(key, options, names.connection, report)
  const given = { credentials: options.credentials, settings: options.settings ?? {} }
  const resolved = resolve(given, key) as { readonly credentials: unknown; readonly settings: unknown }
  const account = Connector.decodeAccount(connector, { connection: id, ...resolved })
  const since = Since.load(`${key}.since`, options.since, report)
  const destination =
    options.destination === undefined
      ? undefined
      : DestinationPolicy.load(
          options.destination,
          { key: `${key}.destination`, connector, account, configuration },
          report
        )
  if (Either.isLeft(account)) {
    for (const problem of account.left) report(`${key}.${problem.path}`, problem.what, problem.remedy)
    return undefined
  }
  return {
    id,
    connector,
    account: account.right,
    limits: connector.limits(account.right.settings),
    since,
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
  report: Problem.Report
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
  configuration: ["store", "masterKey", "own", "defaultRegion", "intake", "alarms", "keep", "identity", "connections"],
  intake: ["host", "port", "publicUrl"],
  connection: ["connector", "credentials", "settings", "since", "destination", "paused", "replaces"]
}

const decodeOwn = (own: unknown, report: Problem.Report): Own.Own =>
  Either.getOrElse(Schema.decodeUnknownEither(Own.Own, { errors: "all", onExcessProperty: "error" })(own), (error) => {
    for (const { path, message } of ParseResult.ArrayFormatter.formatErrorSync(error)) {
      // That a list may be left out is no help with what is in it.
      if (message.startsWith("Expected undefined")) continue
      report(["own", ...path].join("."), message, "give lists of texts: { domains, numbers, teams }")
    }
    return Own.none
  })

/** What is wrong here would show late: at the start, or in links that stand in entries for good. */
const loadIntake = (given: Configuration["intake"], resolve: Resolve, report: Problem.Report) => {
  Problem.onlyKnown("intake", given, names.intake, report)
  const { host = "127.0.0.1", port = INTAKE_PORT, publicUrl } = given ?? {}
  if (!(Number.isInteger(port) && port >= 0 && port <= PORT_MAX)) {
    report("intake.port", "it is no port", `give a number up to ${PORT_MAX}, such as ${INTAKE_PORT}`)
  }
  if (typeof host !== "string" || host === "") {
    report("intake.host", "it is no address", "give one of this machine, such as 127.0.0.1, or remove it")
  }
  const url = publicUrl === undefined ? undefined : String(resolve(publicUrl, "intake.publicUrl"))
  if (url !== undefined && !isBase(url)) {
    report("intake.publicUrl", "it is no URL that vendors can call", "give one such as https://hooks.example.com")
  }
  return { host, port, publicUrl: url?.replace(/\/+$/, "") }
}
const PORT_MAX = 65_535

const isBase = (url: string): boolean => {
  const { protocol, search, hash, username } = URL.canParse(url) ? new URL(url) : new URL("none:")
  return /^https?:$/.test(protocol) && `${search}${hash}${username}` === ""
}

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
  report: Problem.Report
): unknown => {
  if (isFromEnvironment(value)) {
    const found = environment[value.fromEnvironment]
    if (found !== undefined && found !== "") return found
    const remedy = `write ${value.fromEnvironment}=… into .env beside the configuration, or export it`
    report(key, `the environment variable ${value.fromEnvironment} is not set`, remedy)
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
