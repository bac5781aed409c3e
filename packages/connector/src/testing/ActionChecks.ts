/** Writing: once where that is promised, never twice anywhere, whatever is cut off at whichever call. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Action from "../Action.ts"
import * as Attempt from "./Attempt.ts"
import { always, type Check, CheckFailed, ensure, fail, failureOf } from "./Check.ts"
import * as Faults from "./Faults.ts"
import type { Host } from "./Host.ts"
import * as Ledger from "./Ledger.ts"
import { shown } from "./secrets.ts"
import type { Stage } from "./Stage.ts"
import type { ActionPlay } from "./Subject.ts"

/** Calls of one write at which it is cut off. */
const CALLS_MAX = 12
/** A vendor's search may lag so far behind. */
const LAG_MS = 60_000

interface Trial {
  readonly stage: Stage
  readonly host: Host
  readonly action: Action.Action<Action.Verb, unknown>
  readonly play: ActionPlay<Action.Verb>
  /** The next input that was not used yet. */
  readonly next: () => Action.Input<Action.Verb>
  readonly exactlyOnce: boolean
}

/** Runs a trial for each action, prepared, on one Subject. */
const forEachAction =
  (trial: (of: Trial) => ReturnType<Check["run"]>): Check["run"] =>
  (stage) =>
    Effect.gen(function* () {
      const host = yield* stage.host()
      if (stage.connector.prepare !== undefined) yield* host.use(stage.connector.prepare)
      for (const action of stage.connector.actions as ReadonlyArray<Trial["action"]>) {
        const play = stage.subject.actions?.[action.verb] as ActionPlay<Action.Verb> | undefined
        if (play === undefined) return yield* fail(`the Subject's \`actions\` cannot play ${action.verb}`)
        let n = 0
        const next = () => play.input(++n)
        const exactlyOnce = (Action.exactlyOnceVerbs as ReadonlyArray<string>).includes(action.verb)
        yield* trial({ stage, host, action, play, next, exactlyOnce })
      }
    })

const perform = ({ stage, host, action }: Trial, input: Action.Input<Action.Verb>, afterCrash = false) =>
  Attempt.perform({ host, clock: stage.subject.emulator.clock, action, input, afterCrash })

/** What was written, or why it was not. */
const written = (trial: Trial, input: Action.Input<Action.Verb>, afterCrash = false) =>
  Effect.flatMap(perform(trial, input, afterCrash), (outcome) =>
    outcome._tag === "Written"
      ? Effect.succeed(outcome.written)
      : fail(
          `${trial.action.verb} was not written: ${outcome._tag} ${outcome.errors.map(({ message }) => message).join("; ")}`
        )
  )

const ensureLanded = ({ action, play }: Trial, key: string, expected: number, when: string) =>
  Effect.suspend(() =>
    ensure(
      play.landed(key) === expected,
      `${action.verb}: ${when}, the vendor holds ${play.landed(key)} records with the key instead of ${expected}`
    )
  )

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

const updates: Check = {
  name: "an update changes the record and makes no other",
  applies: always,
  run: forEachAction((trial) =>
    Effect.gen(function* () {
      if (!trial.exactlyOnce) return
      const { action, play } = trial
      const first = trial.next()
      const { ref } = yield* written(trial, first)
      const before = Ledger.sortedJson(play.content(first.key))
      const update = { ...trial.next(), key: first.key, existing: ref }
      yield* written(trial, update)
      yield* ensureLanded(trial, first.key, 1, "updated")
      yield* ensure(
        Ledger.sortedJson(play.content(first.key)) !== before,
        `${action.verb}: updated with other content, the record is as before`
      )
      const elsewhere = play.elsewhere?.()
      if (elsewhere === undefined || !("records" in update)) return
      const settled = Ledger.sortedJson(play.content(first.key))
      const there = yield* written(trial, { ...update, records: [elsewhere], leave: update.records })
      const moved = Ledger.sortedJson(play.content(first.key))
      yield* ensure(moved !== settled, `${action.verb}: moved to another record, it stands where it was`)
      yield* written(trial, { ...update, existing: there.ref, records: update.records, leave: [elsewhere] })
      yield* ensureLanded(trial, first.key, 1, "moved and moved back")
      yield* ensure(
        Ledger.sortedJson(play.content(first.key)) === settled,
        `${action.verb}: moved and moved back, it is not where it was: ${Ledger.sortedJson(play.content(first.key))} instead of ${settled}`
      )
    })
  )
}

const removedByHand: Check = {
  name: "what a person deleted is Gone, and is not made again",
  applies: (_, subject) => Object.values(subject.actions ?? {}).some((play) => play.deleteByHand !== undefined),
  run: forEachAction((trial) =>
    Effect.gen(function* () {
      const { play, host, action } = trial
      if (play.deleteByHand === undefined || !trial.exactlyOnce) return
      const input = trial.next()
      const { ref } = yield* written(trial, input)
      play.deleteByHand(input.key)
      yield* ensureLanded(trial, input.key, 0, "deleted by hand")
      const outcome = yield* perform(trial, { ...input, existing: ref })
      yield* ensure(
        outcome._tag === "Failed" && outcome.error.reason._tag === "Gone",
        `${action.verb}: an update of what a person deleted must be Gone, it is ${shown(outcome)}`
      )
      yield* ensureLanded(trial, input.key, 0, "deleted by hand and updated")
      if (action.remove !== undefined) yield* removal(host.use(action.remove(ref)), action.verb)
    })
  )
}

