/** `interchannel plan`: what would be written. Ends with 2 when there is something, so that a script can tell. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { reader } from "../Attach.ts"
import { config, destination, json } from "../options.ts"
import { outstanding, planView } from "../render/PlanView.ts"
import { Screen } from "../Screen.ts"
import { because, exitCodes, Stop } from "../Stop.ts"

export const plan = Command.make("plan", { destination: Args.optional(destination), config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const asked = yield* reader(given.config)
    const plans = yield* asked.plan(Option.getOrUndefined(given.destination)).pipe(Effect.mapError(because))
    yield* screen.say(given.json ? JSON.stringify(plans) : planView(plans, screen.style))
    if (outstanding(plans) > 0) return yield* new Stop({ text: "", exitCode: exitCodes.outstanding })
  }).pipe(Effect.scoped)
).pipe(
  Command.withDescription("What would be written, how long it takes, and what it looks like. Ends with 2 if anything")
)
