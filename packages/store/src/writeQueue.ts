/** Who writes next: webhook intake goes first, but work gets its turn after a run of intake. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import type { WritePriority } from "./Database.ts"
import { StoreError } from "./StoreError.ts"

/** More than this many waiting writes means that the disk is far behind; who comes now is told to try again. */
export const WAITING_MAX = 10_000
/** So many intake writes in a row, then one of the others. */
const INTAKE_RUN_MAX = 16

interface Ticket {
  readonly turn: Deferred.Deferred<void>
  granted: boolean
}

export interface WriteQueue {
  /** Runs when its turn has come; the turn ends with it. */
  readonly run: <A, E, R>(
    priority: WritePriority,
    effect: Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | StoreError, R>
}

/** `writers` at a time; after each one `breathe`, before the next. */
export const make = (writers: number, breathe: Effect.Effect<void>): WriteQueue => {
  const waiting: Record<WritePriority, Set<Ticket>> = { intake: new Set(), work: new Set() }
  let free = writers
  let intakeRun = 0

  const next = (): Ticket | undefined => {
    const workIsDue = waiting.intake.size === 0 || (intakeRun >= INTAKE_RUN_MAX && waiting.work.size > 0)
    const from = workIsDue ? waiting.work : waiting.intake
    const [ticket] = from
    if (ticket === undefined) return undefined
    intakeRun = workIsDue ? 0 : intakeRun + 1
    from.delete(ticket)
    return ticket
  }

  const join = (priority: WritePriority): Ticket => {
    const ticket = { turn: Deferred.unsafeMake<void>(FiberId.none), granted: free > 0 }
    if (ticket.granted) free -= 1
    else waiting[priority].add(ticket)
    return ticket
  }

  const leave = Effect.sync(() => {
    const ticket = next()
    if (ticket === undefined) {
      free += 1
      return
    }
    ticket.granted = true
    Deferred.unsafeDone(ticket.turn, Exit.void)
  })

  const run = <A, E, R>(priority: WritePriority, effect: Effect.Effect<A, E, R>) =>
    Effect.uninterruptibleMask((restore): Effect.Effect<A, E | StoreError, R> => {
      if (free === 0 && waiting[priority].size >= WAITING_MAX) return Effect.fail(tooMany)
      const ticket = join(priority)
      const go = Effect.ensuring(restore(effect), Effect.zipRight(breathe, leave))
      if (ticket.granted) return go
      return Effect.flatMap(Effect.exit(restore(Deferred.await(ticket.turn))), (exit) => {
        if (Exit.isSuccess(exit)) return go
        // Interrupted while waiting; the turn may have come in the same moment.
        const withdraw = ticket.granted ? leave : Effect.sync(() => waiting[priority].delete(ticket))
        return Effect.zipRight(withdraw, Effect.failCause(exit.cause))
      })
    })

  return { run }
}

const tooMany = new StoreError({
  operation: "write",
  reason: "unavailable",
  detail: `${WAITING_MAX} writes are waiting already; the disk does not keep up; try again later`
})
