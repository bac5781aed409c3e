/**
 * What has to stand in an account before it can be written to: a custom field, a queue, a subscription. Stated once, it is
 * what `check` looks for and what `prepare` makes; nothing that stands there already is changed.
 */
import * as Effect from "effect/Effect"
import { type Finding, good, onApproval, unlessRefused } from "./Finding.ts"
import type { VendorError } from "./VendorError.ts"

export interface Wanted<Api> {
  /** `the field "Plan" of contacts`. */
  readonly what: string
  /** How it stands, good or bad; `undefined`: it is missing. Reads only. */
  readonly look: Effect.Effect<Finding | undefined, VendorError, Api>
  readonly make: Effect.Effect<unknown, VendorError, Api>
}

type Looked<Api> = Effect.Effect<ReadonlyArray<Finding>, VendorError, Api>

/** Reads only: a first look does no harm. */
export const check = <Api>(wanted: ReadonlyArray<Wanted<Api>>): Looked<Api> =>
  Effect.forEach(wanted, ({ what, look }) =>
    unlessRefused(
      what,
      Effect.map(look, (found) => found ?? onApproval(`${what} is missing`))
    )
  )

/** Makes what is missing, in this order; what came before may be needed by what comes after. */
export const prepare = <Api>(wanted: ReadonlyArray<Wanted<Api>>): Looked<Api> =>
  Effect.forEach(wanted, ({ what, look, make }) =>
    unlessRefused(
      what,
      Effect.flatMap(look, (found) =>
        found === undefined ? Effect.as(make, good(`${what} is made`)) : Effect.succeed(found)
      )
    )
  )
