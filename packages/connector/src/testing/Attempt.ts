/**
 * One write carried to its end as the Dispatcher would: tried again after a clean failure; after an unclear one written
 * again under a vendor key, looked up first, or left for a person.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Action from "../Action.ts"
import type { Reason, VendorError } from "../VendorError.ts"
import { CheckFailed } from "./Check.ts"
import type { EmulatorClock } from "./EmulatorClock.ts"
import type { Host } from "./Host.ts"

const ATTEMPTS_MAX = 4
/** Where the vendor does not say how long to wait. */
const WAIT_MS = 1_000

export type Outcome =
  | { readonly _tag: "Written"; readonly written: Action.Written; readonly errors: ReadonlyArray<VendorError> }
  /** It may have happened or not, and must not be tried again. */
  | { readonly _tag: "Unknown"; readonly errors: ReadonlyArray<VendorError> }
  | { readonly _tag: "Failed"; readonly error: VendorError; readonly errors: ReadonlyArray<VendorError> }

type Doable = Action.Action<Action.Verb, unknown>
type AnyInput = Action.Input<Action.Verb>

export interface Options {
  readonly host: Host
  readonly clock: EmulatorClock
  readonly action: Doable
  readonly input: AnyInput
  /** An earlier attempt left no word of how it ended. */
  readonly afterCrash?: boolean
}

/** One input: its own failure and that of the whole batch alike. */
export const write = (
  host: Host,
  action: Doable,
  input: AnyInput
): Effect.Effect<Action.Written, VendorError | CheckFailed> =>
  Effect.flatMap(
    host.use(action.write([input])),
    (results): Effect.Effect<Action.Written, VendorError | CheckFailed> => {
      const [result] = results
      return result === undefined || results.length > 1
        ? Effect.fail(new CheckFailed({ detail: `${action.verb} gave ${results.length} results for one input` }))
        : result
    }
  )

export const perform = (options: Options): Effect.Effect<Outcome, CheckFailed> =>
  Effect.gen(function* () {
    const errors: Array<VendorError> = []
    let unclear = options.afterCrash ?? false
    for (let count = 0; count < ATTEMPTS_MAX; count++) {
      const result = yield* attempt(options, unclear)
      if (result === "leave") return { _tag: "Unknown", errors }
      if (Either.isRight(result)) return { _tag: "Written", written: result.right, errors }
      const error = result.left
      errors.push(error)
      if (error.reason.recovery !== "retry") return { _tag: "Failed", error, errors }
      unclear ||= isUncertain(error.reason)
      options.clock.advance(waitOf(error.reason))
    }
    return { _tag: "Failed", error: errors.at(-1)!, errors }
  })

// ---------------------------------------------------------------------------------------------------------------------

type Attempted = Either.Either<Action.Written, VendorError> | "leave"

/** `unclear`: an earlier attempt may have landed. */
const attempt = ({ host, clock, action, input }: Options, unclear: boolean): Effect.Effect<Attempted, CheckFailed> =>
  Effect.gen(function* () {
    if (unclear && input.existing === undefined) {
      if (action.idempotency === "none") return "leave"
      if (action.idempotency === "look up first") {
        clock.advance(action.visibleAfterMs)
        const found = yield* Effect.either(host.use(action.find(input)))
        if (Either.isLeft(found)) return Either.left(found.left)
        if (found.right !== undefined) return Either.right(found.right)
      }
    }
    return yield* write(host, action, input).pipe(
      Effect.map(Either.right),
      Effect.catchTag("VendorError", (error) => Effect.succeed(Either.left(error)))
    )
  })

const isUncertain = (reason: Reason): boolean => reason._tag === "Unavailable" && reason.uncertain

const waitOf = (reason: Reason): number => ("retryAfterMs" in reason ? reason.retryAfterMs : undefined) ?? WAIT_MS
