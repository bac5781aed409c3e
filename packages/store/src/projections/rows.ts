/** Projections as the database holds them. */
import type { ConnectionId, LocalRef } from "@interchannel/domain"
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { eachPiece, forUpdate, pieces, selectIn } from "../Dialect.ts"
import type { Projection, Verb } from "../Projections.ts"
import { placesOf, sorted } from "./transitions.ts"

export interface Stored {
  readonly key: string
  readonly destination: ConnectionId
  readonly verb: Verb
  readonly subject: string
  readonly desired: string | null
  readonly records: string
  readonly state: Projection["state"]
  readonly why: string | null
  readonly due_at: number
  readonly lane: 0 | 1 | 2 | 3
  readonly at: number
  readonly delivered: string | null
  readonly delivered_records: string
  readonly ref_kind: string | null
  readonly ref_id: string | null
  readonly url: string | null
  readonly written: string
  readonly attempts: number
  readonly started_at: number | null
  readonly removing: number
  readonly tried: string
  readonly form: string | null
  readonly rewrite: number
  readonly removed_kind: string | null
  readonly removed_id: string | null
  readonly undo: string | null
}

export const columns =
  "p.key, p.destination, p.verb, p.subject, p.desired, p.records, p.state, p.why, p.due_at, p.lane, p.at, p.delivered, p.delivered_records, p.ref_kind, p.ref_id, p.url, p.written, p.attempts, p.started_at, p.removing, p.tried, p.form, p.rewrite, p.removed_kind, p.removed_id, p.undo"

const listOf = (json: string): ReadonlyArray<string> => JSON.parse(json)
/** A contact that took over another may stand there twice. */
const recordsIn = (json: string): ReadonlyArray<string> => sorted(listOf(json))

export const toProjection = (row: Stored): Projection => ({
  key: row.key,
  destination: row.destination,
  verb: row.verb,
  subject: row.subject,
  ...(row.desired === null ? {} : { desired: row.desired }),
  records: recordsIn(row.records),
  state: row.state,
  ...(row.why === null ? {} : { why: row.why }),
  dueAt: row.due_at,
  lane: row.lane,
  at: row.at,
  ...(row.delivered === null ? {} : { delivered: row.delivered }),
  deliveredRecords: recordsIn(row.delivered_records),
  ...toRef(row),
  ...(row.url === null ? {} : { url: row.url }),
  written: listOf(row.written),
  attempts: row.attempts,
  ...(row.started_at === null
    ? {}
    : { attempt: { startedAt: row.started_at, removing: row.removing === 1, tried: recordsIn(row.tried) } }),
  ...(row.form === null ? {} : { form: row.form }),
  ...(row.removed_kind === null || row.removed_id === null
    ? {}
    : { removed: { kind: row.removed_kind, id: row.removed_id } }),
  ...(row.rewrite === 0 ? {} : { rewrite: true as const }),
  ...(row.undo === null ? {} : { undo: row.undo })
})

const toStored = (row: Projection) => ({
  key: row.key,
  destination: row.destination,
  verb: row.verb,
  subject: row.subject,
  desired: row.desired ?? null,
  records: JSON.stringify(row.records),
  state: row.state,
  why: row.why ?? null,
  due_at: row.dueAt,
  lane: row.lane,
  at: row.at,
  delivered: row.delivered ?? null,
  delivered_records: JSON.stringify(row.deliveredRecords),
  ref_kind: row.ref?.kind ?? null,
  ref_id: row.ref?.id ?? null,
  url: row.url ?? null,
  written: JSON.stringify(row.written),
  attempts: row.attempts,
  started_at: row.attempt?.startedAt ?? null,
  removing: row.attempt?.removing === true ? 1 : 0,
  tried: JSON.stringify(row.attempt?.tried ?? []),
  form: row.form ?? null,
  removed_kind: row.removed?.kind ?? null,
  removed_id: row.removed?.id ?? null,
  rewrite: row.rewrite === true ? 1 : 0,
  undo: row.undo ?? null
})

export const toRef = (row: {
  readonly ref_kind: string | null
  readonly ref_id: string | null
}): { readonly ref?: LocalRef } =>
  row.ref_kind === null || row.ref_id === null ? {} : { ref: { kind: row.ref_kind, id: row.ref_id } }

