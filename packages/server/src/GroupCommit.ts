/**
 * Many small writes made durable together. What is offered while a write is under way goes into the next one; each offer
 * hears how the write it was part of ended, and never before that write was committed.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"

/** So many go into one write at most. */
export const BATCH_MAX = 256

export interface Options<A, E> {
  /** All or nothing. */
  readonly write: (items: ReadonlyArray<A>) => Effect.Effect<unknown, E>
  /** After such a failure each item is tried alone, so that one that cannot be written spoils only itself. */
  readonly isolate: (failure: E) => boolean
  /** So many may wait; more are turned away. */
  readonly waitingMax: number
  readonly batchMax?: number
}

/** `defect`: a fault of ours, with its cause. */
export type Outcome<E> =
  | { readonly _tag: "Written" }
  | { readonly _tag: "Failed"; readonly failure: E }
  | { readonly _tag: "Defect"; readonly cause: Cause.Cause<never> }

export interface GroupCommit<A, E> {
  /** `false`: too many wait already; `settle` will not be called. */
  readonly offer: (item: A, settle: (outcome: Outcome<E>) => void) => boolean
  readonly waiting: () => number
}

interface Offered<A, E> {
  readonly item: A
  readonly settle: (outcome: Outcome<E>) => void
}

/** Writes until the scope closes; a write that has begun is finished and told. */
export const make = <A, E>(options: Options<A, E>): Effect.Effect<GroupCommit<A, E>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const queue = yield* Queue.bounded<Offered<A, E>>(options.waitingMax)
    yield* Effect.forkScoped(Effect.forever(step(queue, options)))
    return {
      offer: (item, settle) => queue.unsafeOffer({ item, settle }),
      waiting: () =>
        Math.max(
          0,
          Option.getOrElse(queue.unsafeSize(), () => 0)
        )
    }
  })

// ---------------------------------------------------------------------------------------------------------------------

const step = <A, E>(queue: Queue.Queue<Offered<A, E>>, options: Options<A, E>): Effect.Effect<void> =>
  Effect.gen(function* () {
    const first = yield* Queue.take(queue)
    yield* Effect.uninterruptible(
      Effect.gen(function* () {
        yield* nextMacrotask
        const rest = yield* Queue.takeUpTo(queue, (options.batchMax ?? BATCH_MAX) - 1)
        yield* writeAll([first, ...rest], options)
      })
    )
  })

const writeAll = <A, E>(batch: ReadonlyArray<Offered<A, E>>, options: Options<A, E>): Effect.Effect<void> =>
  Effect.gen(function* () {
    const outcome = outcomeOf(yield* Effect.exit(options.write(batch.map((offered) => offered.item))))
    if (batch.length > 1 && outcome._tag !== "Written" && alone(outcome, options)) {
      yield* Effect.forEach(batch, (offered) => writeAll([offered], options), { discard: true })
      return
    }
    for (const offered of batch) offered.settle(outcome)
  })

const alone = <A, E>(outcome: Exclude<Outcome<E>, { _tag: "Written" }>, options: Options<A, E>): boolean =>
  outcome._tag === "Defect" || options.isolate(outcome.failure)

const outcomeOf = <E>(exit: Exit.Exit<unknown, E>): Outcome<E> => {
  if (Exit.isSuccess(exit)) return { _tag: "Written" }
  const failure = Cause.failureOrCause(exit.cause)
  return failure._tag === "Left" ? { _tag: "Failed", failure: failure.left } : { _tag: "Defect", cause: failure.right }
}

// Effect's own yields are microtasks: without this the writer would run before the next socket is read, one item a write.
const nextMacrotask: Effect.Effect<void> = Effect.async((resume) => {
  setImmediate(() => resume(Effect.void))
})
