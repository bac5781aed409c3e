/** `interchannel replay`: what was taken in before is read again by today's code. Nothing is written twice by it. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { daemon } from "../Attach.ts"
import { config, connection } from "../options.ts"
import { of } from "../render/Quantity.ts"
import { Screen } from "../Screen.ts"
import { because } from "../Stop.ts"

const setAside = Options.boolean("set-aside").pipe(
  Options.withDescription("Only what could not be read, after a fix; else what was read")
)

export const replay = Command.make("replay", { connection, setAside, config }, (given) =>
  Effect.gen(function* () {
    const control = yield* daemon(given.config)
    const state = given.setAside ? "quarantined" : "done"
    const many = yield* control.replay(given.connection, { state }).pipe(Effect.mapError(because))
    const { say } = yield* Screen
    yield* say(`${of(many, "item")} of ${given.connection} ${many === 1 ? "is" : "are"} read again.`)
  })
).pipe(Command.withDescription("Read again what a connection told, after a fix in its connector"))
