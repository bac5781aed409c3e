/** Writing once where that is promised, and never twice anywhere, whatever is cut off at whichever call. */
import * as Effect from "effect/Effect"
import { always, type Check, ensure } from "./Check.ts"
import * as Faults from "./Faults.ts"
import * as Ledger from "./Ledger.ts"
import { shown } from "./secrets.ts"
import { ensureLanded, forEachAction, perform, type Trial, written } from "./Trial.ts"

/** Calls of one write at which it is cut off. */
const CALLS_MAX = 12
/** A vendor's search may lag so far behind. */
const LAG_MS = 60_000

const once: Check = {
  name: "what is written stands in the vendor once, also when its receipt was lost",
  applies: always,
  run: forEachAction((trial) =>
    Effect.gen(function* () {
      const input = trial.next()
      yield* ensureLanded(trial, input.key, 0, "before it was written")
      const first = yield* written(trial, input)
      yield* ensureLanded(trial, input.key, 1, "after it was written")
      yield* ensure(first.ref.id !== "", `${trial.action.verb}: what was written has no id`)
      const content = Ledger.sortedJson(trial.play.content(input.key))
      const outcome = yield* perform(trial, input, true)
      yield* ensureLanded(trial, input.key, 1, "written, the receipt lost, and written again")
      if (outcome._tag === "Unknown") return
      const same = outcome._tag === "Written" && outcome.written.ref.id === first.ref.id
      yield* ensure(same, `${trial.action.verb}: written again it is ${shown(outcome)}, not ${shown(first.ref)}`)
      yield* ensure(
        Ledger.sortedJson(trial.play.content(input.key)) === content,
        `${trial.action.verb}: written again, its content changed`
      )
      const other = trial.next()
      yield* written(trial, other)
      yield* ensureLanded(trial, other.key, 1, "another one written")
      yield* ensureLanded(trial, input.key, 1, "another one written")
    })
  )
}

const cutOff: Check = {
  name: "a write cut off at any call, before or after the vendor did it, is never there twice",
  applies: always,
  run: forEachAction((trial) =>
    Effect.gen(function* () {
      const { log } = trial.stage.subject.emulator
      const before = log.length
      yield* written(trial, trial.next())
      const calls = Math.min(log.length - before, CALLS_MAX)
      yield* ensure(calls > 0, `${trial.action.verb} was written without a call to the vendor`)
      for (const fault of [
        Faults.timeoutAfterCommit(),
        Faults.reset(),
        Faults.status(503, "upstream failed"),
        Faults.throttle()
      ]) {
        for (let call = 1; call <= calls; call++) yield* cutOffAt(trial, fault, call)
      }
    })
  )
}

const cutOffAt = (trial: Trial, fault: Faults.Fault, call: number) =>
  Effect.gen(function* () {
    const { faults } = trial.stage.subject.emulator
    const input = trial.next()
    if (call > 1) faults.next("*", call - 1, Faults.delay(0))
    faults.next("*", 1, fault)
    const outcome = yield* perform(trial, input)
    faults.clear()
    const when = `cut off at call ${call} with \`${fault._tag}\``
    const landed = trial.play.landed(input.key)
    yield* ensure(
      landed <= 1,
      `${trial.action.verb}: ${when}, the vendor holds ${landed} records with the key; the errors were ${outcome.errors.map(({ reason }) => shown(reason)).join(", ")}`
    )
    if (outcome._tag === "Unknown") return
    if (outcome._tag === "Failed") {
      return yield* ensure(
        !trial.exactlyOnce,
        `${trial.action.verb}: ${when}, it was given up: ${outcome.error.message}`
      )
    }
    yield* ensureLanded(trial, input.key, 1, when)
    if (!trial.exactlyOnce) return
    const content = Ledger.sortedJson(trial.play.content(input.key))
    yield* written(trial, { ...input, existing: outcome.written.ref })
    const whole = Ledger.sortedJson(trial.play.content(input.key))
    yield* ensure(
      content === whole,
      `${trial.action.verb}: ${when}, it was written in part only: ${content} instead of ${whole}`
    )
  })

const lags: Check = {
  name: "a search that lags behind makes no second record",
  applies: always,
  run: forEachAction((trial) =>
    Effect.gen(function* () {
      const { action, stage } = trial
      const { faults } = stage.subject.emulator
      if (action.idempotency === "none") return
      const input = trial.next()
      if (action.idempotency === "vendor key") {
        yield* written(trial, input)
      } else {
        faults.next("*", 1, Faults.timeoutAfterCommit())
      }
      const end = faults.during("*", Faults.stale(action.idempotency === "vendor key" ? LAG_MS : action.visibleAfterMs))
      yield* written(trial, input, action.idempotency === "vendor key")
      end()
      yield* ensureLanded(trial, input.key, 1, "written again while the vendor's search lagged behind")
    })
  )
}

const rechecked: Check = {
  name: "a hit that the vendor did not filter is not taken for our own",
  applies: (connector) => connector.actions.some(({ idempotency }) => idempotency === "look up first"),
  run: forEachAction((trial) =>
    Effect.gen(function* () {
      const { action, stage, host } = trial
      if (action.idempotency !== "look up first") return
      const { faults } = stage.subject.emulator
      const [other, input] = [trial.next(), trial.next()]
      yield* written(trial, other)
      stage.subject.emulator.clock.advance(action.visibleAfterMs)
      const honest = yield* host.use(action.find(input))
      yield* ensure(honest === undefined, `${action.verb}: \`find\` finds what was never written: ${shown(honest)}`)
      const end = faults.during("*", Faults.unfiltered())
      const careless = yield* host.use(action.find(input))
      end()
      yield* ensure(
        careless === undefined,
        `${action.verb}: \`find\` takes a hit with another key: look at every hit again, the vendor's search is not exact`
      )
    })
  )
}

export const onceChecks: ReadonlyArray<Check> = [once, cutOff, lags, rechecked].map((check) => ({
  ...check,
  applies: (connector, subject) => connector.actions.length > 0 && check.applies(connector, subject)
}))
