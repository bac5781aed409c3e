import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it } from "@effect/vitest"
import BetterSqlite3 from "better-sqlite3"
import * as Effect from "effect/Effect"
import { describe } from "vitest"
import { Backup, Connections, Erasures, Store } from "../src/index.ts"
import { masterKey } from "../src/testing/index.ts"
import { asked, begun, done, entry } from "./suites/erased.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "interchannel-restore-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** A store of which a copy was made after `before`, and which is replaced by that copy after `since`. */
const replaced = <E, F>(
  before: Effect.Effect<void, E, Store.Services>,
  since: Effect.Effect<void, F, Store.Services>,
  damaged: (files: { readonly file: string; readonly copy: string }) => void = () => undefined
) =>
  Effect.gen(function* () {
    const place = yield* folder
    const [file, copy] = [join(place, "store.db"), join(place, "copy.db")]
    const open = Store.layerSqlite({ file, masterKey })
    yield* Effect.provide(before, open)
    yield* Backup.make(file, copy)
    yield* Effect.provide(since, open)
    damaged({ file, copy })
    const restored = yield* Backup.restore(copy, file)
    return { file, open, restored }
  })

const changed = (file: string, statement: string): void => {
  const database = new BetterSqlite3(file)
  database.exec(statement)
  database.close()
}

describe("a copy that takes the place of a store", () => {
  it.scoped("has the erasures since, to be carried out again; those that it knew stay done", () =>
    Effect.gen(function* () {
      const { open, restored } = yield* replaced(
        done("e1", "early"),
        Effect.gen(function* () {
          const erasures = yield* Erasures.Erasures
          yield* done("e2", "ana")
          yield* erasures.countTurnedAway(new Map([["e2", 4]]))
          yield* begun("e3", "bob")
          yield* begun("e4", "cem")
          yield* erasures.save({ ...asked, id: "e4", phase: "entries" })
          yield* erasures.addReceipts("e4", [entry, { ...entry, ref: { kind: "note", id: "2" }, state: "removed" }])
        })
      )
      expect(restored.again).toEqual(["e2", "e3", "e4"])
      expect(restored.uncarried).toBeUndefined()
      yield* Effect.provide(
        Effect.gen(function* () {
          const erasures = yield* Erasures.Erasures
          const all = yield* erasures.all
          expect(all.map(({ id, phase, place, doneAt }) => [id, phase, place, doneAt])).toEqual([
            ["e1", "done", "", 9],
            ["e2", "again", "", undefined],
            ["e3", "people", "bob@example.com", undefined],
            ["e4", "again", "", undefined]
          ])
          expect(all[1]).toMatchObject({ askedBy: "ada", askedAt: 5, interactions: 3, turnedAway: 4 })
          const names = ["early", "ana", "bob", "cem", "dora"]
          expect(yield* erasures.turnedAway(names)).toEqual(
            new Map([
              ["early", "e1"],
              ["ana", "e2"],
              ["bob", "e3"],
              ["cem", "e4"]
            ])
          )
          expect(yield* erasures.names("e2")).toEqual([])
          expect([yield* erasures.names("e4"), yield* erasures.contacts("e4")]).toEqual([["cem"], ["c_cem"]])
          // Of what was on its way out the copy may know nothing: nobody else would take it out.
          expect(yield* erasures.receipts("e4")).toMatchObject([
            { state: "by hand", why: expect.stringContaining("stood there when the store was replaced") },
            { state: "removed" }
          ])
        }),
        open
      )
    })
  )

  it.scoped("has an erasure that found more since to be carried out again, and one that did not as it was", () =>
    Effect.gen(function* () {
      const { open, restored } = yield* replaced(
        Effect.zipRight(done("e1", "ana"), begun("e2", "bob")),
        Effect.gen(function* () {
          yield* (yield* Erasures.Erasures).turnAway("e1", "person", ["ana at home"])
          yield* done("e2", "bob")
        })
      )
      expect(restored.again).toEqual(["e1"])
      const phases = Effect.flatMap(Erasures.Erasures, ({ all }) =>
        Effect.map(all, (rows) => rows.map(({ phase }) => phase))
      )
      expect(yield* Effect.provide(phases, open)).toEqual(["again", "people"])
    })
  )

  it.scoped("turns nobody away who was let in since", () =>
    Effect.gen(function* () {
      const { open, restored } = yield* replaced(
        Effect.zipRight(done("e1", "ana"), done("e2", "bob")),
        Effect.flatMap(Erasures.Erasures, ({ readmit }) => Effect.asVoid(readmit(["ana"])))
      )
      expect(restored.again).toEqual([])
      const away = Effect.flatMap(Erasures.Erasures, ({ turnedAway }) => turnedAway(["ana", "bob"]))
      expect([...(yield* Effect.provide(away, open)).keys()]).toEqual(["bob"])
    })
  )

  const sentences = [
    ["that cannot be read", ({ file }) => writeFileSync(file, "no database"), "file is not a database"],
    ["of a newer release", ({ file }) => changed(file, "INSERT INTO schema_version VALUES (999)"), "its schema 999"],
    ["whose copy is older than erasures", ({ copy }) => changed(copy, "DROP TABLE erasure"), "could not erase (1)"]
  ] as const satisfies ReadonlyArray<
    readonly [string, (files: { readonly file: string; readonly copy: string }) => void, string]
  >
  for (const [which, damaged, words] of sentences) {
    it.scoped(
      `says that it knows of no erasure since when it replaces one ${which}, and replaces it all the same`,
      () =>
        Effect.gen(function* () {
          const { restored } = yield* replaced(Effect.void, done("e1", "ana"), damaged)
          expect(restored.again).toEqual([])
          expect(restored.uncarried).toContain(words)
          expect(existsSync(restored.kept ?? "")).toBe(true)
        })
    )
  }

  it.scoped("brings what still stood in the log beside it", () =>
    Effect.gen(function* () {
      const place = yield* folder
      const file = join(place, "store.db")
      const copy = join(place, "copy.db")
      const open = Store.layerSqlite({ file, masterKey })
      yield* Effect.provide(
        Effect.gen(function* () {
          yield* (yield* Connections.Connections).install("chat", "chat", 7)
          // As it stands when a process is killed.
          for (const suffix of ["", "-wal"]) copyFileSync(file + suffix, copy + suffix)
        }),
        open
      )
      yield* Backup.restore(copy, file)
      const ids = Effect.flatMap(Connections.Connections, ({ all }) =>
        Effect.map(all, (rows) => rows.map(({ id }) => id))
      )
      expect(yield* Effect.provide(ids, open)).toEqual(["chat"])
    })
  )
})
