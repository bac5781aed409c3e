/** `interchannel merge` and `unmerge`: people's word on who is who. Both show whom it is about until they are told `--yes`. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { daemon, reader } from "../Attach.ts"
import { config, named, reason, yes } from "../options.ts"
import { Process } from "../Process.ts"
import { foundView, partingView } from "../render/PersonView.ts"
import { Screen } from "../Screen.ts"
import { because, exitCodes, failed, Stop } from "../Stop.ts"

const one = named("one", "Somebody, as `interchannel person` knows them")
const other = named("other", "The same person")
const contacts = Args.atLeast(named("contact", "A contact that is somebody else, as connection/kind/id"), 1)

export const merge = Command.make("merge", { one, other, reason, yes, config }, (given) =>
  Effect.gen(function* () {
    if (!given.yes) {
      const asked = yield* reader(given.config)
      // Whoever could not be merged is told now.
      yield* asked.why(given.one, given.other).pipe(Effect.mapError(because))
      const found = yield* Effect.forEach([given.one, given.other], asked.who).pipe(Effect.mapError(because))
      const { style } = yield* Screen
      const people = found.map((named) => foundView(named, style)).join("\n")
      return yield* previewed(`${people}\n\n${given.one}, ${given.other} would be one person.`)
    }
    const word = yield* wordOf(given.reason)
    const control = yield* daemon(given.config)
    const decided = yield* control.merge(given.one, given.other, word).pipe(Effect.mapError(because))
    const { say } = yield* Screen
    yield* say(`They are one person from now on. To take it back: ${revoking(decided)}`)
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("Say that two are one person; their history is shown on the records of both"))

export const unmerge = Command.make("unmerge", { contacts, reason, yes, config }, (given) =>
  Effect.gen(function* () {
    if (!given.yes) {
      const asked = yield* reader(given.config)
      const parting = yield* asked.parting(given.contacts).pipe(Effect.mapError(because))
      const { style } = yield* Screen
      return yield* previewed(`${partingView(parting, style)}\n\nTheir history would part.`)
    }
    const word = yield* wordOf(given.reason)
    const control = yield* daemon(given.config)
    const decided = yield* control.unmerge(given.contacts, word).pipe(Effect.mapError(because))
    const { say } = yield* Screen
    yield* say(`They are somebody else from now on. To take it back: ${revoking(decided)}`)
  }).pipe(Effect.scoped)
).pipe(
  Command.withDescription("Say that contacts are somebody else; what was written to the wrong record is taken out")
)

const use = Options.choice("use", ["personal", "shared", "own", "blocked"]).pipe(
  Options.withDescription("personal: one person's; shared: proves little; own or blocked: proves nothing")
)

export const handle = Command.make(
  "handle",
  { handle: named("handle", "An e-mail address or a number"), use, reason, config },
  (given) =>
    Effect.gen(function* () {
      const word = yield* wordOf(given.reason)
      const control = yield* daemon(given.config)
      const decided = yield* control.rule(given.handle, given.use, word).pipe(Effect.mapError(because))
      const { say } = yield* Screen
      yield* say(`${given.handle} counts as ${given.use} from now on. To take it back: ${revoking(decided)}`)
    })
).pipe(Command.withDescription("Say how an address or number is used, such as one that a whole office shares"))

// ---------------------------------------------------------------------------------------------------------------------

/** A decision without a reason helps nobody who looks at it in a year. */
const wordOf = (why: string) =>
  Effect.gen(function* () {
    if (why.trim() === "") return yield* failed('Say why: --why "they called from the same desk"')
    const { user } = yield* Process
    return { by: user, why }
  })

const revoking = (decided: ReadonlyArray<{ readonly id: string }>): string =>
  `interchannel decisions ${decided.map(({ id }) => `--revoke ${id}`).join(" ")} --why "…"`

const previewed = (what: string) =>
  Effect.gen(function* () {
    const { say } = yield* Screen
    yield* say(`${what} Nothing was changed; do it with --yes --why "…"`)
    return yield* new Stop({ text: "", exitCode: exitCodes.outstanding })
  })
