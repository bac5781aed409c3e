/** `interchannel quarantine`: what was set aside, in the vendor's own words, and what to do about it. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { daemon, reader } from "../Attach.ts"
import { config, json, named } from "../options.ts"
import { of } from "../render/Quantity.ts"
import { asideView, asidesView } from "../render/QuarantineView.ts"
import { Screen } from "../Screen.ts"
import { because, failed } from "../Stop.ts"

const only = Options.text("connection").pipe(Options.optional, Options.withDescription("Only of this connection"))
const after = Options.text("after").pipe(Options.optional, Options.withDescription("What follows this one"))
const subject = named("subject", "The name that `quarantine list` shows")
const subjects = Args.repeated(subject)

const list = Command.make("list", { only, after, config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const asked = yield* reader(given.config)
    const rows = yield* asked
      .quarantine({ ...connectionOf(given.only), ...afterOf(given.after) })
      .pipe(Effect.mapError(because))
    yield* screen.say(given.json ? JSON.stringify(rows) : asidesView(rows, screen.style))
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("What was set aside, and why"))

const show = Command.make("show", { subject, config, json }, (given) =>
  Effect.gen(function* () {
    const screen = yield* Screen
    const asked = yield* reader(given.config)
    const [row] = yield* asked.quarantine({ subjects: [given.subject] }).pipe(Effect.mapError(because))
    if (row === undefined) return yield* failed(`${given.subject} is not set aside; see: interchannel quarantine list`)
    yield* screen.say(given.json ? JSON.stringify(row) : asideView(row, screen.style))
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("One of them, with all that is known"))

const replay = Command.make("replay", { subjects, only, config }, (given) =>
  Effect.gen(function* () {
    const which = yield* whichOf(given)
    const control = yield* daemon(given.config)
    const many = yield* control.release(which).pipe(Effect.mapError(because))
    const { say } = yield* Screen
    yield* say(many === 0 ? "Nothing of that is set aside." : `${of(many, "thing")} tried again.`)
  })
).pipe(Command.withDescription("Try them again, after what stood in the way is mended"))

const drop = Command.make("drop", { subjects, only, config }, (given) =>
  Effect.gen(function* () {
    const which = yield* whichOf(given)
    const control = yield* daemon(given.config)
    const many = yield* control.letGo(which).pipe(Effect.mapError(because))
    const { say } = yield* Screen
    yield* say(many === 0 ? "Nothing of that is set aside." : `${of(many, "thing")} let go for good.`)
  })
).pipe(Command.withDescription("Let them go: they are not tried again"))

export const quarantine = Command.make("quarantine").pipe(
  Command.withSubcommands([list, show, replay, drop]),
  Command.withDescription("What was set aside, in the vendor's own words; try it again or let it go")
)

// ---------------------------------------------------------------------------------------------------------------------

const connectionOf = (only: Option.Option<string>) => (Option.isSome(only) ? { connection: only.value } : {})
const afterOf = (from: Option.Option<string>) => (Option.isSome(from) ? { after: from.value } : {})

/** Never everything by mistake: either they are named, or their connection is. */
const whichOf = (given: { readonly subjects: ReadonlyArray<string>; readonly only: Option.Option<string> }) =>
  given.subjects.length === 0 && Option.isNone(given.only)
    ? failed("Name what `interchannel quarantine list` shows, or all of a connection with --connection")
    : Effect.succeed({
        ...connectionOf(given.only),
        ...(given.subjects.length === 0 ? {} : { subjects: [...given.subjects] })
      })