export const find = (sql: SqlClient, keys: ReadonlyArray<string>, lock: "to read" | "to change") =>
  Effect.map(
    selectIn(
      keys,
      (list) => sql<Stored>`
        SELECT ${sql.literal(columns)} FROM projection p WHERE p.key IN ${sql.in(list)}
        ORDER BY p.key ${lock === "to change" ? forUpdate(sql) : sql.literal("")}`
    ),
    (rows): ReadonlyMap<string, Projection> => new Map(rows.map((row) => [row.key, toProjection(row)]))
  )

/** Writes the rows that differ from what they were, and keeps the list of records they are on. */
export const save = (sql: SqlClient, before: ReadonlyMap<string, Projection>, rows: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    const changed = rows.filter((row) => differ(before.get(row.key), row))
    yield* eachPiece(
      changed.map(toStored).sort((a, b) => (a.key < b.key ? -1 : 1)),
      (piece) => sql`
        INSERT INTO projection ${sql.insert(piece)}
        ON CONFLICT (key) DO UPDATE SET
          subject = excluded.subject, desired = excluded.desired, records = excluded.records, state = excluded.state,
          why = excluded.why, due_at = excluded.due_at, lane = excluded.lane, at = excluded.at,
          delivered = excluded.delivered, delivered_records = excluded.delivered_records,
          ref_kind = excluded.ref_kind, ref_id = excluded.ref_id, url = excluded.url, written = excluded.written,
          attempts = excluded.attempts, started_at = excluded.started_at, removing = excluded.removing, tried = excluded.tried,
          form = excluded.form, rewrite = excluded.rewrite, removed_kind = excluded.removed_kind,
          removed_id = excluded.removed_id, undo = excluded.undo`
    )
    const pairs = changed.map((row) => ({ key: row.key, was: recordsOf(before.get(row.key)), is: recordsOf(row) }))
    const stale = pairs.flatMap(({ key, was, is }) =>
      [...was].filter((contact) => !is.has(contact)).map((contact) => ({ projection: key, contact }))
    )
    const fresh = pairs.flatMap(({ key, was, is }) =>
      [...is].filter((contact) => !was.has(contact)).map((contact) => ({ projection: key, contact }))
    )
    for (const piece of pieces(stale)) {
      const values = piece.map(({ projection, contact }) => sql`(${projection}, ${contact})`)
      yield* sql`DELETE FROM projection_record WHERE (projection, contact) IN (VALUES ${sql.csv(values)})`
    }
    yield* eachPiece(
      fresh,
      (piece) => sql`
        INSERT INTO projection_record ${sql.insert(piece)} ON CONFLICT (projection, contact) DO NOTHING`
    )
  })

/** The words about these rows go to another destination, where nothing stands yet. */
export const carry = (sql: SqlClient, keys: ReadonlyArray<string>, to: ConnectionId) => sql`
  UPDATE projection SET destination = ${to}, records = '[]', delivered = NULL, delivered_records = '[]', ref_kind = NULL,
    ref_id = NULL, url = NULL, written = '[]', attempts = 0, started_at = NULL, removing = 0, tried = '[]', form = NULL,
    rewrite = 0
  WHERE key IN ${sql.in(keys)}`

/** What is known of these rows goes, and those that are still of this destination. */
export const forget = (sql: SqlClient, destination: ConnectionId, keys: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    yield* sql`DELETE FROM projection_record WHERE projection IN ${sql.in(keys)}`
    yield* sql`DELETE FROM record_field WHERE projection IN ${sql.in(keys)}`
    yield* sql`DELETE FROM message WHERE projection IN ${sql.in(keys)}`
    yield* sql`DELETE FROM projection WHERE destination = ${destination} AND key IN ${sql.in(keys)}`
  })

const differ = (before: Projection | undefined, row: Projection): boolean =>
  before === undefined || (before !== row && JSON.stringify(toStored(before)) !== JSON.stringify(toStored(row)))

/** Where it should be, where it still is, and where it may be. */
const recordsOf = (row: Projection | undefined): ReadonlySet<string> =>
  new Set(row === undefined ? [] : [...row.records, ...placesOf(row)])
