/** Reads projections: by what they are about, by what is to be done, and counted for plans. */
import type { ConnectionId, LocalRef } from "@interchannel/domain"
import type { SqlClient } from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"
import * as Effect from "effect/Effect"
import { selectIn } from "../Dialect.ts"
import type { DueAsked, DueByVerb, ListAsked, Projection, SwitchCount, Tally } from "../Projections.ts"
import * as rows from "./rows.ts"

export const byRef = (sql: SqlClient, destination: ConnectionId, refs: ReadonlyArray<LocalRef>) =>
  Effect.map(
    Effect.forEach([...new Set(refs.map(({ kind }) => kind))], (kind) =>
      selectIn(
        refs.filter((ref) => ref.kind === kind).map(({ id }) => id),
        (ids) =>
          Effect.zipWith(
            select(sql, sql`p.destination = ${destination} AND p.ref_kind = ${kind} AND p.ref_id IN ${sql.in(ids)}`),
            select(
              sql,
              sql`p.destination = ${destination} AND p.removed_kind = ${kind} AND p.removed_id IN ${sql.in(ids)}`
            ),
            (standing, removed) => [...standing, ...removed]
          )
      )
    ),
    (lists) => lists.flat()
  )

export const ofSubjects = (sql: SqlClient, subjects: ReadonlyArray<string>) =>
  selectIn(subjects, (some) => select(sql, sql`p.subject IN ${sql.in(some)} ORDER BY p.key`))

export const entriesOn = (
  sql: SqlClient,
  records: ReadonlyArray<string>,
  { after, limit }: { readonly after: string; readonly limit: number }
) =>
  records.length === 0
    ? Effect.succeed([])
    : select(
        sql,
        sql`p.verb = 'AppendTimeline' AND p.key > ${after}
          AND p.key IN (SELECT projection FROM projection_record WHERE contact IN ${sql.in(records)}) ORDER BY p.key`,
        limit
      )

// The plus keeps the index on times out: a long backlog must come in order, not be sorted for each batch.
export const due = (sql: SqlClient, { destination, now, limit, records, messages }: DueAsked) =>
  records?.length === 0
    ? Effect.succeed([])
    : select(
        sql,
        sql`p.destination = ${destination} AND p.state = 'due' AND +p.due_at <= ${now}
          AND p.verb ${sql.literal(messages === true ? "=" : "<>")} 'SendMessage'
          AND ${records === undefined ? sql`1 = 1` : onlyOn(sql, records)} ORDER BY p.lane, p.at, p.key`,
        limit
      )

export const nextDueAt = (sql: SqlClient, destination: ConnectionId) =>
  Effect.map(
    sql<{ readonly at: number | null }>`
      SELECT MIN(due_at) AS at FROM projection WHERE destination = ${destination} AND state = 'due'`,
    ([row]) => row?.at ?? undefined
  )

export const list = (sql: SqlClient, { destination, state, after, limit }: ListAsked) =>
  select(sql, sql`p.destination = ${destination} AND p.key > ${after} AND ${inState(sql, state)} ORDER BY p.key`, limit)

export const undone = (
  sql: SqlClient,
  undo: string,
  { after, limit }: { readonly after: string; readonly limit: number }
) =>
  keysOf(sql<Keyed>`
    SELECT key FROM projection WHERE undo = ${undo} AND state = 'held' AND key > ${after} ORDER BY key LIMIT ${limit}`)

export const inOtherForm = (
  sql: SqlClient,
  { destination, form, after, limit }: Omit<ListAsked, "state"> & { readonly form: string }
) =>
  keysOf(sql<Keyed>`
    SELECT p.key FROM projection p WHERE ${otherForm(sql, destination, form)} AND p.key > ${after}
    ORDER BY p.key LIMIT ${limit}`)

// ---------------------------------------------------------------------------------------------------------------------

export const tally = (sql: SqlClient) =>
  Effect.map(
    sql<Omit<Tally, "why"> & { readonly why: string | null }>`
      SELECT destination, verb, state, why, count(*) AS count, count(delivered) AS standing FROM projection
      GROUP BY destination, verb, state, why ORDER BY destination, verb, state, why`,
    (found) => found.map(({ why, ...counted }) => (why === null ? counted : { ...counted, why }))
  )

