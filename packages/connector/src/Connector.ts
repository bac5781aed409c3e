/**
 * The code for a vendor, as a value: what can be read, what is pushed, what can be done, and the vendor's limits. Its
 * capabilities are a computed type, so asking for one that is missing is a compile error that names it.
 */
import type * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import type * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import type { Existential } from "./existential.ts"
import { type Account, decode, type Problem } from "./Account.ts"
import type * as Action from "./Action.ts"
import type * as Feed from "./Feed.ts"
import type { Finding } from "./Finding.ts"
import type { Gate } from "./Gate.ts"
import type { Limits } from "./Limits.ts"
import type * as Listener from "./Listener.ts"
import type { VendorError } from "./VendorError.ts"
import type * as Webhook from "./Webhook.ts"

export type { Account, Problem } from "./Account.ts"
export type { Finding } from "./Finding.ts"

interface Options<
  Credentials,
  CredentialsEncoded,
  Settings,
  SettingsEncoded,
  ApiId,
  Feeds,
  Webhooks,
  Listeners,
  Actions
> {
  readonly title: string
  /** Secrets are `Schema.Redacted`. */
  readonly credentials: Schema.Schema<Credentials, CredentialsEncoded>
  readonly settings: Schema.Schema<Settings, SettingsEncoded>
  /** The vendor's API for one account: base URL, authentication, status to reason. All calls go through the Gate. */
  readonly api: (account: Account<NoInfer<Credentials>, NoInfer<Settings>>) => Layer.Layer<ApiId, VendorError, Gate>
  /** Names the account, the same whatever credentials open it: a portal's id, a mailbox and its host. Absent: not told apart. */
  readonly accountOf?: (settings: NoInfer<Settings>) => string | undefined
  /** Refs mean the same in every account, as a Message-ID does. Absent: another account gives the same ids to other things. */
  readonly refsHoldEverywhere?: true
  readonly limits: Limits | ((settings: NoInfer<Settings>) => Limits)
  readonly feeds?: Feeds
  readonly webhooks?: Webhooks
  readonly listeners?: Listeners
  readonly actions?: Actions
  /** What a first write may set off in the vendor, such as workflows and notifications; shown before anything is approved. */
  readonly cautions?: ReadonlyArray<string>
  /** Looks at the account with few calls: credentials, scopes, what has to be set up. */
  readonly check: Effect.Effect<ReadonlyArray<Finding>, VendorError, NoInfer<ApiId>>
  /** Creates what write-back needs in the vendor, such as a unique property. Runs on approval; safe to run again. */
  readonly prepare?: Effect.Effect<ReadonlyArray<Finding>, VendorError, NoInfer<ApiId>>
}

/** `"contacts" | "SendMessage" | …`. `Connector.capabilities` has each as a field, so that an error lists what there is. */
export type CapabilityOf<
  Feeds extends ReadonlyArray<Feed.Any>,
  Webhooks extends ReadonlyArray<Webhook.Any>,
  Listeners extends ReadonlyArray<Listener.Any>,
  Actions extends ReadonlyArray<Action.Any>
> =
  | Feeds[number]["yields"]
  | Actions[number]["verb"]
  | (Webhooks extends readonly [] ? never : "webhooks")
  | (Listeners extends readonly [] ? never : "listeners")

export interface Connector<Id extends string, Credentials, Settings, ApiId, Capabilities> {
  readonly id: Id
  readonly title: string
  readonly credentials: Schema.Schema<Credentials, unknown>
  readonly settings: Schema.Schema<Settings, unknown>
  readonly api: (account: Account<Credentials, Settings>) => Layer.Layer<ApiId, VendorError, Gate>
  /** The account's name; `undefined` where accounts are not told apart. */
  readonly accountOf: (settings: Settings) => string | undefined
  readonly refsHoldEverywhere: boolean
  readonly limits: (settings: Settings) => Limits
  readonly feeds: ReadonlyArray<Feed.Any<ApiId>>
  readonly webhooks: ReadonlyArray<Webhook.Any<Credentials>>
  readonly listeners: ReadonlyArray<Listener.Any<ApiId>>
  readonly actions: ReadonlyArray<Action.Any<ApiId>>
  readonly cautions: ReadonlyArray<string>
  readonly check: Effect.Effect<ReadonlyArray<Finding>, VendorError, ApiId>
  readonly prepare: Effect.Effect<ReadonlyArray<Finding>, VendorError, ApiId> | undefined
  readonly capabilities: Capabilities
}
export type Any = Connector<string, Existential, Existential, Existential, object>

