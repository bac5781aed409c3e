/** Tells when one of a folder's files changed: once, a moment after the last of several changes. */
import { watch } from "node:fs"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"

/** Editors write a file in several steps. */
const QUIET = "300 millis"

export const changes = (folder: string, names: ReadonlyArray<string>): Stream.Stream<void> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      const seen = yield* Queue.sliding<void>(1)
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          const watcher = watch(folder, (_, name) => {
            if (name === null || names.includes(name)) seen.unsafeOffer(undefined)
          })
          // A folder that goes away is no reason to stop a daemon.
          watcher.on("error", () => watcher.close())
          return watcher
        }),
        (watcher) => Effect.sync(() => watcher.close())
      )
      return Stream.debounce(Stream.fromQueue(seen), QUIET)
    })
  )