const removal = (effect: ReturnType<Host["use"]>, verb: string) =>
  Effect.mapError(
    effect,
    (error) =>
      new CheckFailed({ detail: `${verb}: taking back what is gone already must succeed, it is ${error.message}` })
  )

const removes: Check = {
  name: "what is taken back is gone, and taking it back again succeeds",
  applies: (connector) => connector.actions.some(({ remove }) => remove !== undefined),
  run: forEachAction((trial) =>
    Effect.gen(function* () {
      const { host, action } = trial
      if (action.remove === undefined) return
      const [input, other] = [trial.next(), trial.next()]
      const { ref } = yield* written(trial, input)
      yield* written(trial, other)
      yield* host.use(action.remove(ref))
      yield* ensureLanded(trial, input.key, 0, "taken back")
      yield* ensureLanded(trial, other.key, 1, "another one taken back")
      yield* removal(host.use(action.remove(ref)), action.verb)
    })
  )
}

const batches: Check = {
  name: "a batch has one result for each input, in order, and one bad input spoils only itself",
  applies: (connector) => connector.actions.some(({ batchMax }) => batchMax > 1),
  run: forEachAction((trial) =>
    Effect.gen(function* () {
      const { action, host, play } = trial
      if (action.batchMax < 2) return
      const inputs = Array.from({ length: Math.min(action.batchMax, BATCH) }, trial.next)
      const results = yield* host.use(action.write(inputs))
      yield* ensure(
        results.length === inputs.length,
        `${action.verb}: ${results.length} results for ${inputs.length} inputs`
      )
      for (const [index, input] of inputs.entries()) {
        const result = results[index]!
        if (Either.isLeft(result))
          return yield* fail(`${action.verb}: input ${index + 1} of a batch failed: ${result.left.message}`)
        yield* ensureLanded(trial, input.key, 1, "written in a batch")
        if (action.idempotency === "none") continue
        const alone = yield* written(trial, input, true)
        yield* ensure(
          alone.ref.id === result.right.ref.id,
          `${action.verb}: the result at place ${index + 1} of a batch is that of another input`
        )
      }
      if (play.deleteByHand === undefined || !trial.exactlyOnce) return
      const spoilt = inputs[1]!
      play.deleteByHand(spoilt.key)
      const refs = results.map((result) => Either.getOrThrow(result).ref)
      const updated = yield* host.use(
        action.write(inputs.map((input, index) => ({ ...input, existing: refs[index]! })))
      )
      for (const [index, result] of updated.entries()) {
        const gone = Either.isLeft(result) && result.left.reason._tag === "Gone"
        yield* ensure(
          index === 1 ? gone : Either.isRight(result),
          `${action.verb}: with the second record of a batch deleted, result ${index + 1} is ${shown(result)}`
        )
      }
      yield* ensureLanded(trial, spoilt.key, 0, "deleted by hand and updated in a batch")
    })
  )
}
const BATCH = 4

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

const expired: Check = {
  name: "a write with refused credentials is Unauthorized",
  applies: always,
  run: forEachAction((trial) =>
    Effect.gen(function* () {
      const { stage, host, action } = trial
      const { faults } = stage.subject.emulator
      const end = faults.during("*", Faults.unauthorized())
      const input = trial.next()
      const error = yield* failureOf(
        Effect.catchTag(Attempt.write(host, action, input), "CheckFailed", Effect.die),
        `${action.verb} was written with a token that the vendor does not accept`
      )
      end()
      yield* ensure(
        error.reason.recovery === "reauthorize",
        `${action.verb}: refused credentials must be Unauthorized, the reason is ${shown(error.reason)}`
      )
      yield* ensureLanded(trial, input.key, 0, "refused")
    })
  )
}

const knownAgain: Check = {
  name: "what we wrote is known again when it is read back",
  applies: (connector) => connector.feeds.length > 0,
  run: forEachAction((trial) =>
    Effect.gen(function* () {
      const { stage, action } = trial
      const reader = yield* stage.host()
      const input = trial.next()
      const outcome = yield* written(trial, input)
      yield* stage.settle(reader)
      const mine = reader.told().filter(({ ref }) => ref.kind === outcome.ref.kind && ref.id === outcome.ref.id)
      for (const part of mine) {
        const known = part.marker === input.key || part.marker === undefined
        yield* ensure(known, `${action.verb}: read back, the marker is ${part.marker} instead of ${input.key}`)
      }
      if (mine.length === 0 || outcome.written === undefined) return
      yield* ensure(
        mine.some((part) => part.written === outcome.written),
        `${action.verb}: read back unedited, \`written\` is ${mine.map((part) => part.written ?? "absent").join(", ")} instead of ${outcome.written}`
      )
    })
  )
}

export const actionChecks: ReadonlyArray<Check> = [
  once,
  cutOff,
  updates,
  removedByHand,
  removes,
  batches,
  lags,
  rechecked,
  expired,
  knownAgain
].map((check) => ({
  ...check,
  applies: (connector, subject) => connector.actions.length > 0 && check.applies(connector, subject)
}))
