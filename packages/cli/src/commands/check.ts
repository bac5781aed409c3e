/** `interchannel check`: the configuration, then the store, then each account: credentials, scopes, what has to be set up. */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { configuration } from "../Attach.ts"
import { lazily } from "../lazily.ts"
import { config } from "../options.ts"
import { checkView, problemCount } from "../render/CheckView.ts"
import { of } from "../render/Quantity.ts"
import { Screen } from "../Screen.ts"
import { exitCodes, Stop } from "../Stop.ts"

export const check = Command.make("check", { config }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const loaded = yield* configuration(given.config)
    const { installation } = loaded
    yield* screen.say(`${given.config}: ${of(installation.connections.size, "connection")}, no problem in the file.\n`)
    const { accounts, store } = yield* lazily(() => import("../Check.ts"))
    const checked = [yield* store(loaded), ...(yield* accounts(installation))]
    yield* screen.say(checkView(checked, screen.style))
    if (problemCount(checked) > 0) return yield* new Stop({ text: "", exitCode: exitCodes.failed })
  })
).pipe(
  Command.withDescription(
    "Try the configuration: store, credentials, scopes, set-up. Says what to fix; changes nothing"
  )
)
