/**
 * Single fields of a record that stands in the vendor: what they show now, and setting some of them and no other. Fields go
 * by the vendor's own names and are texts, as the vendor holds them.
 */
import type { FieldPath, Instant, LocalRef } from "@interchannel/domain"
import type * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import type { VendorError } from "./VendorError.ts"

/** What a field shows. */
export interface Standing {
  /** Absent: it is empty. */
  readonly value?: string
  /** When it was last changed, where the vendor keeps that for each field. */
  readonly changedAt?: Instant.Instant
}

/** By the vendor's name of each field. */
export type Standings = Readonly<Record<string, Standing>>

export interface Asked {
  readonly ref: LocalRef
  readonly names: ReadonlyArray<string>
}

export interface Change {
  readonly ref: LocalRef
  /** `null` empties the field. What is not named stays as it is. */
  readonly set: Readonly<Record<string, string | null>>
}

/** One answer each, in order; `Gone` when the record exists no more. */
export type Answers = ReadonlyArray<Either.Either<Standings, VendorError>>

export interface RecordFields<Api> {
  /** Which value of a Contact each of the vendor's fields is. Any other field is `custom.<its name>`. */
  readonly paths: Readonly<Record<string, FieldPath.FieldPath>>
  /** From where the vendor's writes can be seen at once: a search index lags. */
  readonly read: (asked: ReadonlyArray<Asked>) => Effect.Effect<Answers, VendorError, Api>
  /** Answers what stands then in the fields that were set: a vendor may store another form. Repeating it changes nothing. */
  readonly write: (changes: ReadonlyArray<Change>) => Effect.Effect<Answers, VendorError, Api>
}

/** The value of a Contact that a vendor's field is. */
export const pathOf = (paths: RecordFields<unknown>["paths"], name: string): FieldPath.FieldPath =>
  Object.hasOwn(paths, name) ? paths[name]! : `custom.${name}`
