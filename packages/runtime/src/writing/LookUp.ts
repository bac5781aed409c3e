/**
 * What became of attempts that were begun and got no answer: asked of the vendor, as many at once as it takes, and saved, so
 * that a crash asks for none of it again.
 */
import type { Action, VendorError } from "@interchannel/connector"
import type { Database, Projections, StoreError } from "@interchannel/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Running } from "../connections/Running.ts"
import * as Attempt from "./Attempt.ts"
import * as Inputs from "./Inputs.ts"
import { finish, settle } from "./saving.ts"

export type Services = Database.Database | Inputs.Services | Projections.Projections

export interface Looked {
  /** Those whose outcome is known and that still are to be written or taken out; what landed has its address. */
  readonly known: ReadonlyArray<Projections.Projection>
  /** What ended it early: a failure that concerns all calls to this vendor. */
  readonly stopped?: VendorError.VendorError
}

export const of = (
  begun: ReadonlyArray<Projections.Projection>,
  action: Action.Any,
  running: Running,
  options: Inputs.Options
): Effect.Effect<Looked, StoreError, Services> =>
  Effect.gen(function* () {
    const how = askOf(action)
    if (begun.length === 0 || how === undefined) return { known: [] }
    const prepared = yield* Inputs.prepare(begun, running.installed.id, options)
    const still = yield* settle(running, begun, prepared)
    const asked = prepared.ready.filter(({ projection }) => still.has(projection.key))
    const known: Array<Projections.Projection> = []
    for (let from = 0; from < asked.length; from += how.many) {
      const looked = yield* look(asked.slice(from, from + how.many), how.ask, action, running)
      known.push(...looked.known)
      if (looked.stopped !== undefined) return { known, stopped: looked.stopped }
    }
    return { known }
  })

// ---------------------------------------------------------------------------------------------------------------------

type Answer = Action.Written | "removed" | undefined
type Ask = (
  inputs: ReadonlyArray<Inputs.Input>
) => Effect.Effect<ReadonlyArray<Answer>, VendorError.VendorError, unknown>

// The verb ties input and action together; the list of a connector's actions does not show it to the compiler.
const askOf = (action: Action.Any): { readonly ask: Ask; readonly many: number } | undefined => {
  if (action.idempotency === "look up first") {
    const find = action.find as unknown as (input: Inputs.Input) => Effect.Effect<Answer, VendorError.VendorError>
    return { ask: (inputs) => Effect.forEach(inputs, find), many: 1 }
  }
  if (action.idempotency === "none" || action.landed === undefined) return undefined
  return { ask: action.landed as unknown as Ask, many: action.batchMax }
}

const look = (
  asked: ReadonlyArray<Inputs.Ready>,
  ask: Ask,
  action: Action.Any,
  running: Running
): Effect.Effect<Looked, StoreError, Services> =>
  Effect.gen(function* () {
    const { verb } = action
    const answer = yield* Effect.either(running.call(ask(asked.map(({ input }) => input))))
    const now = yield* Clock.currentTimeMillis
    if (Either.isLeft(answer)) {
      if (asked.length > 1 && Attempt.concernsOne(answer.left)) {
        const [first = [], second = []] = Attempt.halves(asked)
        const looked = yield* look(first, ask, action, running)
        if (looked.stopped !== undefined) return looked
        const rest = yield* look(second, ask, action, running)
        return { ...rest, known: [...looked.known, ...rest.known] }
      }
      yield* finish(
        running,
        asked.map(({ projection }) => Attempt.notFoundOut(projection, answer.left, now))
      )
      return Attempt.stops(answer.left) ? { known: [], stopped: answer.left } : { known: [] }
    }
    const answered = asked.map((one, index) => ({ ...one, answer: answer.right[index] }))
    yield* finish(
      running,
      answered.map((one) => outcomeOf(one, one.answer, verb))
    )
    return { known: answered.flatMap((one) => leftToDo(one, one.answer, verb)) }
  })

/** A message that arrived has been said: there is nothing to bring up to date. */
const isSaid = (verb: Action.Verb): boolean => verb === "SendMessage"

const outcomeOf = (
  { projection: { key }, sent }: Inputs.Ready,
  answer: Answer,
  verb: Action.Verb
): Projections.Outcome => {
  if (answer === "removed") return Attempt.deletedByHand(key)
  if (answer === undefined) return { _tag: "LookedUp", key }
  const { ref, written } = answer
  if (isSaid(verb)) return { _tag: "Delivered", key, ...sent, ref, found: true }
  return { _tag: "LookedUp", key, ref, ...(written === undefined ? {} : { written }) }
}

const leftToDo = (
  { projection }: Inputs.Ready,
  answer: Answer,
  verb: Action.Verb
): ReadonlyArray<Projections.Projection> => {
  if (answer === "removed") return []
  if (answer !== undefined) return isSaid(verb) ? [] : [{ ...projection, ref: answer.ref }]
  const { attempt: _, ...untouched } = projection
  return projection.desired === undefined ? [] : [untouched]
}
