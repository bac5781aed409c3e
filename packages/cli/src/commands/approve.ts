/** `interchannel approve`: lets the first records through, then, with `--all`, the rest. A person at a terminal is asked. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { daemon } from "../Attach.ts"
import { confirmed } from "../confirmed.ts"
import { config, destination } from "../options.ts"
import { Process } from "../Process.ts"
import { planView, summary } from "../render/PlanView.ts"
import { of } from "../render/Quantity.ts"
import { Screen } from "../Screen.ts"
import { because, failed } from "../Stop.ts"

const all = Options.boolean("all").pipe(Options.withDescription("Everything, not only the first records"))
const yes = Options.boolean("yes").pipe(Options.withAlias("y"), Options.withDescription("Do not ask"))

const rewrite = Options.boolean("rewrite").pipe(
  Options.withDescription("Write anew what stands there in an earlier form")
)

export const approve = Command.make("approve", { destination, all, rewrite, yes, config }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const { user } = yield* Process
    const control = yield* daemon(given.config)
    const plans = yield* control.plan(given.destination).pipe(Effect.mapError(because))
    if (!screen.interactive || given.yes) {
      for (const plan of plans) yield* screen.say(`${given.destination}: ${summary(plan)}`)
    } else {
      yield* screen.say(planView(plans, screen.style))
      const question = given.rewrite
        ? `Write anew what stands in ${given.destination} in an earlier form?`
        : given.all
          ? `Write all of this to ${given.destination}?`
          : `Begin writing to the first records of ${given.destination}?`
      if (!(yield* confirmed(question))) return yield* failed("Nothing was approved.")
    }
    if (given.rewrite) {
      const { entries, switchedTo } = yield* control.rewrite(given.destination).pipe(Effect.mapError(because))
      yield* screen.say(`${of(entries, "entry", "entries")} of ${given.destination} are written anew.`)
      if (switchedTo !== undefined) yield* screen.say(`From now on there is one entry for each ${switchedTo}.`)
      return
    }
    const approval = yield* control
      .approve(given.destination, { all: given.all, by: user })
      .pipe(Effect.mapError(because))
    for (const line of approval.prepared) yield* screen.say(line)
    yield* screen.say(
      approval.mode === "live"
        ? `${given.destination} is live: everything is written as it comes. To stop: interchannel pause ${given.destination}`
        : `${given.destination} may write to ${of(approval.records, "record")}. Look at them there, then: interchannel approve ${given.destination} --all`
    )
  })
).pipe(Command.withDescription("Let a destination be written to: the first records, then all"))
