/** Writes what placements changed, table by table. */
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { eachPiece } from "../Dialect.ts"
import type { Changes, EventRow, Member, PersonRow } from "./rows.ts"

export const save = (sql: SqlClient, changes: Changes, ids: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    yield* eachPiece(changes.gone, (list) => sql`DELETE FROM member WHERE contact IN ${sql.in(list)}`)
    yield* members(sql, changes.members)
    yield* persons(sql, changes.persons)
    yield* eachPiece(
      changes.refined.map((key) => ({ key })),
      (piece) => sql`INSERT INTO posting_refined ${sql.insert(piece)} ON CONFLICT (key) DO NOTHING`
    )
    yield* postings(sql, changes.postings)
    yield* edges(sql, changes.edges)
    yield* firstNames(sql, changes.firstNames)
    yield* eachPiece(
      changes.events.map((event, index) => toStored(event, ids[index]!)),
      (piece) => sql`INSERT INTO person_event ${sql.insert(piece)}`
    )
  })

// ---------------------------------------------------------------------------------------------------------------------

const members = (sql: SqlClient, rows: Changes["members"]) =>
  Effect.gen(function* () {
    const toRow = ({ contact, person, sure }: Member) => ({ contact, person: person ?? null, sure })
    yield* eachPiece(
      rows.flatMap(({ features, ...row }) =>
        features === undefined ? [] : [{ ...toRow(row), features: JSON.stringify(features) }]
      ),
      (piece) => sql`
        INSERT INTO member ${sql.insert(piece)}
        ON CONFLICT (contact) DO UPDATE SET person = excluded.person, sure = excluded.sure, features = excluded.features`
    )
    yield* eachPiece(
      rows.filter(({ features }) => features === undefined).map(toRow),
      (piece) => sql`
        INSERT INTO member ${sql.insert(piece)}
        ON CONFLICT (contact) DO UPDATE SET person = excluded.person, sure = excluded.sure`
    )
  })

const persons = (sql: SqlClient, rows: ReadonlyArray<PersonRow>) =>
  eachPiece(
    rows.map(({ id, createdAt, founder, mergedInto, emptied }) => ({
      id,
      created_at: createdAt,
      founder,
      merged_into: mergedInto ?? null,
      emptied: emptied === true ? 1 : 0
    })),
    (piece) => sql`
      INSERT INTO person ${sql.insert(piece)}
      ON CONFLICT (id) DO UPDATE SET merged_into = excluded.merged_into, emptied = excluded.emptied`
  )

const postings = (sql: SqlClient, rows: Changes["postings"]) =>
  Effect.gen(function* () {
    yield* eachPiece(
      rows.filter(({ there }) => !there),
      (piece) => {
        const pairs = piece.map(({ key, contact }) => sql`(CAST(${key} AS BIGINT), ${contact})`)
        return sql`DELETE FROM posting WHERE (key, contact) IN (VALUES ${sql.csv(pairs)})`
      }
    )
    yield* eachPiece(
      rows.filter(({ there }) => there).map(({ key, contact }) => ({ key, contact })),
      (piece) => sql`INSERT INTO posting ${sql.insert(piece)} ON CONFLICT (key, contact) DO NOTHING`
    )
  })

const edges = (sql: SqlClient, rows: Changes["edges"]) =>
  Effect.gen(function* () {
    yield* eachPiece(
      rows.filter(({ bits }) => bits === undefined),
      (piece) => {
        const pairs = piece.map(({ a, b }) => sql`(${a}, ${b})`)
        return sql`DELETE FROM edge WHERE (a, b) IN (VALUES ${sql.csv(pairs)})`
      }
    )
    yield* eachPiece(
      rows.flatMap(({ a, b, bits }) => (bits === undefined ? [] : [{ a, b, bits }])),
      (piece) => sql`INSERT INTO edge ${sql.insert(piece)} ON CONFLICT (a, b) DO UPDATE SET bits = excluded.bits`
    )
  })

const firstNames = (sql: SqlClient, rows: Changes["firstNames"]) =>
  Effect.gen(function* () {
    const fewer = rows.filter(({ names }) => names === undefined).map(({ handle }) => handle)
    yield* eachPiece(fewer, (list) => sql`DELETE FROM handle_names WHERE handle IN ${sql.in(list)}`)
    yield* eachPiece(
      rows.flatMap(({ handle, names }) => (names === undefined ? [] : [{ handle, names }])),
      (piece) => sql`
        INSERT INTO handle_names ${sql.insert(piece)} ON CONFLICT (handle) DO UPDATE SET names = excluded.names`
    )
  })

const toStored = ({ at, person, other, data }: EventRow, id: string) => ({
  id,
  at,
  person,
  other: other ?? null,
  data: JSON.stringify(data)
})
