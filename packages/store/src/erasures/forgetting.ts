/** Rows that speak of somebody, removed for good. The driver sees to it that their bytes are overwritten. */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import { eachPiece, pieces, selectIn } from "../Dialect.ts"

/** Column by which a table names a subject of the ledger. Who a contact belongs to is the resolver's to forget. */
const ofSubject: ReadonlyArray<readonly [table: string, column: string]> = [
  ["part", "key"],
  ["part_revision", "key"],
  ["contact", "key"],
  ["interaction", "key"],
  ["interaction_contact", "contact"],
  ["same_as", "interaction"],
  ["entry_hold", "contact"],
  ["preferred_record", "contact"],
  ["review", "subject"],
  ["alias", "from_key"],
  ["alias", "to_key"]
]

export const subjects = (sql: SqlClient, keys: ReadonlyArray<string>): Effect.Effect<void, SqlError> =>
  Effect.zipRight(
    links(sql, keys),
    Effect.forEach(
      ofSubject,
      ([table, column]) =>
        eachPiece(keys, (list) => sql`DELETE FROM ${sql(table)} WHERE ${sql(column)} IN ${sql.in(list)}`),
      { discard: true }
    )
  )

/** By both ends: there is no index on the interaction alone. */
const links = (sql: SqlClient, keys: ReadonlyArray<string>): Effect.Effect<void, SqlError> =>
  Effect.gen(function* () {
    const rows = yield* selectIn(
      keys,
      (list) => sql<{ readonly key: string; readonly contacts: string }>`
        SELECT key, contacts FROM interaction WHERE key IN ${sql.in(list)}`
    )
    const pairs = rows.flatMap(({ key, contacts }) =>
      (JSON.parse(contacts) as ReadonlyArray<string>).map((contact) => sql`(${contact}, ${key})`)
    )
    for (const piece of pieces(pairs)) {
      yield* sql`DELETE FROM interaction_contact WHERE (contact, interaction) IN (VALUES ${sql.csv(piece)})`
    }
  })

/** With the values that receipts and fields keep. */
export const projections = (sql: SqlClient, keys: ReadonlyArray<string>): Effect.Effect<void, SqlError> =>
  eachPiece(keys, (list) =>
    Effect.gen(function* () {
      yield* sql`
          DELETE FROM receipt_change WHERE receipt IN (SELECT id FROM receipt WHERE projection IN ${sql.in(list)})`
      yield* sql`DELETE FROM receipt WHERE projection IN ${sql.in(list)}`
      yield* sql`DELETE FROM record_field WHERE projection IN ${sql.in(list)}`
      yield* sql`DELETE FROM projection_record WHERE projection IN ${sql.in(list)}`
      yield* sql`DELETE FROM entry_hold WHERE projection IN ${sql.in(list)}`
      yield* sql`DELETE FROM quarantine WHERE subject IN ${sql.in(list)}`
      yield* sql`DELETE FROM review WHERE subject IN ${sql.in(list)}`
      yield* sql`DELETE FROM projection WHERE key IN ${sql.in(list)}`
    })
  )

export const raw = (sql: SqlClient, ids: ReadonlyArray<string>): Effect.Effect<void, SqlError> =>
  eachPiece(ids, (list) =>
    Effect.gen(function* () {
      yield* sql`DELETE FROM inbox_body WHERE id IN ${sql.in(list)}`
      yield* sql`DELETE FROM inbox WHERE id IN ${sql.in(list)}`
      yield* sql`DELETE FROM quarantine WHERE subject IN ${sql.in(list)}`
    })
  )

/** What an erasure needed to know in clear. */
export const erasure = (sql: SqlClient, id: string): Effect.Effect<void, SqlError> =>
  Effect.gen(function* () {
    yield* sql`DELETE FROM erasure_name WHERE erasure = ${id}`
    yield* sql`DELETE FROM erasure_contact WHERE erasure = ${id}`
  })
