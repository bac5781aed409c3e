/** `interchannel start`: the daemon, in the foreground, until Ctrl-C or SIGTERM. A changed configuration takes effect at once. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { lazily } from "../lazily.ts"
import { config } from "../options.ts"
import { Screen } from "../Screen.ts"

const newKey = Options.boolean("new-key").pipe(
  Options.withDescription("The master key of this store is lost for good: go on with another, without what it sealed")
)

export const start = Command.make("start", { config, newKey }, (given) =>
  Effect.gen(function* () {
    const { interactive } = yield* Screen
    const { run } = yield* lazily(() => import("../Foreground.ts"))
    yield* run(given.config, given.newKey).pipe(Effect.provide(interactive ? Logger.pretty : Logger.json))
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("Run the daemon. It reads at once and writes nothing until you approve it"))
