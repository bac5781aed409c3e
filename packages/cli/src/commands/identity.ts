/** `interchannel identity`: the model that decides who is who; those made anew from what there is, tried before they are used. */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { daemon, reader, readOnly } from "../Attach.ts"
import { lazily } from "../lazily.ts"
import { config, json, named, reason, yes } from "../options.ts"
import { Process } from "../Process.ts"
import { dryRunView, modelsView, modelView } from "../render/ModelsView.ts"
import { Screen } from "../Screen.ts"
import { because, exitCodes, failed, Stop } from "../Stop.ts"

const model = named("model", "Its name, as `interchannel identity models` shows it")

const models = Command.make("models", { config, json }, (given) =>
  Effect.gen(function* () {
    const { say, style } = yield* Screen
    const asked = yield* reader(given.config)
    const found = yield* asked.models.pipe(Effect.mapError(because))
    yield* say(given.json ? JSON.stringify(found) : modelsView(found, style))
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("The model in use, those it can be exchanged for, and what each would change"))

const show = Command.make("show", { model, config, json }, (given) =>
  Effect.gen(function* () {
    const { say, style } = yield* Screen
    const asked = yield* reader(given.config)
    const found = yield* asked.model(given.model).pipe(Effect.mapError(because))
    yield* say(given.json ? JSON.stringify(found) : modelView(found, style))
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("Whom a model would join and part"))

const switchTo = Command.make("switch", { model, reason, yes, config }, (given) =>
  Effect.gen(function* () {
    const { say, style } = yield* Screen
    if (!given.yes) {
      const asked = yield* reader(given.config)
      yield* say(modelView(yield* asked.model(given.model).pipe(Effect.mapError(because)), style))
      yield* say('\nNothing was changed; do it with --yes --why "…"')
      return yield* new Stop({ text: "", exitCode: exitCodes.outstanding })
    }
    const why = given.reason.trim()
    if (why === "") return yield* failed('Say why: --why "looked at whom it joins"')
    const { user } = yield* Process
    const control = yield* daemon(given.config)
    const before = (yield* control.models.pipe(Effect.mapError(because))).models.find(({ isInUse }) => isInUse)
    yield* control.switchModel(given.model, { by: user, why }).pipe(Effect.mapError(because))
    yield* say(
      `${given.model} decides from now on, and every contact is placed again; interchannel identity models says how far it is.`
    )
    if (before !== undefined) yield* say(`To take it back: interchannel identity switch ${before.name} --yes --why "…"`)
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("Put a model into use, or one before it again; shows what it changes until told --yes"))

const estimate = Command.make("estimate", { config }, (given) =>
  Effect.gen(function* () {
    const { say } = yield* Screen
    const control = yield* daemon(given.config)
    yield* control.estimateModel.pipe(Effect.mapError(because))
    yield* say("A model is estimated now, within seconds to minutes; see: interchannel identity models")
  })
).pipe(Command.withDescription("Have the daemon estimate a model now, as it does each night"))

const dryRun = Command.make("dry-run", { config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const { Models } = yield* lazily(() => import("@interchannel/runtime"))
    const read = yield* readOnly(given.config)
    const found = yield* read(Models.make).pipe(Effect.mapError(because))
    yield* screen.say(given.json ? JSON.stringify(found.comparison) : dryRunView(found))
  }).pipe(Effect.scoped)
).pipe(
  Command.withDescription(
    "What a model estimated anew would merge and split; computes beside the daemon, keeps nothing"
  )
)

export const identity = Command.make("identity").pipe(
  Command.withSubcommands([models, show, switchTo, estimate, dryRun]),
  Command.withDescription("The model that decides who is who")
)
