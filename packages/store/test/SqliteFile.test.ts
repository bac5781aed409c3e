import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { Database, Dirty, Inbox, MasterKey, Store, type StoreError } from "../src/index.ts"
import { Sql } from "../src/Sql.ts"
import * as Sqlite from "../src/Sqlite.ts"
import { masterKey } from "../src/testing/index.ts"
import { incoming } from "./suites/fixtures.ts"

const folder = mkdtempSync(join(tmpdir(), "interchannel-sqlite-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const newFile = () => join(folder, `${(files += 1)}.db`)

const pragma = (file: string, name: string) =>
  Effect.provide(
    Effect.flatMap(Sql, ({ sql }) => Effect.map(sql.unsafe(`PRAGMA ${name}`), ([row]) => Object.values(row ?? {})[0])),
    Sqlite.layer({ file })
  )
/** With the database that stands behind the contracts. */
const temporary = Store.layerTemporary as Layer.Layer<Store.Services | Sql, StoreError>

describe("the SQLite driver", () => {
  it.effect("waits for the disk at every commit, at the first and at every later opening", () =>
    Effect.gen(function* () {
      const file = newFile()
      for (let opening = 0; opening < 3; opening++) {
        expect(yield* pragma(file, "synchronous")).toBe(2)
        expect(yield* pragma(file, "journal_mode")).toBe("wal")
        expect(yield* pragma(file, "foreign_keys")).toBe(1)
        // Incremental: what is freed can be given back to the disk.
        expect(yield* pragma(file, "auto_vacuum")).toBe(2)
      }
    })
  )

  it.effect("who reads beside a write sees nothing that is not committed", () =>
    Effect.gen(function* () {
      const { sql } = yield* Sql
      const { write } = yield* Database.Database
      const dirty = yield* Dirty.Dirty
      const mark = { kind: "card", key: "never", dueAt: 0, lane: 0 } as const
      const rollBack = Effect.ignore(
        write(Effect.zipRight(dirty.mark([mark]), Effect.zipRight(Effect.yieldNow(), Effect.fail("rolled back"))))
      )
      let seen = 0
      const look = Effect.map(sql`SELECT key FROM dirty WHERE key = 'never'`, (rows) => void (seen += rows.length))
      yield* Effect.all([Effect.repeatN(rollBack, 100), Effect.repeatN(look, 4_000)], { concurrency: 2 })
      expect(seen).toBe(0)
    }).pipe(Effect.provide(temporary))
  )

  it.effect("when the disk is full, says so, writes nothing of the batch, and goes on once there is room", () =>
    Effect.gen(function* () {
      const { sql, write } = yield* Sql
      const { write: together } = yield* Database.Database
      const inbox = yield* Inbox.Inbox
      const dirty = yield* Dirty.Dirty
      const [pages] = yield* sql<{ readonly page_count: number }>`PRAGMA page_count`
      yield* sql.unsafe(`PRAGMA max_page_count = ${(pages?.page_count ?? 0) + 20}`)
      const batch = Array.from({ length: 50 }, (_, index) => incoming(`k${index}`, { body: Buffer.alloc(8_000, 1) }))
      const error = yield* Effect.flip(
        together(Effect.zipRight(dirty.mark([{ kind: "person", key: "c", dueAt: 0, lane: 0 }]), inbox.accept(batch)))
      )
      expect(error).toMatchObject({ _tag: "StoreError", reason: "full", operation: "accept" })
      expect(error.message).toContain("free some room")
      expect(yield* dirty.count).toBe(0)
      expect(yield* inbox.pending(99)).toEqual([])
      yield* write("room", sql.unsafe("PRAGMA max_page_count = 1000000"))
      expect(yield* inbox.accept(batch)).toEqual({ stored: 50, known: 0 })
    }).pipe(Effect.provide(temporary))
  )

  it.effect("beside a daemon reads what is committed, and refuses to write", () =>
    Effect.gen(function* () {
      const file = newFile()
      yield* Effect.provide(
        Effect.gen(function* () {
          const inbox = yield* Inbox.Inbox
          yield* inbox.accept([incoming("1", { body: Buffer.alloc(10, 1) })])
          const reader = Store.layerSqliteReadOnly({ file, masterKey })
          const seen = Effect.provide(
            Effect.flatMap(Inbox.Inbox, (it) => it.pending(9)),
            reader
          )
          expect(yield* seen).toHaveLength(1)
          yield* inbox.accept([incoming("2", { body: Buffer.alloc(10, 1) })])
          expect(yield* seen).toHaveLength(2)
          const refused = yield* Effect.flip(
            Effect.provide(
              Effect.flatMap(Inbox.Inbox, (it) => it.accept([incoming("3", { body: Buffer.alloc(10, 1) })])),
              reader
            )
          )
          expect(refused).toMatchObject({ reason: "full" })
        }),
        Store.layerSqlite({ file, masterKey })
      )
    })
  )

  it.effect("opens only under a master key that it was used with, unless that one is lost for good", () =>
    Effect.gen(function* () {
      const file = newFile()
      const [old, next] = [MasterKey.generate(), { ...MasterKey.generate(), id: 2 }]
      const opened = (key: MasterKey.MasterKey, options: { readonly newKey?: boolean } = {}) =>
        Effect.either(Effect.provide(Effect.void, Store.layerSqlite({ file, masterKey: key, ...options })))
      const readBy = (key: MasterKey.MasterKey) =>
        Effect.either(Effect.provide(Effect.void, Store.layerSqliteReadOnly({ file, masterKey: key })))
      expect(yield* opened(old)).toMatchObject({ _tag: "Right" })
      const strange = { _tag: "Left", left: { operation: "master key", reason: "broken" } }
      expect(yield* opened(MasterKey.generate())).toMatchObject(strange)
      expect(yield* readBy(MasterKey.generate())).toMatchObject(strange)
      // A rotation: the new one beside the old one first, then alone.
      expect(yield* opened(next)).toMatchObject(strange)
      expect(yield* opened({ ...next, earlier: new Map([[old.id, old.bytes]]) })).toMatchObject({ _tag: "Right" })
      expect(yield* opened(next)).toMatchObject({ _tag: "Right" })
      expect(yield* readBy(old)).toMatchObject({ _tag: "Right" })
      const other = MasterKey.generate()
      expect(yield* opened(other, { newKey: true })).toMatchObject({ _tag: "Right" })
      expect(yield* opened(other)).toMatchObject({ _tag: "Right" })
    })
  )

  it.effect(
    "makes the folder of a new file; says what is wrong with a path that cannot be opened, and with a reader before the first start",
    () =>
      Effect.gen(function* () {
        const text = newFile()
        writeFileSync(text, "not a database, but long enough to be looked at ".repeat(50))
        const nowhere = yield* Effect.flip(Effect.provide(Effect.void, Sqlite.layer({ file: join(text, "x.db") })))
        expect(nowhere).toMatchObject({ _tag: "StoreError", operation: "open" })
        expect(nowhere.message).toContain("check that its folder exists")
        yield* Effect.provide(Effect.void, Sqlite.layer({ file: join(folder, "not", "yet", "x.db") }))
        expect(yield* Effect.flip(Effect.provide(Effect.void, Sqlite.layer({ file: text })))).toMatchObject({
          reason: "broken"
        })
        const early = yield* Effect.flip(Effect.provide(Effect.void, Sqlite.layerReadOnly({ file: newFile() })))
        expect(early._tag).toBe("StoreError")
      })
  )
})
