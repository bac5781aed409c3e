/** `interchannel identity`: the model that decides who is who, made anew from what there is and tried before it is used. */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { readOnly } from "../Attach.ts"
import { lazily } from "../lazily.ts"
import { config, json } from "../options.ts"
import { dryRunView } from "../render/PersonView.ts"
import { Screen } from "../Screen.ts"
import { because } from "../Stop.ts"

const dryRun = Command.make("dry-run", { config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const { IdentityReview } = yield* lazily(() => import("@interchannel/runtime"))
    const read = yield* readOnly(given.config)
    const found = yield* read(IdentityReview.dryRun).pipe(Effect.mapError(because))
    yield* screen.say(given.json ? JSON.stringify(found.comparison) : dryRunView(found))
  }).pipe(Effect.scoped)
).pipe(
  Command.withDescription(
    "What a model estimated anew would merge and split; computes beside the daemon, changes nothing"
  )
)

export const identity = Command.make("identity").pipe(
  Command.withSubcommands([dryRun]),
  Command.withDescription("The model that decides who is who")
)
