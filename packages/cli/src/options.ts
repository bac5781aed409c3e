/** Options and arguments that several commands share. */
import * as Args from "@effect/cli/Args"
import * as Options from "@effect/cli/Options"
import * as Schema from "effect/Schema"
import { CONFIG } from "./fileNames.ts"

export const config = Options.text("config").pipe(
  Options.withAlias("c"),
  Options.withDefault(CONFIG),
  Options.withDescription("The configuration file")
)

export const json = Options.boolean("json").pipe(Options.withDescription("Print JSON, for programs"))

export const reason = Options.text("why").pipe(
  Options.withDefault(""),
  Options.withDescription("The reason, for whoever looks at it later")
)

export const yes = Options.boolean("yes").pipe(Options.withDescription("Do it; without this it is only shown"))

/** A name may not look like an option: the parser would take a misspelt option for one. */
export const named = (name: string, description: string): Args.Args<string> =>
  Args.text({ name }).pipe(
    Args.withSchema(
      Schema.String.pipe(
        Schema.filter((given) => !given.startsWith("-") || `there is no option ${given}; --help lists what there is`)
      )
    ),
    Args.withDescription(description)
  )

export const destination = named("destination", "A connection that is written to, by its name in the configuration")
export const connection = named("connection", "A connection, by its name in the configuration")
