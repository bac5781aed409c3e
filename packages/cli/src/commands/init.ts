/** `interchannel init`: a configuration to begin with, and the variables it needs. Never overwrites anything. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { CONFIG } from "../fileNames.ts"
import { Process } from "../Process.ts"
import { Screen } from "../Screen.ts"
import { failed } from "../Stop.ts"
import * as template from "../template.ts"

export const init = Command.make("init", {}, () =>
  Effect.gen(function* () {
    const { folder } = yield* Process
    const { say } = yield* Screen
    yield* create(join(folder, CONFIG), CONFIG, template.configuration)
    yield* create(join(folder, ".env.example"), ".env.example", template.variables)
    yield* say(
      [
        `Wrote ${CONFIG} and .env.example.`,
        "",
        "1. Copy .env.example to .env, fill it in, and keep it out of version control.",
        `2. Adapt ${CONFIG} to your systems.`,
        "3. interchannel check   tries it and says what is missing",
        "4. interchannel start   reads, and writes nothing until you approve it"
      ].join("\n")
    )
  })
).pipe(Command.withDescription("Write a commented interchannel.config.ts and .env.example into this folder"))

const create = (path: string, name: string, text: string) =>
  Effect.try({
    try: () => writeFileSync(path, text, { flag: "wx" }),
    catch: (cause) => {
      const { code, message } = cause as NodeJS.ErrnoException
      return code === "EEXIST"
        ? failed(`${name} is already here; it stays as it is. To begin anew, move it away first.`)
        : failed(`${path} cannot be written: ${message}; choose a folder that you may write into.`)
    }
  })
