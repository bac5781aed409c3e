/** `interchannel erase`: what is known of a person goes, everywhere, with a receipt from each system. Shows its plan first. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { daemon } from "../Attach.ts"
import { config, json, named } from "../options.ts"
import { Process } from "../Process.ts"
import { erasurePlanView, erasuresView } from "../render/ErasureView.ts"
import { of } from "../render/Quantity.ts"
import { Screen } from "../Screen.ts"
import { because, exitCodes, failed, Stop } from "../Stop.ts"

const who = named("who", "A mail address, a number, a person's id, or connection/kind/id of a record")
const yes = Options.boolean("yes").pipe(Options.withAlias("y"), Options.withDescription("Do it; else it is only shown"))
const readmitting = Options.boolean("readmit").pipe(
  Options.withDescription("Let somebody who was erased back in: what vendors tell of them from now on is taken again")
)

export const erase = Command.make("erase", { who, yes, readmit: readmitting, config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const { user } = yield* Process
    const control = yield* daemon(given.config)
    if (given.readmit) {
      const many = yield* control.readmit(given.who).pipe(Effect.mapError(because))
      if (many === 0) return yield* failed(`${given.who} was not turned away.`)
      return yield* screen.say(`${given.who} is taken again from now on. What was erased does not come back by itself.`)
    }
    const plan = yield* control.erase(given.who, given.yes ? { by: user } : {}).pipe(Effect.mapError(because))
    yield* screen.say(given.json ? JSON.stringify(plan) : erasurePlanView(given.who, plan, screen.style))
    if (plan.id === undefined) return yield* new Stop({ text: "", exitCode: exitCodes.outstanding })
  })
).pipe(Command.withDescription("Remove what is known of a person, here and from every destination. Shows it first"))

const id = Args.optional(named("id", "Of one erasure, as `erase` told it"))
const confirming = Options.boolean("confirm").pipe(
  Options.withDescription("You deleted by hand what could not be taken out; it is written down so")
)

export const erasures = Command.make("erasures", { id, confirm: confirming, config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const { user } = yield* Process
    const control = yield* daemon(given.config)
    const only = Option.getOrUndefined(given.id)
    if (given.confirm) {
      if (only === undefined)
        return yield* failed("Name the erasure that you confirm: interchannel erasures ID --confirm")
      const many = yield* control.confirmErasure(only, { by: user }).pipe(Effect.mapError(because))
      yield* screen.say(`${of(many, "record")} confirmed.`)
    }
    const all = yield* control.erasures.pipe(Effect.mapError(because))
    const shown = only === undefined ? all : all.filter((one) => one.id === only)
    if (only !== undefined && shown.length === 0)
      return yield* failed(`There is no erasure ${only}; list them: interchannel erasures`)
    yield* screen.say(given.json ? JSON.stringify(shown) : erasuresView(shown, screen.style))
  })
).pipe(Command.withDescription("How far erasures are, with each system's receipt; with --json the proof"))
