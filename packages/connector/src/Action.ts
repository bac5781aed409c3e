/**
 * What we do in a vendor. The author states how the vendor treats a repeated request; write-ahead, deadlines, retries, the
 * look-up after a crash and receipts follow from it.
 *
 * AppendTimeline, UpsertContact and ShowContext are written exactly once, so they refuse `idempotency: "none"`.
 * SendMessage, PlaceCallback and CreateRoom are done at most once; an ambiguous outcome is looked up where the vendor
 * allows it, else set aside for a person.
 */
import type { ContactFields, Handle, Instant, LocalRef } from "@interchannel/domain"
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import type { Existential } from "./existential.ts"
import type { RecordFields } from "./RecordFields.ts"
import type { Card, Entry } from "./Timeline.ts"
import type { VendorError } from "./VendorError.ts"
import * as Wire from "./Wire.ts"

/** What each verb is given besides `key` and `existing`. */
export interface Inputs {
  readonly AppendTimeline: {
    readonly entry: Entry
    /** The records the entry belongs on, all of them; never empty. */
    readonly records: ReadonlyArray<LocalRef>
    /** Those it is on now and must leave; empty when nothing was written yet. */
    readonly leave: ReadonlyArray<LocalRef>
    /** The agent's user in the destination. */
    readonly owner?: LocalRef
  }
  readonly UpsertContact: { readonly fields: ContactFields }
  readonly ShowContext: { readonly conversation: LocalRef; readonly card: Card }
  readonly SendMessage: {
    readonly conversation?: LocalRef
    readonly to?: Handle.Handle
    readonly subject?: string
    readonly text: string
  }
  readonly PlaceCallback: { readonly to: Handle.Handle; readonly queue?: string; readonly dueAt: Instant.Instant }
  readonly CreateRoom: { readonly title: string; readonly expiresAt: Instant.Instant }
}
export type Verb = keyof Inputs
export const exactlyOnceVerbs = ["AppendTimeline", "UpsertContact", "ShowContext"] as const
export type ExactlyOnceVerb = (typeof exactlyOnceVerbs)[number]

export type Input<V extends Verb> = Inputs[V] & {
  /** Ours, the same at every attempt. Opaque: safe to store in the vendor's record. */
  readonly key: string
  /** The record that an earlier attempt wrote; then this is an update. Fail with `Gone` when it exists no more. */
  readonly existing?: LocalRef
}

/** What the vendor holds now. */
export interface Written {
  readonly ref: LocalRef
  readonly url?: string
  /** The same value that `Part.written` has when the record is read back unedited. */
  readonly written?: string
}
export type Result = Either.Either<Written, VendorError>

interface Shared<V extends Verb, Api> {
  /** Inputs that one `write` takes. */
  readonly batchMax: number
  /** The operation of `limits` that one `write` spends from, for estimates; absent: named like the verb. */
  readonly operation?: string
  /** Do the account's settings name what it needs, such as a channel? Absent: it needs nothing. Else a sentence with the remedy. */
  readonly lacks?: (settings: unknown) => string | undefined
  /** AppendTimeline: the kind of record that an agent's own user has; named here, `owner` is given where it is known. */
  readonly ownerKind?: string
  /** AppendTimeline: the kind of record that a company has; named here, an entry is put on its customers' companies too. */
  readonly organizationKind?: string
  /** One result per input, in order; a failed batch as a whole fails the effect. */
  readonly write: (inputs: ReadonlyArray<Input<V>>) => Effect.Effect<ReadonlyArray<Result>, VendorError, Api>
  /** Takes a record back out of the vendor. Succeeds when it is not there. */
  readonly remove?: (ref: LocalRef) => Effect.Effect<void, VendorError, Api>
  /** UpsertContact only: how single fields of records that stand there already are read and set. Absent: they are left alone. */
  readonly fields?: V extends "UpsertContact" ? RecordFields<Api> : never
}

/** `vendor key`: writing the same key again changes nothing. `look up first`: `find` tells whether an attempt landed. */
export type Certainty<V extends Verb, Api> =
  | {
      readonly idempotency: "vendor key"
      /**
       * What became of attempts of unknown outcome, one answer an input, in order; `removed`: it landed, and somebody took
       * the record out since. Asked for `batchMax` at a time. Absent:
       * it is written again, which brings back a record that an admin deleted at the very moment of a crash.
       */
      readonly landed?: (
        inputs: ReadonlyArray<Input<V>>
      ) => Effect.Effect<ReadonlyArray<Written | "removed" | undefined>, VendorError, Api>
    }
  | {
      readonly idempotency: "look up first"
      readonly find: (input: Input<V>) => Effect.Effect<Written | undefined, VendorError, Api>
      /** The vendor's index may not show a write for so long. */
      readonly visibleAfterMs: number
    }

/** What only one verb has to state. */
type Special<V extends Verb> = V extends "ShowContext"
  ? {
      /** The kinds of conversation that have a place for a card; absent: all. */
      readonly beside?: ReadonlyArray<string>
    }
  : unknown

type Options<V extends Verb, Api> = Shared<V, Api> &
  Special<V> &
  (Certainty<V, Api> | (V extends ExactlyOnceVerb ? never : { readonly idempotency: "none" }))

export type Action<V extends Verb, Api> = { readonly verb: V } & Shared<V, Api> &
  Special<V> &
  (Certainty<V, Api> | { readonly idempotency: "none" })
export type Any<Api = Existential> = { readonly [V in Verb]: Action<V, Api> }[Verb]

const verb =
  <V extends Verb>(name: V) =>
  <Api>(options: Options<V, Api>): Action<V, Api> =>
    ({ verb: name, ...options }) as Action<V, Api>

export const AppendTimeline = { with: verb("AppendTimeline") }
export const UpsertContact = { with: verb("UpsertContact") }
export const ShowContext = { with: verb("ShowContext") }
export const SendMessage = { with: verb("SendMessage") }
export const PlaceCallback = { with: verb("PlaceCallback") }
export const CreateRoom = { with: verb("CreateRoom") }

/** `write` for a vendor that takes one at a time; a failure concerns its own input only. */
export const each =
  <V extends Verb, Api>(write: (input: Input<V>) => Effect.Effect<Written, VendorError, Api>) =>
  (inputs: ReadonlyArray<Input<V>>): Effect.Effect<ReadonlyArray<Result>, VendorError, Api> =>
    Effect.forEach(inputs, (input) => Effect.either(write(input)))

/** `lacks` for an action that needs one of the settings; `remedy` says how to set it. */
export const needs =
  (setting: string, remedy: string) =>
  (settings: unknown): string | undefined =>
    Wire.field(settings, setting) === undefined ? remedy : undefined
