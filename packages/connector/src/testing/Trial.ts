/** One action on trial: a prepared account, inputs that were not used yet, and what the vendor holds of them. */
import * as Effect from "effect/Effect"
import * as Action from "../Action.ts"
import * as Attempt from "./Attempt.ts"
import { type Check, ensure, fail } from "./Check.ts"
import type { Host } from "./Host.ts"
import type { Stage } from "./Stage.ts"
import type { ActionPlay } from "./Subject.ts"

export interface Trial {
  readonly stage: Stage
  readonly host: Host
  readonly action: Action.Action<Action.Verb, unknown>
  readonly play: ActionPlay<Action.Verb>
  /** The next input that was not used yet. */
  readonly next: () => Action.Input<Action.Verb>
  readonly exactlyOnce: boolean
}

/** Runs a trial for each action, prepared, on one Subject. */
export const forEachAction =
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

export const perform = ({ stage, host, action }: Trial, input: Action.Input<Action.Verb>, afterCrash = false) =>
  Attempt.perform({ host, clock: stage.subject.emulator.clock, action, input, afterCrash })

/** What was written, or why it was not. */
export const written = (trial: Trial, input: Action.Input<Action.Verb>, afterCrash = false) =>
  Effect.flatMap(perform(trial, input, afterCrash), (outcome) =>
    outcome._tag === "Written"
      ? Effect.succeed(outcome.written)
      : fail(
          `${trial.action.verb} was not written: ${outcome._tag} ${outcome.errors.map(({ message }) => message).join("; ")}`
        )
  )

export const ensureLanded = ({ action, play }: Trial, key: string, expected: number, when: string) =>
  Effect.suspend(() =>
    ensure(
      play.landed(key) === expected,
      `${action.verb}: ${when}, the vendor holds ${play.landed(key)} records with the key instead of ${expected}`
    )
  )
