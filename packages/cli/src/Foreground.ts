/** A daemon that a person or a supervisor keeps in sight: says what it does, and heeds changes of its configuration. */
import { randomUUID } from "node:crypto"
import { hostname } from "node:os"
import { basename } from "node:path"
import type { Installation } from "@interchannel/runtime"
import { Problem, Receiver } from "@interchannel/runtime"
import { ControlClient } from "@interchannel/server"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import { configuration } from "./Attach.ts"
import * as Config from "./Config.ts"
import { VARIABLES } from "./fileNames.ts"
import * as Launch from "./Launch.ts"
import { Process } from "./Process.ts"
import { of } from "./render/Quantity.ts"
import { because, failed } from "./Stop.ts"
import * as Stores from "./Stores.ts"
import { changes } from "./watch.ts"

/** Runs until it is interrupted; `newKey` as in `Stores.layer`. */
export const run = (file: string, newKey: boolean) =>
  Effect.gen(function* () {
    const loaded = yield* configuration(file)
    const { environment: variables, pid, version } = yield* Process
    const running = yield* ControlClient.find(Config.storeFolder(loaded), version).pipe(Effect.mapError(because))
    if (running !== undefined) {
      return yield* failed("A daemon is running on this store already; see: interchannel status")
    }
    let latest = loaded.installation
    // The first finalizer runs last: all that is launched has ended then.
    yield* Effect.addFinalizer((exit) => (Exit.isInterrupted(exit) ? Effect.logInfo("stopped") : Effect.void))
    const launched = yield* Launch.launch({
      loaded,
      reload: Effect.map(Effect.either(Config.load(loaded.file, variables)), (read) => {
        if (Either.isRight(read)) latest = read.right.installation
        return Either.mapBoth(read, { onLeft: ({ problems }) => problems, onRight: ({ installation }) => installation })
      }),
      store: Stores.layer(loaded, newKey),
      host: hostname(),
      pid,
      run: randomUUID(),
      version
    }).pipe(Effect.mapError(because))
    yield* Effect.addFinalizer(() => Effect.logInfo("stopping; nothing more is taken in. Asked again, it ends at once"))
    yield* greet(loaded, launched)
    yield* Stream.runForEach(changes(loaded.folder, [basename(loaded.file), VARIABLES]), () =>
      Effect.zipRight(
        takeUp(launched),
        Effect.suspend(() => remind(restartFor(loaded.installation, latest)))
      )
    )
  })

/** Keys that a running daemon has in hand and cannot exchange. */
export const restartFor = (
  running: Installation.Installation,
  wanted: Installation.Installation
): ReadonlyArray<string> => {
  const held = ({ store, masterKey, intake }: Installation.Installation) => ({
    store: JSON.stringify(store),
    masterKey,
    "intake.host": intake.host,
    "intake.port": intake.port
  })
  const [before, after] = [held(running), held(wanted)]
  return (Object.keys(before) as Array<keyof typeof before>).filter((key) => before[key] !== after[key])
}

// ---------------------------------------------------------------------------------------------------------------------

const greet = ({ file, installation }: Config.Loaded, { intake }: Launch.Launched) =>
  Effect.gen(function* () {
    const connections = [...installation.connections.values()]
    yield* Effect.logInfo(`started with ${of(connections.length, "connection")} of ${file}`)
    const base = installation.intake.publicUrl ?? intake.url
    for (const { id, connector } of connections) {
      for (const { name } of connector.webhooks) {
        yield* Effect.logInfo(`webhooks of ${id} are taken at ${base}${Receiver.pathOf(id, name)}`)
      }
    }
  })

const remind = (keys: ReadonlyArray<string>) =>
  keys.length === 0
    ? Effect.void
    : Effect.logWarning(`${keys.join(", ")} changed too; restart the daemon for it to take effect`)

const takeUp = ({ control }: Launch.Launched) =>
  Effect.gen(function* () {
    const problems = yield* control.reload
    if (problems.length === 0) yield* Effect.logInfo("the changed configuration is in effect")
    for (const problem of problems) {
      yield* Effect.logError(`the changed configuration is not in effect: ${Problem.format(problem)}`)
    }
  }).pipe(Effect.catchAll((error) => Effect.logError(`the configuration could not be read again: ${error.message}`)))
