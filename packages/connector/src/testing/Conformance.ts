/**
 * What every connector promises, tried on a stand-in of its vendor. `suite` registers the checks as tests, in one line:
 *
 *   await Conformance.suite(Notes, { start: startNotes })
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import type * as Connector from "../Connector.ts"
import { accountChecks } from "./AccountChecks.ts"
import { actionChecks } from "./ActionChecks.ts"
import { type Check, CheckFailed } from "./Check.ts"
import { failureChecks } from "./FailureChecks.ts"
import { fieldChecks } from "./FieldChecks.ts"
import { feedChecks } from "./FeedChecks.ts"
import { listenerChecks } from "./ListenerChecks.ts"
import { onceChecks } from "./OnceChecks.ts"
import { recordChecks } from "./RecordChecks.ts"
import * as Stage from "./Stage.ts"
import type { Subject } from "./Subject.ts"
import { webhookChecks } from "./WebhookChecks.ts"

export interface Options {
  /** A fresh stand-in; called for each check. */
  readonly start: Effect.Effect<Subject, never, Scope.Scope>
}

export type Verdict =
  | { readonly _tag: "Kept" }
  | { readonly _tag: "Broken"; readonly detail: string }
  /** The vendor has nothing that it is about. */
  | { readonly _tag: "NotConcerned" }

export interface Result {
  readonly name: string
  readonly verdict: Verdict
}

export interface Report {
  readonly connector: string
  readonly results: ReadonlyArray<Result>
}

/** In the order in which they help: the facts first, then reading, then writing. */
export const checks: ReadonlyArray<Check> = [
  ...accountChecks,
  ...feedChecks,
  ...recordChecks,
  ...failureChecks,
  ...webhookChecks,
  ...listenerChecks,
  ...onceChecks,
  ...actionChecks,
  ...fieldChecks
]

/** Tries the checks one after the other; without a test runner. */
export const run = (
  connector: Connector.Any,
  options: Options,
  only: ReadonlyArray<Check> = checks
): Effect.Effect<Report> =>
  Effect.map(
    Effect.forEach(only, (check) =>
      Effect.map(verdict(connector, options, check), (result) => ({ name: check.name, verdict: result }))
    ),
    (results) => ({ connector: connector.id, results })
  )

/** The promises that were not kept, each with why. */
export const broken = (report: Report): ReadonlyArray<{ readonly name: string; readonly detail: string }> =>
  report.results.flatMap(({ name, verdict }) => (verdict._tag === "Broken" ? [{ name, detail: verdict.detail }] : []))

/** Registers one vitest test for each check that concerns the connector. Await it. */
export const suite = async (connector: Connector.Any, options: Options): Promise<void> => {
  const { describe, it } = await import("vitest")
  const concerned = await Effect.runPromise(
    Effect.scoped(Effect.map(options.start, (subject) => checks.filter((check) => check.applies(connector, subject))))
  )
  describe(`${connector.id} keeps what a connector promises`, () => {
    for (const check of concerned) {
      it(check.name, { timeout: CHECK_TIMEOUT_MS }, () => Effect.runPromise(tried(connector, options, check)))
    }
  })
}

/** A check talks to a stand-in on this machine, a few hundred times at most. */
const CHECK_TIMEOUT_MS = 60_000

// ---------------------------------------------------------------------------------------------------------------------

const tried = (connector: Connector.Any, options: Options, check: Check): Effect.Effect<void, CheckFailed> =>
  Effect.flatMap(verdict(connector, options, check), (result) =>
    result._tag === "Broken" ? Effect.fail(new CheckFailed({ detail: result.detail })) : Effect.void
  )

const verdict = (connector: Connector.Any, { start }: Options, check: Check): Effect.Effect<Verdict> =>
  Effect.map(
    Effect.exit(
      Effect.scoped(
        Effect.gen(function* () {
          const subject = yield* start
          if (!check.applies(connector, subject)) return { _tag: "NotConcerned" } as const
          yield* check.run(Stage.make(connector, subject))
          return { _tag: "Kept" } as const
        })
      )
    ),
    Exit.match({
      onSuccess: (result): Verdict => result,
      onFailure: (cause): Verdict => ({ _tag: "Broken", detail: detailOf(cause) })
    })
  )

const detailOf = (cause: Cause.Cause<unknown>): string => {
  const failure = Cause.failureOption(cause)
  if (failure._tag === "None") return `it broke off: ${Cause.pretty(cause)}`
  const { value } = failure
  if (value instanceof CheckFailed) return value.detail
  return `unexpected failure: ${value instanceof Error ? value.message : String(value)}`
}