export const recordCountDue = (sql: SqlClient, destination: ConnectionId) =>
  countOf(sql<Counted>`
    SELECT count(DISTINCT r.contact) AS count FROM projection p JOIN projection_record r ON r.projection = p.key
    WHERE p.destination = ${destination} AND p.state = 'due'`)

export const dueByVerb = (sql: SqlClient, destination: ConnectionId) => sql<DueByVerb>`
  SELECT verb, SUM(CASE WHEN desired IS NULL THEN 1 ELSE 0 END) AS remove,
    SUM(CASE WHEN desired IS NOT NULL AND delivered IS NULL THEN 1 ELSE 0 END) AS "create",
    SUM(CASE WHEN desired IS NOT NULL AND delivered IS NOT NULL THEN 1 ELSE 0 END) AS "update"
  FROM projection WHERE destination = ${destination} AND state = 'due' AND verb <> 'SendMessage'
  GROUP BY verb ORDER BY verb`

export const countInOtherForm = (sql: SqlClient, destination: ConnectionId, form: string) =>
  countOf(sql<Counted>`SELECT count(*) AS count FROM projection p WHERE ${otherForm(sql, destination, form)}`)

export const countOfSwitch = (sql: SqlClient, destination: ConnectionId, to: "message" | "conversation") =>
  Effect.map(
    to === "conversation"
      ? sql<SwitchCount>`
          SELECT count(*) AS remove, count(DISTINCT i.conversation) AS "create" FROM projection p
          JOIN interaction i ON i.key = p.subject WHERE ${standing(sql, destination)} AND i.conversation IS NOT NULL`
      : sql<SwitchCount>`
          SELECT count(DISTINCT p.key) AS remove, count(*) AS "create" FROM projection p
          JOIN interaction i ON i.conversation = p.subject WHERE ${standing(sql, destination)} AND i.deleted = 0`,
    ([row]) => ({ remove: row?.remove ?? 0, create: row?.create ?? 0 })
  )

// ---------------------------------------------------------------------------------------------------------------------

interface Keyed {
  readonly key: string
}
interface Counted {
  readonly count: number
}

const keysOf = <E>(found: Effect.Effect<ReadonlyArray<Keyed>, E>) =>
  Effect.map(found, (each) => each.map(({ key }) => key))

const countOf = <E>(found: Effect.Effect<ReadonlyArray<Counted>, E>) => Effect.map(found, ([row]) => row?.count ?? 0)

const select = (sql: SqlClient, where: Fragment, limit?: number) =>
  Effect.map(
    sql<rows.Stored>`
      SELECT ${sql.literal(rows.columns)} FROM projection p WHERE ${where} ${limit === undefined ? sql.literal("") : sql`LIMIT ${limit}`}`,
    (found) => found.map(rows.toProjection)
  )

// The words of the partial indexes, so that they are used.
const inState = (sql: SqlClient, state: Projection["state"] | undefined) => {
  if (state === undefined) return sql`1 = 1`
  if (state === "due" || state === "settled") return sql.literal(`p.state = '${state}'`)
  return sql`p.state <> 'settled' AND p.state <> 'due' AND p.state = ${state}`
}

/** Entries that stand in records. */
const standing = (sql: SqlClient, destination: ConnectionId) => sql`
  p.destination = ${destination} AND p.state = 'settled' AND p.verb = 'AppendTimeline' AND p.delivered IS NOT NULL`

const otherForm = (sql: SqlClient, destination: ConnectionId, form: string) =>
  sql`${standing(sql, destination)} AND (p.form IS NULL OR p.form <> ${form})`

const onlyOn = (sql: SqlClient, records: ReadonlyArray<string>) => sql`
  p.key IN (SELECT projection FROM projection_record WHERE contact IN ${sql.in(records)}) AND NOT EXISTS (
    SELECT 1 FROM projection_record r WHERE r.projection = p.key AND r.contact NOT IN ${sql.in(records)})`
