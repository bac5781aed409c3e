/**
 * A socket we hold open. The engine reconnects it with back-off, stores each envelope before it is acknowledged, and lets
 * the feeds close the gap after each reconnect. Envelopes are decoded as Deliveries of the Webhook named in `as`; where `as`
 * names a feed they are thin, `{ id, partition }`, and the feed's `one` reads what they name.
 */
import { Part } from "@interchannel/domain"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { Existential } from "./existential.ts"
import type * as Feed from "./Feed.ts"
import type { VendorError } from "./VendorError.ts"
import type * as Webhook from "./Webhook.ts"

export interface Envelope {
  /** The vendor's id of the push, the same when it sends it again and when it comes by webhook. */
  readonly key: string
  /** What a webhook body would hold: JSON data. */
  readonly data: unknown
  /** Tells the vendor that we have it. Called after the commit. */
  readonly acknowledge: Effect.Effect<void, VendorError>
}

export interface Listener<Name extends string, Api> {
  readonly name: Name
  /** The webhook whose `items`, `item` and `normalize` read the envelopes, or the feed that reads what they name. */
  readonly as: string
  /** Opens the socket; the stream ends when the vendor asks to reconnect, and fails when the connection breaks. */
  readonly connect: Effect.Effect<Stream.Stream<Envelope, VendorError>, VendorError, Api | Scope.Scope>
}
export type Any<Api = Existential> = Listener<string, Api>

export const make = <const Name extends string, Api>(
  name: Name,
  options: Omit<Listener<Name, Api>, "name">
): Listener<Name, Api> => ({ name, ...options })

/** What reads the data of an envelope. */
export type Reader = Pick<Webhook.Any, "items" | "item" | "normalize">

/** The reader of what a listener hears; `undefined` when `as` names neither a webhook nor a feed. */
export const readerOf = (
  { feeds, webhooks }: { readonly feeds: ReadonlyArray<Feed.Any>; readonly webhooks: ReadonlyArray<Webhook.Any> },
  as: string
): Reader | undefined => {
  const webhook = webhooks.find(({ name }) => name === as)
  if (webhook !== undefined) return webhook
  return feeds.some(({ name }) => name === as)
    ? { item: Named, normalize: ({ id, partition }: Named) => [Part.refetch(as, id, partition)] }
    : undefined
}

// ---------------------------------------------------------------------------------------------------------------------

const Named = Schema.Struct({ id: Schema.NonEmptyString, partition: Schema.optional(Schema.String) })
type Named = typeof Named.Type
