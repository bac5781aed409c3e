/** One promise that a connector keeps, as data: what it is called, whom it concerns, and how it is tried. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Connector from "../Connector.ts"
import type { VendorError } from "../VendorError.ts"
import type { Stage } from "./Stage.ts"
import type { Subject } from "./Subject.ts"

/** What the connector did and what it should do instead. */
export class CheckFailed extends Data.TaggedError("CheckFailed")<{ readonly detail: string }> {
  override get message(): string {
    return this.detail
  }
}

export interface Check {
  readonly name: string
  readonly applies: (connector: Connector.Any, subject: Subject) => boolean
  /** On a fresh Subject. A `VendorError` that comes out is one that should not have happened. */
  readonly run: (stage: Stage) => Effect.Effect<void, CheckFailed | VendorError, Scope.Scope>
}

export const always = (): boolean => true

export const fail = (detail: string): Effect.Effect<never, CheckFailed> => Effect.fail(new CheckFailed({ detail }))

export const ensure = (holds: boolean, detail: string | (() => string)): Effect.Effect<void, CheckFailed> =>
  holds ? Effect.void : Effect.suspend(() => fail(typeof detail === "string" ? detail : detail()))

/** The failure of something that must fail. */
export const failureOf = <A, R>(
  effect: Effect.Effect<A, VendorError, R>,
  otherwise: string
): Effect.Effect<VendorError, CheckFailed, R> =>
  Effect.matchEffect(effect, { onFailure: (error) => Effect.succeed(error), onSuccess: () => fail(otherwise) })

/** Says where two sorted lists part; `undefined` when they are equal. */
export const difference = (expected: ReadonlyArray<string>, actual: ReadonlyArray<string>): string | undefined => {
  const missing = expected.filter((line) => !actual.includes(line))
  const added = actual.filter((line) => !expected.includes(line))
  if (missing.length === 0 && added.length === 0 && expected.length === actual.length) return undefined
  const show = (label: string, lines: ReadonlyArray<string>) =>
    lines.slice(0, SHOWN_MAX).map((line) => `\n  ${label} ${line.slice(0, SHOWN_LENGTH_MAX)}`)
  return `${missing.length} missing, ${added.length} unexpected${[...show("-", missing), ...show("+", added)].join("")}`
}

const SHOWN_MAX = 3
const SHOWN_LENGTH_MAX = 400
