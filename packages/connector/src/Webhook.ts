/**
 * A vendor's push channel. A Delivery is verified over its raw bytes, stored, committed, then answered; decoding comes
 * later, from what was stored. Nothing here runs before the 200 but the verifier, `answer` and `deliveryKey`.
 */
import type { Part } from "@interchannel/domain"
import type * as Schema from "effect/Schema"
import type { Existential } from "./existential.ts"
import type { Delivery } from "./Delivery.ts"
import type { Origin } from "./Feed.ts"
import type { Verifier } from "./Verifier.ts"

/** What to answer instead of storing: a handshake. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

interface Options<Credentials, Item extends Schema.Schema.AnyNoContext> {
  readonly verifier: Verifier<Credentials>
  /** A handshake is answered at once and not stored. `data` is the parsed body. */
  readonly answer?: (data: unknown, delivery: Delivery) => Answer | undefined
  /** The vendor's own id of the delivery, the same when it tries again. Absent: a hash of the body. */
  readonly deliveryKey?: (data: unknown, delivery: Delivery) => string | undefined
  /** The items in one body; absent: the body is one item. */
  readonly items?: (data: unknown) => ReadonlyArray<unknown>
  readonly item: Item
  /** Pure: one item to the parts it tells, or to what has to be read again. */
  readonly normalize: (item: Schema.Schema.Type<NoInfer<Item>>, origin: Origin) => ReadonlyArray<Part.Outcome>
  /** The vendor's behaviour on failure, for the reference: which answers it retries, how often. */
  readonly retriesOn: string
  /** No delivery for so long is suspicious while the feed shows activity, milliseconds. */
  readonly silentAfterMs?: number
}

export interface Webhook<Name extends string, Credentials, Item extends Schema.Schema.AnyNoContext>
  extends Options<Credentials, Item> {
  readonly name: Name
}
export type Any<Credentials = Existential> = Webhook<string, Credentials, Schema.Schema<Existential, Existential>>

export const make = <const Name extends string, Credentials, Item extends Schema.Schema.AnyNoContext>(
  name: Name,
  options: Options<Credentials, Item>
): Webhook<Name, Credentials, Schema.Schema<Schema.Schema.Type<Item>, Schema.Schema.Encoded<Item>>> => ({
  name,
  ...options
})
