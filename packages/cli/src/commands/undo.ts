/** `interchannel undo`: takes writes back. Shows what it would do; with `--yes` it is begun. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { daemon } from "../Attach.ts"
import { config, json } from "../options.ts"
import { undoView } from "../render/UndoView.ts"
import { Screen } from "../Screen.ts"
import { because, failed } from "../Stop.ts"

const text = (name: string, description: string) =>
  Options.text(name).pipe(Options.optional, Options.withDescription(description))

const options = {
  round: text("round", "The writes of one round, as `explain` names it"),
  destination: text("destination", "What was written to this connection"),
  from: text("from", "What was written from then on: a time such as 2026-01-31T10:00:00Z"),
  until: text("until", "What was written before then"),
  undo: text("undo", "Give up the holds of an earlier undo, so that it may be written again"),
  force: Options.boolean("force").pipe(Options.withDescription("Also over what was changed since")),
  yes: Options.boolean("yes").pipe(Options.withAlias("y"), Options.withDescription("Do it, not only say what it is")),
  config,
  json
}

export const undo = Command.make("undo", options, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const control = yield* daemon(given.config)
    const asked = {
      ...present("round", given.round),
      ...present("destination", given.destination),
      ...present("undo", given.undo),
      ...(yield* time("from", given.from)),
      ...(yield* time("until", given.until)),
      force: given.force,
      yes: given.yes
    }
    const undoing = yield* control.undo(asked).pipe(Effect.mapError(because))
    yield* screen.say(given.json ? JSON.stringify(undoing) : undoView(undoing, screen.style))
  })
).pipe(Command.withDescription("Take writes back: a round, a span of time, a destination; and give that up again"))

// ---------------------------------------------------------------------------------------------------------------------

type Present<K extends string, A> = { readonly [N in K]?: A }

const present = <K extends string>(name: K, value: Option.Option<string>): Present<K, string> =>
  Option.match(value, { onNone: () => ({}), onSome: (found) => ({ [name]: found }) as Present<K, string> })

const time = <K extends string>(name: K, value: Option.Option<string>) =>
  Effect.gen(function* () {
    if (Option.isNone(value)) return {}
    const at = /^\d{4}-\d{2}-\d{2}/.test(value.value) ? Date.parse(value.value) : Number.NaN
    return Number.isNaN(at)
      ? yield* failed(`--${name} ${value.value} is no time; write one such as 2026-01-31T10:00:00Z`)
      : ({ [name]: at } as Present<K, number>)
  })
