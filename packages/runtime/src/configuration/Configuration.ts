/**
 * The installation as its owner states it in `interchannel.config.ts`: where the store is, who our own people are, which
 * Connections there are and what each may receive. A value that must not stand in the file is named with `env`.
 */
import type { Connector } from "@interchannel/connector"
import type { FieldPath } from "@interchannel/domain"
import type { FieldPolicy } from "../fields/FieldRule.ts"
import type * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type * as EntryPolicy from "../entries/EntryPolicy.ts"

/** A value taken from an environment variable when the configuration is loaded. */
export interface FromEnvironment {
  readonly fromEnvironment: string
}
export const env = (name: string): FromEnvironment => ({ fromEnvironment: name })

/** `now`, a length of time back from installation (`90 days`), or a date (`2026-01-31`). */
export type Since = "now" | `${number} ${"hours" | "days" | "months" | "years"}` | (string & {})

/** Every text may come from the environment. */
export type Given<A> =
  A extends Redacted.Redacted<infer Secret>
    ? Given<Secret>
    : A extends string
      ? A | FromEnvironment
      : A extends ReadonlyArray<infer Item>
        ? ReadonlyArray<Given<Item>>
        : A extends object
          ? { readonly [Key in keyof A]: Given<A[Key]> }
          : A

export interface DestinationOptions {
  /** The Connections whose interactions are written here; absent: all others. */
  readonly from?: ReadonlyArray<string>
  /** Write timeline entries; default true where the connector can. */
  readonly timeline?: boolean
  /** Which interactions become entries, and how much these tell. */
  readonly entries?: EntryPolicy.Options
  /** Show a card beside conversations; default true where the connector can. */
  readonly cards?: boolean
  /** How old an interaction may be to be written; default `now`: what happens from installation on. */
  readonly since?: Since
  /** A customer without a record here: `wait` (default) until there is one, `create` it, or `drop` the entry. */
  readonly withoutRecord?: "wait" | "create" | "drop"
  /** No more writes than this in an hour; default 2,000, and `Infinity` for no cap besides the vendor's own. */
  readonly writesPerHourMax?: number
  /** How many records the first approval reaches; default 10. */
  readonly canaryRecords?: number
  /** How long an interaction must have been quiet before it is written, milliseconds; default by kind. */
  readonly settleMs?: number
  /** Fields of records that stand here already, by the vendor's names. A field that is not named is never touched. */
  readonly fields?: Readonly<Record<string, FieldOptions>>
}

/** Which value goes into one field of this destination's records, and whose word counts where one stands there. */
export interface FieldOptions {
  /** A value of the other systems' contacts: `title`, `phone`, `custom.plan`. Default: the one that the field is here. */
  readonly from?: FieldPath.FieldPath
  /** Default `fill-if-empty`. */
  readonly policy?: FieldPolicy
}

export interface ConnectionOptions {
  readonly connector: Connector.Any
  readonly credentials: unknown
  readonly settings?: unknown
  /** How far back to read; default `now`. */
  readonly since?: Since
  /** Present: the shared history is written here, once approved. */
  readonly destination?: DestinationOptions
  readonly paused?: boolean
  /** The connection whose place this one takes, when a system's account was exchanged; that one is removed from here. */
  readonly replaces?: string
}

/** A way by which alarms reach a person. */
export type AlarmOptions =
  /** Through a connection that can send messages: `to` a mail address, number or `system:user`, or into a `conversation`. */
  | {
      readonly connection: string
      readonly to?: string | FromEnvironment
      /** `kind/id`, as logs show it, such as `channel/C012AB3CD`. */
      readonly conversation?: string | FromEnvironment
    }
  /** A POST, signed as Standard Webhooks are. */
  | { readonly webhook: string | FromEnvironment; readonly secret: string | FromEnvironment }
  /** `smtps://user:password@host:port` */
  | {
      readonly smtp: string | FromEnvironment
      readonly from: string | FromEnvironment
      readonly to: string | FromEnvironment | ReadonlyArray<string>
    }

export interface Configuration {
  /** Default: SQLite in `interchannel.db` beside the configuration file. */
  readonly store?: { readonly sqlite: string } | { readonly postgres: string | FromEnvironment }
  /** 32 bytes as base64; default: a file beside the store, created on first start. */
  readonly masterKey?: string | FromEnvironment
  readonly own?: {
    readonly domains?: ReadonlyArray<string | FromEnvironment>
    readonly numbers?: ReadonlyArray<string | FromEnvironment>
    readonly teams?: ReadonlyArray<string | FromEnvironment>
  }
  /** ISO 3166-1 alpha-2, for phone numbers written without a country. */
  readonly defaultRegion?: string
  readonly intake?: {
    readonly host?: string
    readonly port?: number
    /** How the intake is reached from outside: for signatures that cover the URL, and for the links in entries. */
    readonly publicUrl?: string | FromEnvironment
  }
  /** How long what ages is kept, as lengths such as `90 days`. */
  readonly keep?: {
    /** Bodies as vendors sent them; default 30 days. So far back a mapping can be mended by a replay. */
    readonly raw?: string
    /** By what a delivery that comes again is recognised; default 90 days. */
    readonly keys?: string
    /** Items that were set aside and that nobody mended; default 180 days. */
    readonly asides?: string
    /** Earlier words of what was edited; default 365 days. */
    readonly revisions?: string
    /** Proofs of writes, which `undo` and `explain` need; default 730 days. */
    readonly receipts?: string
  }
  /** The model by which who is who is decided. */
  readonly identity?: {
    /** The hour, 0 to 23 in UTC, at which it is estimated anew each day; default 3, `off` for only when somebody asks. */
    readonly estimateAt?: number | "off"
    /** What is estimated is put into use without asking, where it joins and parts at most one in a hundred; default false. */
    readonly switchUnasked?: boolean
  }
  /** Who is told when something has to be mended, each way under a name. */
  readonly alarms?: Readonly<Record<string, AlarmOptions>>
  readonly connections: Readonly<Record<string, ConnectionOptions>>
}

/** Gives the configuration file its types. */
export const defineConfig = (configuration: Configuration): Configuration => configuration

/** Ties credentials and settings to what the connector expects, so that a mistake shows in the editor. */
export const connect = <C extends Connector.Any>(
  connector: C,
  options: Omit<ConnectionOptions, "connector" | "credentials" | "settings"> & {
    readonly credentials: Given<Plain<CredentialsOf<C>>>
    readonly settings?: Partial<Given<Plain<SettingsOf<C>>>>
  }
): ConnectionOptions => ({ connector, ...options })

// ---------------------------------------------------------------------------------------------------------------------

type CredentialsOf<C extends Connector.Any> = Schema.Schema.Type<C["credentials"]>
type SettingsOf<C extends Connector.Any> = Schema.Schema.Type<C["settings"]>

/** As it is written in a file: a secret is a text there. */
type Plain<A> =
  A extends Redacted.Redacted<infer Secret>
    ? Plain<Secret>
    : A extends ReadonlyArray<infer Item>
      ? ReadonlyArray<Plain<Item>>
      : A extends object
        ? { readonly [Key in keyof A]: Plain<A[Key]> }
        : A
