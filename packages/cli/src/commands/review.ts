/** `interchannel review`: what waits for a person's word. Without a question all of them; with one and an answer it is decided. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { daemon, reader } from "../Attach.ts"
import { config, json, named } from "../options.ts"
import { Process } from "../Process.ts"
import { questionsView, questionView } from "../render/QuestionsView.ts"
import { Screen } from "../Screen.ts"
import { because } from "../Stop.ts"

const question = Args.optional(named("question", "Its id, as the list shows it"))
const answer = Args.optional(named("answer", "One of the answers that the question shows"))
const after = Options.text("after").pipe(Options.optional, Options.withDescription("Go on after this id"))
const kind = Options.text("kind").pipe(Options.optional, Options.withDescription("Questions of one kind only"))

export const review = Command.make("review", { question, answer, after, kind, config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const id = Option.getOrUndefined(given.question)
    const choice = Option.getOrUndefined(given.answer)
    if (id === undefined) {
      const asked = yield* reader(given.config)
      const only = optional("kind", given.kind)
      const found = yield* asked
        .questions({ ...optional("after", given.after), ...only })
        .pipe(Effect.mapError(because))
      if (given.json) return yield* screen.say(JSON.stringify(found))
      const last = found.at(-1)
      const following =
        last === undefined
          ? []
          : yield* asked.questions({ after: last.id, limit: 1, ...only }).pipe(Effect.mapError(because))
      return yield* screen.say(questionsView(found, { ...only, more: following.length > 0 }, screen.style))
    }
    if (choice === undefined) {
      const asked = yield* reader(given.config)
      const found = yield* asked.question(id).pipe(Effect.mapError(because))
      return yield* screen.say(given.json ? JSON.stringify(found) : questionView(found, screen.style))
    }
    const { user } = yield* Process
    const control = yield* daemon(given.config)
    const decision = yield* control.decide(id, { choice, by: user }).pipe(Effect.mapError(because))
    yield* screen.say(given.json ? JSON.stringify(decision) : `${decision.choice}: ${decision.text}.`)
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("What waits for your word, such as two values for one field; and your answer to it"))

const optional = <K extends string>(name: K, value: Option.Option<string>): { readonly [N in K]?: string } =>
  Option.match(value, { onNone: () => ({}), onSome: (text) => ({ [name]: text }) as { readonly [N in K]?: string } })
