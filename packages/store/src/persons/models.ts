/** Models as the database holds them. */
import type { Instant } from "@interchannel/domain"
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"

/** What is told of a model without reading it: a model is large. */
export interface ModelRow {
  readonly name: string
  readonly madeAt: Instant.Instant
  /** When it was put into use last. */
  readonly usedAt?: Instant.Instant
  /** What it would change, as data of whoever made it. */
  readonly summary: object
}

/** Models that are kept of those that were used, and of those that were not. */
const KEPT_MAX = 10

/** Newest first. */
export const list = (sql: SqlClient) =>
  Effect.map(
    sql<Stored>`SELECT name, made_at, used_at, summary FROM identity_model ORDER BY made_at DESC, name DESC`,
    (rows) => rows.map(toRow)
  )

export const get = (sql: SqlClient, name: string) =>
  Effect.map(
    sql<Stored & { readonly model: string }>`
      SELECT name, made_at, used_at, summary, model FROM identity_model WHERE name = ${name}`,
    ([row]) => (row === undefined ? undefined : { ...toRow(row), model: JSON.parse(row.model) as object })
  )

/** The oldest go: the latest that were used are there to be taken back, the latest that were not to be looked at. */
export const keep = (
  sql: SqlClient,
  { name, madeAt, summary, model }: Omit<ModelRow, "usedAt"> & { readonly model: object }
) =>
  Effect.gen(function* () {
    const row = { name, made_at: madeAt, used_at: null, summary: JSON.stringify(summary), model: JSON.stringify(model) }
    yield* sql`INSERT INTO identity_model ${sql.insert(row)} ON CONFLICT (name) DO NOTHING`
    for (const used of [sql`used_at IS NULL`, sql`used_at IS NOT NULL`]) {
      yield* sql`
        DELETE FROM identity_model WHERE ${used} AND name NOT IN (
          SELECT name FROM identity_model WHERE ${used}
          ORDER BY used_at DESC, made_at DESC, name DESC LIMIT ${KEPT_MAX})`
    }
  })

export const used = (sql: SqlClient, name: string, at: Instant.Instant) =>
  sql`UPDATE identity_model SET used_at = ${at} WHERE name = ${name}`

// ---------------------------------------------------------------------------------------------------------------------

interface Stored {
  readonly name: string
  readonly made_at: number
  readonly used_at: number | null
  readonly summary: string
}

const toRow = ({ name, made_at, used_at, summary }: Stored): ModelRow => ({
  name,
  madeAt: made_at,
  ...(used_at === null ? {} : { usedAt: used_at }),
  summary: JSON.parse(summary) as object
})
