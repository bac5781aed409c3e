import { readdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Ledger, MasterKey, Readiness, Store } from "../../src/index.ts"
import * as Migrations from "../../src/Migrations.ts"
import { Sql } from "../../src/Sql.ts"
import { masterKey, type Place } from "../../src/testing/index.ts"
import type { Suite } from "./Suite.ts"

export const readiness: Suite = ({ driver, holdsAt }) => {
  const look = ({ address }: Place, key = masterKey) =>
    driver.name === "sqlite"
      ? Readiness.sqlite({ file: address, masterKey: key })
      : Readiness.postgres({ url: Redacted.make(address), masterKey: key })
  const alter = ({ raw }: Place, statement: string) =>
    Effect.provide(
      Effect.flatMap(Sql, ({ sql, write }) => write("alter", sql.unsafe(statement))),
      raw
    )
  const counts = Effect.flatMap(Ledger.Ledger, (ledger) => ledger.counts)

  holdsAt("says what a start would find, as often as it is asked", (place) =>
    Effect.gen(function* () {
      expect([yield* look(place), yield* look(place)]).toEqual(["empty", "empty"])
      yield* Effect.provide(counts, place.open)
      expect([yield* look(place), yield* look(place)]).toEqual(["current", "current"])
      yield* alter(place, `DELETE FROM schema_version WHERE version = ${Migrations.known}`)
      expect(yield* look(place)).toBe("outdated")
    })
  )

  holdsAt("who only reads makes no schema", (place) =>
    Effect.gen(function* () {
      const reading =
        driver.name === "sqlite"
          ? Store.layerSqliteReadOnly({ file: place.address, masterKey })
          : Store.layerPostgresReadOnly({ url: Redacted.make(place.address), masterKey })
      expect(yield* Effect.flip(Effect.provide(counts, reading))).toMatchObject({
        operation: "open",
        reason: "unavailable"
      })
      expect(yield* look(place)).toBe("empty")
      yield* Effect.provide(counts, place.open)
      expect(yield* Effect.provide(counts, reading)).toMatchObject({ contacts: 0 })
    })
  )

  holdsAt("fails with what a start would fail with", (place) =>
    Effect.gen(function* () {
      yield* Effect.provide(counts, place.open)
      const strange = MasterKey.generate(() => new Uint8Array(32).fill(9))
      expect((yield* Effect.flip(look(place, strange))).message).toContain("put back the interchannel.key")
      yield* alter(place, `INSERT INTO schema_version (version) VALUES (${Migrations.known + 7})`)
      expect(yield* Effect.flip(look(place))).toMatchObject({ reason: "newer" })
    })
  )

  if (driver.name === "postgres") {
    holdsAt("fails where this user may not write, or not make what a first start makes", (place) =>
      Effect.gen(function* () {
        yield* Effect.provide(counts, place.open)
        yield* alter(place, "CREATE ROLE visitor LOGIN PASSWORD 'visitor'")
        const address = new URL((yield* driver.fresh).address)
        address.username = address.password = "visitor"
        const visitor = yield* Effect.flip(look({ ...place, address: address.href }))
        expect(visitor.message).toContain("this user may make no tables")
        const name = new URL(place.address).pathname.slice(1)
        yield* alter(place, `ALTER DATABASE "${name}" SET default_transaction_read_only = on`)
        expect((yield* Effect.flip(look(place))).message).toContain("the server takes no writes")
      })
    )
  } else {
    holdsAt("a first start may make the folder too; nothing is left behind by the look", (place) =>
      Effect.gen(function* () {
        const folder = dirname(place.address)
        expect(yield* look({ ...place, address: join(folder, "deep", "down", "store.db") })).toBe("empty")
        writeFileSync(join(folder, "text"), "no database at all, but a text of some length")
        const inFile = yield* Effect.flip(look({ ...place, address: join(folder, "text", "store.db") }))
        expect(inFile.message).toMatch(
          /store open: unavailable - .*store\.db: .*; check that this user may write there/
        )
        expect((yield* Effect.flip(look({ ...place, address: join(folder, "text") }))).message).toContain(
          "not a database"
        )
        expect(readdirSync(folder)).toEqual(["text"])
      })
    )
  }
}
