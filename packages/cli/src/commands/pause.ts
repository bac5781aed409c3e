/** `interchannel pause` and `interchannel resume`: the switch that is always at hand. */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { daemon } from "../Attach.ts"
import { config, destination } from "../options.ts"
import { Screen } from "../Screen.ts"
import { because } from "../Stop.ts"

export const pause = Command.make("pause", { destination, config }, (given) =>
  Effect.gen(function* () {
    const control = yield* daemon(given.config)
    yield* control.pause(given.destination).pipe(Effect.mapError(because))
    const { say } = yield* Screen
    yield* say(`Nothing more is written to ${given.destination}. To go on: interchannel resume ${given.destination}`)
  })
).pipe(Command.withDescription("Stop all writing to a destination, at once"))

export const resume = Command.make("resume", { destination, config }, (given) =>
  Effect.gen(function* () {
    const control = yield* daemon(given.config)
    yield* control.resume(given.destination).pipe(Effect.mapError(because))
    const { say } = yield* Screen
    yield* say(`${given.destination} goes on where it stopped.`)
  })
).pipe(Command.withDescription("Go on writing to a paused destination"))
