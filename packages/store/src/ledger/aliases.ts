/** Keys that turned out to be one. Each alias is stored with the end of its way, so that following it is one look. */
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { selectIn } from "../Dialect.ts"
import type { Alias } from "../Ledger.ts"
import * as parts from "./parts.ts"

interface AliasRow {
  readonly from_key: string
  readonly to_key: string
}

export const resolve = (sql: SqlClient, keys: ReadonlyArray<string>) =>
  Effect.map(
    selectIn(keys, (list) => sql<AliasRow>`SELECT from_key, to_key FROM alias WHERE from_key IN ${sql.in(list)}`),
    (rows): ReadonlyMap<string, string> => {
      const ends = new Map(rows.map((row) => [row.from_key, row.to_key]))
      return new Map(keys.map((key) => [key, ends.get(key) ?? key]))
    }
  )

export const save = (sql: SqlClient, aliases: ReadonlyArray<Alias>) =>
  Effect.gen(function* () {
    if (aliases.length === 0) return
    const known = yield* resolve(
      sql,
      aliases.map(({ from }) => from)
    )
    for (const alias of aliases) if (known.get(alias.from) !== alias.to) yield* lead(sql, alias)
  })

/** The last word wins: a way that led back from `to` to `from` ends. */
const lead = (sql: SqlClient, { from, to }: Alias) =>
  Effect.gen(function* () {
    if (from === to) return
    const end = (yield* resolve(sql, [to])).get(to) ?? to
    if (end === from) yield* sql`DELETE FROM alias WHERE from_key = ${to}`
    const stays = end === from ? to : end
    yield* sql`
      INSERT INTO alias (from_key, to_key) VALUES (${from}, ${stays})
      ON CONFLICT (from_key) DO UPDATE SET to_key = excluded.to_key`
    yield* sql`UPDATE alias SET to_key = ${stays} WHERE to_key = ${from}`
  })

/** Everything that is kept under `from` is kept under `to` from now on; the assembled record of `to` is saved by the caller. */
export const rekey = (sql: SqlClient, rekeyed: ReadonlyArray<Alias>) =>
  Effect.forEach(
    rekeyed.filter(({ from, to }) => from !== to),
    ({ from, to }) =>
      Effect.gen(function* () {
        yield* parts.move(sql, from, to)
        yield* moveLinks(sql, from, to)
        yield* moveProjections(sql, from, to)
        yield* sql`DELETE FROM contact WHERE key = ${from}`
        yield* sql`DELETE FROM organization WHERE key = ${from}`
      }),
    { discard: true }
  )

const moveLinks = (sql: SqlClient, from: string, to: string) =>
  Effect.gen(function* () {
    yield* sql`UPDATE interaction SET contacts = REPLACE(contacts, ${quoted(from)}, ${quoted(to)})
      WHERE key IN (SELECT interaction FROM interaction_contact WHERE contact = ${from})`
    yield* sql`
      INSERT INTO interaction_contact (contact, interaction, started_at)
      SELECT CAST(${to} AS TEXT), interaction, started_at FROM interaction_contact WHERE contact = ${from}
      ON CONFLICT (contact, interaction) DO NOTHING`
    yield* sql`DELETE FROM interaction_contact WHERE contact = ${from}`
    const [old] = yield* sql<{ readonly contacts: string }>`SELECT contacts FROM interaction WHERE key = ${from}`
    if (old === undefined) return
    const contacts: ReadonlyArray<string> = JSON.parse(old.contacts)
    if (contacts.length > 0) {
      yield* sql`DELETE FROM interaction_contact WHERE interaction = ${from} AND contact IN ${sql.in(contacts)}`
    }
    yield* sql`DELETE FROM same_as WHERE interaction = ${from}`
    yield* sql`DELETE FROM interaction WHERE key = ${from}`
  })

const moveProjections = (sql: SqlClient, from: string, to: string) =>
  Effect.gen(function* () {
    yield* sql`UPDATE projection SET subject = ${to} WHERE subject = ${from}`
    yield* sql`
      UPDATE projection SET records = REPLACE(records, ${quoted(from)}, ${quoted(to)}),
        delivered_records = REPLACE(delivered_records, ${quoted(from)}, ${quoted(to)}),
        tried = REPLACE(tried, ${quoted(from)}, ${quoted(to)})
      WHERE key IN (SELECT projection FROM projection_record WHERE contact = ${from})`
    yield* sql`
      INSERT INTO projection_record (projection, contact)
      SELECT projection, CAST(${to} AS TEXT) FROM projection_record WHERE contact = ${from}
      ON CONFLICT (projection, contact) DO NOTHING`
    yield* sql`DELETE FROM projection_record WHERE contact = ${from}`
    yield* sql`
      INSERT INTO entry_hold (projection, contact, at, by_whom)
      SELECT projection, CAST(${to} AS TEXT), at, by_whom FROM entry_hold WHERE contact = ${from}
      ON CONFLICT (projection, contact) DO NOTHING`
    yield* sql`DELETE FROM entry_hold WHERE contact = ${from}`
    yield* sql`
      INSERT INTO preferred_record (contact, at, by_whom)
      SELECT CAST(${to} AS TEXT), at, by_whom FROM preferred_record WHERE contact = ${from}
      ON CONFLICT (contact) DO NOTHING`
    yield* sql`DELETE FROM preferred_record WHERE contact = ${from}`
  })

/** As it stands in a JSON list. */
const quoted = (key: string): string => JSON.stringify(key)
