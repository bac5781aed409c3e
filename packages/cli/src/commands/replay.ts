/**
 * `interchannel replay`: what was taken in before is read again by today's code. What that would change is shown first; a
 * person at a terminal is asked. Nothing is written twice by it.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { daemon, reader } from "../Attach.ts"
import { confirmed } from "../confirmed.ts"
import { config, connection, json } from "../options.ts"
import { of } from "../render/Quantity.ts"
import { isEmpty, rehearsalView } from "../render/RehearsalView.ts"
import { Screen } from "../Screen.ts"
import { because, exitCodes, failed, Stop } from "../Stop.ts"

const setAside = Options.boolean("set-aside").pipe(
  Options.withDescription("Only what could not be read, after a fix; else what was read")
)
const show = Options.boolean("show").pipe(
  Options.withDescription("Only show what would change; ends with 2 if anything would")
)
const yes = Options.boolean("yes").pipe(Options.withAlias("y"), Options.withDescription("Do not ask"))

export const replay = Command.make("replay", { connection, setAside, show, yes, config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const state = given.setAside ? "quarantined" : "done"
    const asked = yield* reader(given.config)
    const rehearsal = yield* asked.rehearse(given.connection, { state }).pipe(Effect.mapError(because))
    yield* screen.say(given.json ? JSON.stringify(rehearsal) : rehearsalView(rehearsal, screen.style))
    if (given.show) {
      if (!isEmpty(rehearsal)) return yield* new Stop({ text: "", exitCode: exitCodes.outstanding })
      return
    }
    const control = yield* daemon(given.config)
    if (screen.interactive && !given.yes && !(yield* confirmed(`Read ${given.connection} again?`))) {
      return yield* failed("Nothing was read again.")
    }
    const many = yield* control.replay(given.connection, { state }).pipe(Effect.mapError(because))
    if (!given.json) {
      yield* screen.say(`${of(many, "item")} of ${given.connection} ${many === 1 ? "is" : "are"} read again.`)
    }
  }).pipe(Effect.scoped)
).pipe(
  Command.withDescription("Read again what a connection told, after a fix in its connector; shows first what changes")
)
