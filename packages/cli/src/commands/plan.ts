/** `interchannel plan`: what would be written. Ends with 2 when there is something, so that a script can tell. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { reader } from "../Attach.ts"
import { config, destination, json } from "../options.ts"
import { changesView } from "../render/ChangesView.ts"
import { outstanding, planView } from "../render/PlanView.ts"
import { Screen } from "../Screen.ts"
import { because, exitCodes, failed, Stop } from "../Stop.ts"

const changes = Options.boolean("changes").pipe(
  Options.withDescription("One by one: each entry, and each field with what stands there now; of one destination")
)
const after = Options.text("after").pipe(
  Options.withDefault(""),
  Options.withDescription("With --changes: what follows this one")
)

export const plan = Command.make(
  "plan",
  { destination: Args.optional(destination), changes, after, config, json },
  (given) =>
    Effect.gen(function* () {
      const screen = yield* Screen
      const asked = yield* reader(given.config)
      if (given.changes) {
        const of = Option.getOrUndefined(given.destination)
        if (of === undefined) return yield* failed("Name the destination whose changes are to be listed")
        const listed = yield* asked.changes(of, given.after).pipe(Effect.mapError(because))
        yield* screen.say(given.json ? JSON.stringify(listed) : changesView(of, listed, screen.style))
        if (listed.length > 0) return yield* new Stop({ text: "", exitCode: exitCodes.outstanding })
        return
      }
      const plans = yield* asked.plan(Option.getOrUndefined(given.destination)).pipe(Effect.mapError(because))
      yield* screen.say(given.json ? JSON.stringify(plans) : planView(plans, screen.style))
      if (outstanding(plans) > 0) return yield* new Stop({ text: "", exitCode: exitCodes.outstanding })
    }).pipe(Effect.scoped)
).pipe(
  Command.withDescription("What would be written, how long it takes, and what it looks like. Ends with 2 if anything")
)
