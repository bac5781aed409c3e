/** `interchannel person`: who somebody is, in which systems, and why that is one person. */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { reader } from "../Attach.ts"
import { config, json, named } from "../options.ts"
import { foundView } from "../render/PersonView.ts"
import { Screen } from "../Screen.ts"
import { because } from "../Stop.ts"

const whom = named("who", "An e-mail address, a number with its country, connection/kind/id, or a person's id")

export const person = Command.make("person", { whom, config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const asked = yield* reader(given.config)
    const found = yield* asked.who(given.whom).pipe(Effect.mapError(because))
    yield* screen.say(given.json ? JSON.stringify(found) : foundView(found, screen.style))
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("Who somebody is: their contacts in each system, and why these are one person"))
