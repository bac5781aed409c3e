/**
 * What lies between a daemon and the vendors. A request travels, the vendor does what it asks, the answer travels back; each
 * way can go wrong. What is on its way arrives even when nobody waits for the answer any more.
 */
import { VendorError } from "@interchannel/connector"
import { Faults } from "@interchannel/connector/testing"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Dice } from "./Dice.ts"
import type { Log } from "./Log.ts"
import type { Process } from "./Process.ts"
import type { Rests } from "./Rests.ts"
import type { Time } from "./Time.ts"
import type { Kind, Trouble } from "./Trouble.ts"

/** What a vendor does when it is asked; `fault` is for it to act on. */
export type Does<A> = (fault: Faults.Fault | undefined) => Either.Either<A, VendorError.Reason>

export interface Wire {
  readonly send: <A>(vendor: string, operation: string, does: Does<A>) => Effect.Effect<A, VendorError.VendorError>
}

interface Options {
  readonly time: Time
  readonly trouble: Trouble
  readonly dice: Dice
  readonly log: Log
  readonly process: Process
  readonly rests: Rests
  /** Nobody is reached there. */
  readonly isDown: (vendor: string) => boolean
}

export const make = ({ time, trouble, dice, log, process, rests, isDown }: Options): Wire => ({
  send: (vendor, operation, does) =>
    Effect.suspend(() => {
      const say = (what: string) => log.say(process.name, () => `${vendor} ${operation}: ${what}`)
      const refused = isDown(vendor) ? outage : refusal(trouble)
      const fails = (reason: VendorError.Reason, afterMs: number) => {
        say(`${reason._tag}${"detail" in reason ? ` (${reason.detail})` : ""}`)
        const told = Effect.suspend(() => {
          rests.failed(vendor, operation, reason)
          return Effect.fail(VendorError.make(vendor, operation, reason))
        })
        return Effect.zipRight(Effect.sleep(afterMs), told)
      }
      if (refused !== undefined) return Effect.zipRight(process.pass, fails(refused, dice.between(1, 200)))
      const fate = fateOf(trouble)
      const fault = faultOf(trouble)
      if (fault !== undefined) say(`meets ${fault._tag}`)
      const there = fate === "request lands late" ? dice.between(GIVEN_UP_MS, LATE_MAX_MS) : dice.between(5, 300)
      const back = fate === "slow answer" ? SLOW_MS : dice.between(5, 300)
      const travel = Effect.async<ReturnType<typeof does>>((resume) => {
        const askedAt = time.now()
        time.after(there, () => {
          const answer = does(fault)
          say(Either.isRight(answer) ? "done" : answer.left._tag)
          if (fate === undefined) rests.succeeded(vendor, operation, askedAt)
          time.after(back, () => {
            if (fate === "slow answer") rests.failed(vendor, operation, slow)
            process.whenAwake(() => resume(Effect.succeed(answer)))
          })
        })
      })
      const answered = Effect.zipLeft(travel, process.pass)
      if (fate === "lost answer" || fate === "request lands late") {
        const lost = new VendorError.Unavailable({ detail: fate, uncertain: true })
        return Effect.zipRight(
          process.pass,
          fate === "lost answer"
            ? Effect.zipRight(answered, fails(lost, 1))
            : Effect.raceFirst(Effect.zipRight(travel, Effect.never), fails(lost, GIVEN_UP_MS))
        )
      }
      return Effect.flatMap(Effect.zipRight(process.pass, answered), (answer) =>
        Either.isRight(answer)
          ? Effect.succeed(answer.right)
          : Effect.fail(VendorError.make(vendor, operation, answer.left))
      )
    })
})

/**
 * A request may arrive so long after it was sent; before anybody would send the next one, since what arrives after a newer
 * request undoes it, and no key of a vendor prevents that.
 */
const LATE_MAX_MS = 1_200
const GIVEN_UP_MS = 500
/** Beyond the deadline of a call. */
const SLOW_MS = 32_000

const slow = new VendorError.Unavailable({ detail: "slow", uncertain: true })
const outage = new VendorError.Unavailable({ detail: "nobody answers", uncertain: false, retryAfterMs: 5_000 })

/** Reasons for which the vendor does nothing. */
const refusal = (trouble: Trouble): VendorError.Reason | undefined => {
  if (trouble.happens("throttle"))
    return new VendorError.RateLimited({ retryAfterMs: trouble.dice("throttle").between(500, 8_000) })
  if (trouble.happens("throttle without Retry-After")) return new VendorError.RateLimited({})
  if (trouble.happens("server error")) return new VendorError.Unavailable({ detail: "500", uncertain: true })
  if (trouble.happens("connection reset")) return new VendorError.Unavailable({ detail: "reset", uncertain: true })
  if (trouble.happens("expired token")) return new VendorError.Unauthorized({ detail: "the token expired" })
  return undefined
}

const fates = ["lost answer", "request lands late", "slow answer"] as const satisfies ReadonlyArray<Kind>
const fateOf = (trouble: Trouble) => fates.find((kind) => trouble.happens(kind))

const faultOf = (trouble: Trouble): Faults.Fault | undefined => {
  if (trouble.happens("duplicate page")) return Faults.duplicate()
  if (trouble.happens("reordered page")) return Faults.reorder()
  if (trouble.happens("expired cursor")) return Faults.expireCursor()
  return trouble.happens("stale index") ? Faults.stale(trouble.dice("stale index").between(1_000, 8_000)) : undefined
}
