/** `interchannel backup` and `interchannel restore`: a whole copy of the store's file, and its way back. */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import * as Command from "@effect/cli/Command"
import type { Backup } from "@interchannel/store"
import * as Effect from "effect/Effect"
import { configuration, findDaemon } from "../Attach.ts"
import { lazily } from "../lazily.ts"
import { config, named } from "../options.ts"
import { Process } from "../Process.ts"
import { of } from "../render/Quantity.ts"
import { Screen } from "../Screen.ts"
import { because, failed } from "../Stop.ts"

const copy = named("copy", "The file of the copy")

export const backup = Command.make("backup", { copy, config }, (given) =>
  Effect.gen(function* () {
    const { say } = yield* Screen
    const file = yield* storeFile(given.config)
    const place = yield* inFolder(given.copy)
    const store = yield* lazily(() => import("@interchannel/store"))
    yield* ownersOnly(store.Backup.make(file, place)).pipe(Effect.mapError(because))
    yield* say(
      `${place} holds all of ${file}. Keep the master key apart from it: without the key, raw bodies stay sealed.`
    )
  })
).pipe(Command.withDescription("Copy the store into a file, also while the daemon runs"))

export const restore = Command.make("restore", { copy, config }, (given) =>
  Effect.gen(function* () {
    const { say } = yield* Screen
    if ((yield* findDaemon(given.config)) !== undefined) {
      return yield* failed("A daemon is running on this store; stop it first")
    }
    const file = yield* storeFile(given.config)
    const place = yield* inFolder(given.copy)
    if (!existsSync(place)) return yield* failed(`There is no ${place}`)
    const store = yield* lazily(() => import("@interchannel/store"))
    const restored = yield* ownersOnly(store.Backup.restore(place, file)).pipe(Effect.mapError(because))
    const replaced = restored.kept === undefined ? "" : ` What was there before is in ${restored.kept}.`
    yield* say([`${file} is as it was in ${place}.${replaced}`, ...erasedSince(restored)].join("\n"))
  })
).pipe(Command.withDescription("Put a copy of the store back, such as the one made before an upgrade"))

// ---------------------------------------------------------------------------------------------------------------------

/** Ids told at once; `interchannel erasures` has them all. */
const TOLD_MAX = 20

const erasedSince = ({ again, uncarried }: Backup.Restored): ReadonlyArray<string> => {
  if (uncarried !== undefined) {
    return [
      `Whom you erased since then is in it again; erase them once more. No list of them could be read: ${uncarried}`
    ]
  }
  if (again.length === 0) return []
  const more = again.length - TOLD_MAX
  return [
    `${of(again.length, "erasure")} since then will be carried out again as soon as the daemon runs; how far each is: interchannel erasures`,
    ...again.slice(0, TOLD_MAX).map((id) => `  ${id}`),
    ...(more > 0 ? [`  and ${more} more`] : [])
  ]
}

const storeFile = (file: string) =>
  Effect.gen(function* () {
    const { installation } = yield* configuration(file)
    if ("sqlite" in installation.store) return installation.store.sqlite
    return yield* failed("The store is on PostgreSQL; use pg_dump and pg_restore, as its manual shows")
  })

const inFolder = (path: string) => Effect.map(Process, ({ folder }) => resolve(folder, path))

/** A copy holds what customers said: nobody else on this machine reads it. */
const ownersOnly = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.acquireUseRelease(
    Effect.sync(() => process.umask(0o077)),
    () => effect,
    (before) => Effect.sync(() => process.umask(before))
  )
