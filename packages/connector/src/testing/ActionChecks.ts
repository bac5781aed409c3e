/** Writing: updates, batches, taking back, and people's hands. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Attempt from "./Attempt.ts"
import { always, type Check, CheckFailed, ensure, fail, failureOf } from "./Check.ts"
import * as Faults from "./Faults.ts"
import type { Host } from "./Host.ts"
import * as Ledger from "./Ledger.ts"
import { shown } from "./secrets.ts"
import { ensureLanded, forEachAction, perform, written } from "./Trial.ts"

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
        const { marker = "absent" } = part
        // A contact that we created, and a message that we sent, are news like any other; an entry is none.
        const isNews = part.marker === undefined && !(trial.exactlyOnce && part.subject === "interaction")
        const known = marker === input.key || isNews
        yield* ensure(
          known,
          `${action.verb}: read back, the marker is ${marker} instead of ${input.key}; put the input's key into the vendor's record, and tell it as \`marker\` in normalize`
        )
      }
      if (mine.length === 0 || outcome.written === undefined) return
      yield* ensure(
        mine.some((part) => part.written === outcome.written),
        `${action.verb}: read back unedited, \`written\` is ${mine.map((part) => part.written ?? "absent").join(", ")} instead of ${outcome.written}`
      )
    })
  )
}

export const actionChecks: ReadonlyArray<Check> = [updates, removedByHand, removes, batches, expired, knownAgain].map(
  (check) => ({
    ...check,
    applies: (connector, subject) => connector.actions.length > 0 && check.applies(connector, subject)
  })
)
