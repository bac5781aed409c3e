/** `interchannel status`: asked once, as JSON, or drawn anew each second. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { reader } from "../Attach.ts"
import { config, json } from "../options.ts"
import { statusView } from "../render/StatusView.ts"
import { Screen } from "../Screen.ts"
import { because } from "../Stop.ts"

const WATCH_EVERY = "1 second"

const watch = Options.boolean("watch").pipe(
  Options.withAlias("w"),
  Options.withDescription("Draw it anew each second, until Ctrl-C")
)

export const status = Command.make("status", { config, json, watch }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const { source, status: ask } = yield* reader(given.config)
    const show = Effect.flatMap(ask, (found) =>
      given.json
        ? screen.say(JSON.stringify({ daemon: source === "daemon", ...found }))
        : given.watch
          ? screen.redraw(statusView(found, source, screen.style))
          : screen.say(statusView(found, source, screen.style))
    ).pipe(Effect.mapError(because))
    yield* given.watch ? Effect.forever(Effect.zipLeft(show, Effect.sleep(WATCH_EVERY))) : show
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("What runs, how far the reading is, what was written, what waits"))
