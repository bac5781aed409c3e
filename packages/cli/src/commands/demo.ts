/** `interchannel demo`: everything at work on this machine, without any account. Each run begins with nothing. */
import { createWriteStream, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { lazily } from "../lazily.ts"
import { Screen } from "../Screen.ts"

const LOG_NAME = "daemon.log"

const keep = Options.boolean("keep").pipe(Options.withDescription("Leave it running, to try the other commands on it"))

export const demo = Command.make("demo", { keep }, (given) =>
  Effect.gen(function* () {
    const { say } = yield* Screen
    const { play } = yield* lazily(() => import("../demo/Demo.ts"))
    const folder = yield* temporaryFolder
    const logger = yield* fileLogger(join(folder, LOG_NAME))
    yield* Effect.gen(function* () {
      const { configFile, stage } = yield* play(folder)
      if (!given.keep) return
      const [note] = stage.crm.hubspot.world.all(stage.crm.hubspot.world.portal(0), "notes")
      yield* say(
        [
          "",
          `It goes on until Ctrl-C. Its folder is ${folder}, its log ${LOG_NAME} there. In another terminal:`,
          `  interchannel status --watch --config ${configFile}`,
          `  interchannel explain crm/note/${note?.id} --config ${configFile}`
        ].join("\n")
      )
      yield* Effect.never
    }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("See it all at work on this machine in a minute, without any account"))

// ---------------------------------------------------------------------------------------------------------------------

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "interchannel-demo-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** One JSON line an event, as the daemon logs where nobody watches. */
const fileLogger = (path: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => createWriteStream(path, { mode: 0o600 })),
      (stream) => Effect.async<void>((resume) => void stream.end(() => resume(Effect.void)))
    ),
    (stream) => Logger.map(Logger.jsonLogger, (line) => void stream.write(`${line}\n`))
  )
