/** Runs one command line to its exit code. Whatever goes wrong ends as a sentence on stderr, never as a stack. */
import { stripVTControlCharacters } from "node:util"
import type * as CliApp from "@effect/cli/CliApp"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import { command } from "./command.ts"
import { Process } from "./Process.ts"
import { helpView } from "./render/HelpView.ts"
import { Screen } from "./Screen.ts"
import { type ExitCode, exitCodes, Stop } from "./Stop.ts"

/** Set, a fault of ours is shown with all that is known about it. */
const DEBUG = "INTERCHANNEL_DEBUG"

export const run = (
  args: ReadonlyArray<string>,
  version: string
): Effect.Effect<ExitCode, never, CliApp.CliApp.Environment | Process | Screen> =>
  Effect.suspend(() => Command.run(command, { name: "interchannel", version })(args)).pipe(
    // Completions are read by a shell.
    args.includes("--completions") ? identity : onTheScreen,
    Effect.provide(CliConfig.layer({ showBuiltIns: false })),
    Effect.as<ExitCode>(exitCodes.done),
    Effect.catchAllCause((cause) => {
      if (Cause.isInterruptedOnly(cause)) return Effect.interrupt
      const failure = Cause.failureOrCause(cause)
      if (failure._tag === "Right") return fault(cause)
      // What is wrong with the command line was said already.
      if (ValidationError.isValidationError(failure.left)) return Effect.succeed(exitCodes.usage)
      return failure.left instanceof Stop ? end(failure.left) : fault(cause)
    })
  )

// ---------------------------------------------------------------------------------------------------------------------

/** The library prints its help in colours and as wide as it comes, wherever it goes; a file or a pipe wants no colours. */
const onTheScreen = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Screen> =>
  Effect.gen(function* () {
    const { style } = yield* Screen
    const console = yield* Effect.console
    const shown = (texts: ReadonlyArray<unknown>) =>
      texts.map((text) => helpView(style.colours ? String(text) : stripVTControlCharacters(String(text)), style))
    return yield* Effect.withConsole(effect, {
      ...console,
      log: (...texts) => console.log(...shown(texts)),
      error: (...texts) => console.error(...shown(texts))
    })
  })

const end = ({ text, exitCode }: Stop): Effect.Effect<ExitCode, never, Screen> =>
  Effect.gen(function* () {
    const { complain } = yield* Screen
    if (text !== "") yield* complain(text)
    return exitCode
  })

const fault = (cause: Cause.Cause<unknown>): Effect.Effect<ExitCode, never, Process | Screen> =>
  Effect.gen(function* () {
    const { complain } = yield* Screen
    const { environment } = yield* Process
    const shown = environment[DEBUG] ? Cause.pretty(cause) : String(Cause.squash(cause))
    yield* complain(`This is a fault of interchannel itself: ${shown}`)
    if (!environment[DEBUG]) yield* complain(`Please report it, with what ${DEBUG}=1 shows.`)
    return exitCodes.failed
  })