export const make = <
  const Id extends string,
  Credentials,
  CredentialsEncoded,
  Settings,
  SettingsEncoded,
  ApiId,
  const Feeds extends ReadonlyArray<Feed.Any<ApiId>> = [],
  const Webhooks extends ReadonlyArray<Webhook.Any<Credentials>> = [],
  const Listeners extends ReadonlyArray<Listener.Any<ApiId>> = [],
  const Actions extends ReadonlyArray<Action.Any<ApiId>> = []
>(
  id: Id,
  options: Options<
    Credentials,
    CredentialsEncoded,
    Settings,
    SettingsEncoded,
    ApiId,
    Feeds,
    Webhooks,
    Listeners,
    Actions
  >
): Connector<
  Id,
  Credentials,
  Settings,
  ApiId,
  { readonly [Capability in CapabilityOf<Feeds, Webhooks, Listeners, Actions>]: true }
> => {
  const { limits, feeds = [], webhooks = [], listeners = [], actions = [] } = options
  const [problem] = misfits({ feeds, webhooks, listeners, actions })
  if (problem !== undefined) throw new Error(`connector ${id}: ${problem}`)
  const capabilities: Record<string, true> = {}
  for (const feed of feeds) capabilities[feed.yields] = true
  for (const action of actions) capabilities[action.verb] = true
  if (webhooks.length > 0) capabilities["webhooks"] = true
  if (listeners.length > 0) capabilities["listeners"] = true
  return {
    id,
    title: options.title,
    credentials: options.credentials as Schema.Schema<Credentials, unknown>,
    settings: options.settings as Schema.Schema<Settings, unknown>,
    api: options.api,
    accountOf: options.accountOf ?? (() => undefined),
    refsHoldEverywhere: options.refsHoldEverywhere ?? false,
    limits: typeof limits === "function" ? limits : () => limits,
    feeds,
    webhooks,
    listeners,
    actions,
    cautions: options.cautions ?? [],
    check: options.check,
    prepare: options.prepare,
    capabilities: capabilities as { [Capability in CapabilityOf<Feeds, Webhooks, Listeners, Actions>]: true }
  }
}

interface Parts {
  readonly feeds: ReadonlyArray<Feed.Any>
  readonly webhooks: ReadonlyArray<Webhook.Any>
  readonly listeners: ReadonlyArray<Listener.Any>
  readonly actions: ReadonlyArray<Action.Any>
}

/** What names do not say in types: each is there once, and what is referred to is there. */
const misfits = (parts: Parts): ReadonlyArray<string> => {
  const feeds = parts.feeds.map(({ name }) => name)
  const webhooks = parts.webhooks.map(({ name }) => name)
  const twice = (what: string, names: ReadonlyArray<string>) =>
    names.filter((name, index) => names.indexOf(name) < index).map((name) => `two ${what} are named ${name}`)
  return [
    ...twice("feeds", feeds),
    ...twice("webhooks", webhooks),
    ...twice(
      "listeners",
      parts.listeners.map(({ name }) => name)
    ),
    ...twice(
      "actions",
      parts.actions.map(({ verb }) => verb)
    ),
    ...parts.listeners
      .filter(({ as }) => !webhooks.includes(as) && !feeds.includes(as))
      .map(({ name, as }) => `listener ${name} reads as ${as}, which is not among the webhooks and feeds`),
    ...parts.feeds.flatMap((feed) =>
      (feed.shape === "changes" ? (feed.resync ?? []) : [])
        .filter((name) => !feeds.includes(name))
        .map((name) => `feed ${feed.name} resyncs ${name}, which is not among the feeds`)
    )
  ]
}

/** Can it do this? Narrows a connector that came from configuration. */
export const supports = <C extends Any, const Capability extends string>(
  connector: C,
  capability: Capability
): connector is C & { readonly capabilities: { readonly [K in Capability]: true } } =>
  Object.hasOwn(connector.capabilities, capability)

/** The action for a verb; a compile error names the verb when the connector cannot do it. */
export const action = <ApiId, const V extends Action.Verb>(
  connector: {
    readonly api: (account: never) => Layer.Layer<ApiId, VendorError, Gate>
    readonly actions: ReadonlyArray<Action.Any>
    readonly capabilities: { readonly [K in NoInfer<V>]: true }
  },
  verb: V
): Action.Action<V, ApiId> =>
  connector.actions.find((candidate) => candidate.verb === verb) as unknown as Action.Action<V, ApiId>

/** The account that an installer's words describe, or every mistake in them with its place and remedy. */
export const decodeAccount = <Credentials, Settings>(
  connector: Pick<Connector<string, Credentials, Settings, never, object>, "credentials" | "settings">,
  given: { readonly connection: string; readonly credentials: unknown; readonly settings: unknown }
): Either.Either<Account<Credentials, Settings>, ReadonlyArray<Problem>> => decode(connector, given)
