/**
 * A way by which alarms reach a person, as configuration: through a Connection that can send messages, by a signed webhook,
 * or by mail over an SMTP server.
 */
import type { Handle, LocalRef } from "@interchannel/domain"
import * as Redacted from "effect/Redacted"
import type { Configuration } from "../configuration/Configuration.ts"
import { onlyKnown, type Report } from "../configuration/Problem.ts"

export type AlarmChannel = ViaConnection | Direct

export interface ViaConnection {
  readonly _tag: "Connection"
  readonly name: string
  readonly connection: string
  readonly addressee: { readonly to: Handle.Handle } | { readonly conversation: LocalRef }
}

/** Needs nothing but the network. */
export type Direct = WebhookChannel | MailChannel

export interface WebhookChannel {
  readonly _tag: "Webhook"
  readonly name: string
  readonly url: Redacted.Redacted<URL>
  readonly secret: Redacted.Redacted
}
export interface MailChannel {
  readonly _tag: "Mail"
  readonly name: string
  /** `smtps://user:password@host:port` */
  readonly server: Redacted.Redacted<URL>
  readonly from: string
  readonly to: ReadonlyArray<string>
}

type Resolve = (value: unknown, key: string) => unknown

/** What is wrong is reported; what is not wrong is answered. */
export const load = (
  { alarms = {}, connections }: Configuration,
  resolve: Resolve,
  report: Report
): ReadonlyArray<AlarmChannel> =>
  Object.entries(alarms).flatMap(([name, options]) => {
    const key = `alarms.${name}`
    if (!NAME.test(name)) {
      report(key, "the name is not usable", "use 1-63 lower-case letters, digits and hyphens")
      return []
    }
    const [kind, ...others] = kinds.filter((one) => one in options)
    if (kind === undefined || others.length > 0) {
      report(key, "it does not say one way", "give one of `connection`, `webhook`, `smtp`")
      return []
    }
    onlyKnown(key, options, fields[kind], report)
    const given = resolve(options, key) as Resolved
    const channel =
      kind === "connection"
        ? viaConnection(key, name, given, connections, report)
        : kind === "webhook"
          ? webhook(key, name, given, report)
          : mail(key, name, given, report)
    return channel === undefined ? [] : [channel]
  })

export const isDirect = (channel: AlarmChannel): channel is Direct => channel._tag !== "Connection"

// ---------------------------------------------------------------------------------------------------------------------

const NAME = /^[a-z0-9-]{1,63}$/
const kinds = ["connection", "webhook", "smtp"] as const
const fields = {
  connection: ["connection", "to", "conversation"],
  webhook: ["webhook", "secret"],
  smtp: ["smtp", "from", "to"]
} as const
const SECRET_LENGTH_MIN = 16
const ADDRESSEES_MAX = 20

type Resolved = Readonly<Partial<Record<string, string | ReadonlyArray<string>>>>

const viaConnection = (
  key: string,
  name: string,
  { connection, to, conversation }: Resolved,
  connections: Configuration["connections"],
  report: Report
): ViaConnection | undefined => {
  const id = String(connection)
  const connector = Object.hasOwn(connections ?? {}, id) ? connections[id]?.connector : undefined
  if (connector === undefined) {
    report(`${key}.connection`, `there is no connection ${JSON.stringify(id)}`, "name one of this file")
    return undefined
  }
  if (!connector.actions?.some(({ verb }) => verb === "SendMessage")) {
    report(`${key}.connection`, `${connector.title} cannot send messages`, "name a connection that can")
    return undefined
  }
  const [, kind, ref] = /^([^/]+)\/(.+)$/.exec(typeof conversation === "string" ? conversation : "") ?? []
  if (kind !== undefined && ref !== undefined) {
    return { _tag: "Connection", name, connection: id, addressee: { conversation: { kind, id: ref } } }
  }
  const handle = typeof to === "string" ? handleOf(to) : undefined
  if (handle === undefined) {
    const remedy = "give `to` (a mail address, a number with +, or system:user) or `conversation` (kind/id)"
    report(`${key}.to`, "it does not say to whom", remedy)
    return undefined
  }
  return { _tag: "Connection", name, connection: id, addressee: { to: handle } }
}

const handleOf = (to: string): Handle.Handle | undefined => {
  if (to.includes("@")) return { kind: "email", value: to }
  if (/^\+\d{6,15}$/.test(to)) return { kind: "phone", value: to }
  return to.includes(":") ? { kind: "vendor-user", value: to } : undefined
}

const urlOf = (text: unknown, protocols: ReadonlyArray<string>): Redacted.Redacted<URL> | undefined => {
  if (typeof text !== "string" || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const atHome = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname)
  return protocols.includes(url.protocol) || (atHome && url.protocol === "http:") ? Redacted.make(url) : undefined
}

const webhook = (key: string, name: string, given: Resolved, report: Report): WebhookChannel | undefined => {
  const url = urlOf(given["webhook"], ["https:"])
  const secret = typeof given["secret"] === "string" ? given["secret"] : ""
  if (url === undefined) report(`${key}.webhook`, "it is no address that can be trusted", "give an https:// address")
  if (secret.length < SECRET_LENGTH_MIN) {
    report(
      `${key}.secret`,
      "it is too short to sign with",
      `give ${SECRET_LENGTH_MIN} characters or more, drawn at random`
    )
  }
  if (url === undefined || secret.length < SECRET_LENGTH_MIN) return undefined
  return { _tag: "Webhook", name, url, secret: Redacted.make(secret) }
}

const mail = (key: string, name: string, given: Resolved, report: Report): MailChannel | undefined => {
  const server = urlOf(given["smtp"], ["smtp:", "smtps:"])
  const to = [given["to"] ?? []].flat().filter((address) => address.includes("@"))
  const from = typeof given["from"] === "string" ? given["from"] : ""
  if (server === undefined) {
    report(`${key}.smtp`, "it is no mail server", "give smtps://user:password@host:port, best from the environment")
  }
  if (!from.includes("@")) report(`${key}.from`, "it is no mail address", "give the address that alarms come from")
  if (to.length === 0 || to.length > ADDRESSEES_MAX) {
    report(`${key}.to`, `it has ${to.length} mail addresses`, `give 1 to ${ADDRESSEES_MAX} of them`)
  }
  return server === undefined || !from.includes("@") || to.length === 0 || to.length > ADDRESSEES_MAX
    ? undefined
    : { _tag: "Mail", name, server, from, to }
}
