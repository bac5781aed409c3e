import { existsSync } from "node:fs"
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { expect } from "@effect/vitest"
import BetterSqlite3 from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { Backup, Connections, Database, Inbox, Ledger, Persons, Projections } from "../../src/index.ts"
import * as Migrations from "../../src/Migrations.ts"
import * as Postgres from "../../src/Postgres.ts"
import { Sql } from "../../src/Sql.ts"
import { contact, interaction } from "./fixtures.ts"
import type { Suite } from "./Suite.ts"

const ana = contact("ana")
const hello = interaction("m1", 1_000, [ana.contact.key])
/** More than one statement of any migration may touch at once. */
const MANY = 700

/** The database as it was at a version: its schema, and rows in it. */
const asOf = (version: number, filled: (sql: SqlClient) => Effect.Effect<void, SqlError>) =>
  Effect.gen(function* () {
    const { sql, write } = yield* Sql
    const { dialect } = yield* Database.Database
    const steps = Migrations.steps.filter((step) => step.version <= version)
    const back = Effect.gen(function* () {
      if (dialect === "postgres") {
        yield* sql`DROP SCHEMA public CASCADE`
        yield* sql`CREATE SCHEMA public`
      } else {
        const tables = yield* sql<{ readonly name: string }>`
          SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
        for (const { name } of tables) yield* sql`DROP TABLE ${sql(name)}`
      }
      yield* sql.unsafe("CREATE TABLE schema_version (version BIGINT PRIMARY KEY)")
      for (const { version, statements } of steps) {
        yield* sql`INSERT INTO schema_version (version) VALUES (${version})`
        for (const statement of statements(dialect)) yield* sql.unsafe(statement)
      }
      yield* filled(sql)
    })
    yield* write("go back", back)
  })

const fill = (sql: SqlClient) =>
  Effect.gen(function* () {
    const { interaction: record, ...row } = hello
    yield* sql`INSERT INTO connection ${sql.insert({
      id: "chat",
      connector: "chat",
      installed_at: 7,
      mode: "live",
      paused: 0,
      canary: "[]",
      health: "running",
      health_at: 8
    })}`
    yield* sql`INSERT INTO contact ${sql.insert({
      key: ana.contact.key,
      connection: "chat",
      hash: ana.hash,
      deleted: 0,
      data: JSON.stringify(ana.contact)
    })}`
    yield* sql`INSERT INTO interaction ${sql.insert({
      key: record.key,
      connection: "chat",
      hash: row.hash,
      deleted: 0,
      started_at: record.startedAt,
      contacts: JSON.stringify(row.contacts),
      first_seen_at: row.firstSeenAt,
      data: JSON.stringify(record)
    })}`
    yield* sql`INSERT INTO interaction_contact ${sql.insert({ contact: ana.contact.key, interaction: record.key, started_at: 1_000 })}`
    yield* sql`INSERT INTO inbox ${sql.insert(
      Array.from({ length: MANY }, (_, index) => ({
        id: `00000000-0001-7000-8000-${String(index).padStart(12, "0")}`,
        connection: "chat",
        source: "feed:messages",
        strand: "all",
        item_key: `${index}`,
        received_at: 1,
        lane: 0,
        content_type: "application/json",
        state: 1
      }))
    )}`
    yield* sql`INSERT INTO projection ${sql.insert(
      Array.from({ length: MANY }, (_, index) => ({
        key: `w_${index}`,
        destination: "crm",
        verb: "AppendTimeline",
        subject: record.key,
        desired: "h",
        records: "[]",
        state: "settled",
        due_at: 1,
        lane: 1,
        at: 1_000,
        delivered: "h",
        delivered_records: "[]",
        ref_kind: "note",
        ref_id: `${index}`,
        written: "[]",
        attempts: 0
      }))
    )}`
    yield* sql`INSERT INTO receipt ${sql.insert({
      id: "00000000-0001-7000-8000-000000000001",
      projection: "w_1",
      destination: "crm",
      verb: "AppendTimeline",
      at: 5,
      after_hash: "h",
      ref_kind: "note",
      ref_id: "1",
      written: 1,
      why: "created"
    })}`
  })

const asFirstReleased = asOf(1, fill)

/** Who was placed before a contact was one row with its features. */
const placedApart = asOf(11, (sql) =>
  Effect.gen(function* () {
    yield* sql`INSERT INTO member (contact, person, sure) VALUES ('a', 'p', 'a'), ('b', 'p', 'b'), ('line', NULL, 'line')`
    yield* sql`INSERT INTO feature (contact, data) VALUES ('a', '{"said":"a"}'), ('b', '{"said":"b"}')`
    yield* sql`INSERT INTO edge (a, b, bits) VALUES ('a', 'b', 5), ('b', 'a', 5), ('a', 'line', 40)`
  })
)

const whatIsKept = Effect.gen(function* () {
  const ledger = yield* Ledger.Ledger
  const projections = yield* Projections.Projections
  return {
    contact: [...(yield* ledger.contacts([ana.contact.key])).values()],
    interactions: [...(yield* ledger.interactions([hello.interaction.key])).values()],
    inbox: yield* (yield* Inbox.Inbox).counts,
    projections: yield* projections.tally,
    receipts: (yield* projections.receipts("w_1")).map(({ why, ref }) => ({ why, ref })),
    connections: (yield* (yield* Connections.Connections).all).map(({ id, mode }) => ({ id, mode }))
  }
})

const expected = {
  contact: [ana],
  interactions: [hello],
  inbox: [{ connection: "chat", pending: 0, done: MANY, quarantined: 0, lastReceivedAt: 1 }],
  projections: [{ destination: "crm", verb: "AppendTimeline", state: "settled", count: MANY, standing: MANY }],
  receipts: [{ why: "created", ref: { kind: "note", id: "1" } }],
  connections: [{ id: "chat", mode: "live" }]
}

const versionsIn = (file: string) =>
  Effect.sync(() => {
    const database = new BetterSqlite3(file, { readonly: true })
    const rows = database.prepare("SELECT version FROM schema_version").pluck().all()
    database.close()
    return rows
  })

export const upgrade: Suite = ({ driver, holdsAt }) => {
  holdsAt("a full database of the first release is brought up to date, and nothing in it is lost", (place) =>
    Effect.gen(function* () {
      yield* Effect.provide(asFirstReleased, place.raw)
      expect(yield* Effect.provide(whatIsKept, place.open)).toEqual(expected)
      expect(yield* Effect.provide(whatIsKept, place.open)).toEqual(expected)
    })
  )

  holdsAt("who was placed stays where they are while their rows are laid together", (place) =>
    Effect.gen(function* () {
      yield* Effect.provide(placedApart, place.raw)
      const kept = Effect.gen(function* () {
        const persons = yield* Persons.Persons
        return {
          features: yield* persons.features({ after: "", limit: 9 }),
          members: [...(yield* persons.members(["a", "b", "line"])).keys()],
          pairs: yield* persons.pairs({ from: -3, to: 6, limit: 9 })
        }
      })
      expect(yield* Effect.provide(kept, place.open)).toEqual({
        features: [
          { contact: "a", person: "p", sure: "a", features: { said: "a" } },
          { contact: "b", person: "p", sure: "b", features: { said: "b" } }
        ],
        members: ["a", "b", "line"],
        pairs: [{ a: "a", b: "b", bits: 5 }]
      })
    })
  )

  if (driver.name === "postgres") {
    holdsAt("the release before has its data back from a copy made on the server before the upgrade", (place) =>
      Effect.gen(function* () {
        const name = new URL(place.address).pathname.slice(1)
        const elsewhere = Postgres.layer({ url: Redacted.make(place.address.replace(name, "postgres")) })
        const onServer = (statement: string) =>
          Effect.provide(
            Effect.flatMap(Sql, ({ sql }) => sql.unsafe(statement)),
            elsewhere
          )
        yield* Effect.provide(asFirstReleased, place.raw)
        // The server lets go of a session a moment after its client has.
        const sessionsEnd = Schedule.intersect(Schedule.spaced("100 millis"), Schedule.recurs(100))
        yield* Effect.retry(onServer(`CREATE DATABASE ${name}_before TEMPLATE ${name}`), sessionsEnd)
        const since = Effect.flatMap(Connections.Connections, ({ install }) => install("late", "chat", 8))
        yield* Effect.provide(Effect.zipRight(whatIsKept, since), place.open)
        yield* onServer(`DROP DATABASE ${name} WITH (FORCE)`)
        yield* onServer(`ALTER DATABASE ${name}_before RENAME TO ${name}`)
        expect(yield* Effect.provide(whatIsKept, place.open)).toEqual(expected)
      })
    )
    return
  }

  holdsAt("the release before has its data back from the copy that the upgrade made", (place) =>
    Effect.gen(function* () {
      yield* Effect.provide(asFirstReleased, place.raw)
      yield* Effect.provide(whatIsKept, place.open)
      const copy = `${place.address}.schema-1`
      expect(existsSync(copy)).toBe(true)
      const { kept } = yield* Backup.restore(copy, place.address)
      expect(kept).toBe(`${place.address}.replaced`)
      expect(yield* versionsIn(place.address)).toEqual([1])
      expect(yield* Effect.provide(whatIsKept, place.open)).toEqual(expected)
      expect(existsSync(`${copy}-2`)).toBe(true)
    })
  )

  holdsAt("a copy made beside an open store has all of it; a file that is none is not put back", (place) =>
    Effect.gen(function* () {
      const copy = `${place.address}.copy`
      yield* Effect.provide(
        Effect.gen(function* () {
          const connections = yield* Connections.Connections
          yield* connections.install("chat", "chat", 7)
          yield* Backup.make(place.address, copy)
          yield* connections.install("late", "chat", 8)
        }),
        place.open
      )
      const again = yield* Effect.flip(Backup.make(place.address, copy))
      expect(again.message).toContain("is there already")
      const wrong = yield* Effect.flip(Backup.restore(import.meta.filename, place.address))
      expect(wrong.message).toContain("nothing was changed")
      yield* Backup.restore(copy, place.address)
      const ids = Effect.map(
        Effect.flatMap(Connections.Connections, ({ all }) => all),
        (rows) => rows.map(({ id }) => id)
      )
      expect(yield* Effect.provide(ids, place.open)).toEqual(["chat"])
    })
  )
}
