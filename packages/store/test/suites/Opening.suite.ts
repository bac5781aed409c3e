import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Inbox, Ledger } from "../../src/index.ts"
import * as Migrations from "../../src/Migrations.ts"
import { Sql } from "../../src/Sql.ts"
import { inProcesses } from "../processes.ts"
import type { Suite } from "./Suite.ts"

const accept = (key: string) =>
  Effect.flatMap(Inbox.Inbox, (inbox) =>
    inbox.accept([
      {
        connection: "chat",
        source: "webhook:events",
        partition: "all",
        receivedAt: 1,
        lane: 0,
        contentType: "application/json",
        body: Buffer.from(key),
        key
      }
    ])
  )

export const opening: Suite = ({ driver, holds, holdsAt }) => {
  holds("a new store is empty and ready", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger.Ledger
      expect(yield* ledger.counts).toEqual({ contacts: 0, organizations: 0, interactions: 0 })
    })
  )

  holdsAt("what was written is there after it was closed and opened, and new ids sort behind", (place) =>
    Effect.gen(function* () {
      yield* Effect.provide(accept("1"), place.open)
      yield* Effect.provide(accept("2"), place.open)
      yield* Effect.provide(accept("3"), place.open)
      const rows = yield* Effect.provide(
        Effect.flatMap(Inbox.Inbox, (inbox) => inbox.pending(10)),
        place.open
      )
      expect(rows.map(({ key }) => key)).toEqual(["1", "2", "3"])
    })
  )

  holdsAt("several daemons may start at once on an empty database", (place) =>
    Effect.gen(function* () {
      const opened = yield* Effect.all(
        Array.from({ length: 4 }, (_, index) => Effect.provide(accept(`${index}`), place.open)),
        { concurrency: "unbounded" }
      )
      expect(opened.map(({ stored }) => stored)).toEqual([1, 1, 1, 1])
    })
  )

  holdsAt("several processes may start at once on an empty database", (place) =>
    Effect.gen(function* () {
      const ended = yield* Effect.promise(() => inProcesses(3, driver.name, place.address))
      expect(ended).toEqual(Array.from({ length: 3 }, () => ({ code: 0, said: "accepted 25" })))
      const rows = yield* Effect.provide(
        Effect.flatMap(Inbox.Inbox, (inbox) => inbox.pending(1_000)),
        place.open
      )
      expect(rows).toHaveLength(75)
    })
  )

  holdsAt("data of a newer release is refused, with both versions and what to do", (place) =>
    Effect.gen(function* () {
      yield* Effect.provide(
        Effect.flatMap(Sql, ({ sql, write }) =>
          write("age", sql`INSERT INTO schema_version (version) VALUES (${Migrations.known + 7})`)
        ),
        place.raw
      )
      const error = yield* Effect.flip(Effect.provide(accept("1"), place.open))
      expect(error).toMatchObject({ _tag: "StoreError", reason: "newer" })
      expect(error.message).toContain(`version ${Migrations.known + 7}`)
      expect(error.message).toContain(`up to ${Migrations.known}`)
      expect(error.message).toContain("install the release")
    })
  )
}
