/** `interchannel doctor`: is all well, and if not, what to do. Ends with 2 when a person has to act, so that a script can tell. */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { reader } from "../Attach.ts"
import { config, json } from "../options.ts"
import { doctorView } from "../render/DoctorView.ts"
import { Screen } from "../Screen.ts"
import { because, exitCodes, Stop } from "../Stop.ts"

export const doctor = Command.make("doctor", { config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const { doctor: ask } = yield* reader(given.config)
    const diagnosis = yield* ask.pipe(Effect.mapError(because))
    yield* screen.say(given.json ? JSON.stringify(diagnosis) : doctorView(diagnosis, screen.style))
    if (!diagnosis.healthy) return yield* new Stop({ text: "", exitCode: exitCodes.outstanding })
  }).pipe(Effect.scoped)
).pipe(
  Command.withDescription(
    "Is each connection well: lag, quota, gaps, webhooks, what waits, and what to do. Ends with 2 if not"
  )
)
