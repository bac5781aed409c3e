/** `interchannel decisions`: what people decided about who is who; and taking one back. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { daemon, reader } from "../Attach.ts"
import { config, json, reason } from "../options.ts"
import { Process } from "../Process.ts"
import { decisionsView } from "../render/PersonView.ts"
import { Screen } from "../Screen.ts"
import { because, failed } from "../Stop.ts"

const revoke = Options.text("revoke").pipe(
  Options.repeated,
  Options.withDescription("Take this one back; may be given again")
)

export const decisions = Command.make("decisions", { revoke, reason, config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    if (given.revoke.length === 0) {
      const asked = yield* reader(given.config)
      const found = yield* asked.decisions.pipe(Effect.mapError(because))
      return yield* screen.say(given.json ? JSON.stringify(found) : decisionsView(found, screen.style))
    }
    const why = given.reason.trim()
    if (why === "") return yield* failed('Say why: --why "it was another customer"')
    const { user } = yield* Process
    const control = yield* daemon(given.config)
    for (const id of given.revoke) yield* control.revoke(id, { by: user, why }).pipe(Effect.mapError(because))
    yield* screen.say("It is taken back; who is who becomes what the evidence says.")
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("What people decided about who is who; with --revoke one is taken back"))
