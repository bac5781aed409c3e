/** Receipts as the database holds them. What a write changed is sealed: it holds people's values. */
import type { ConnectionId } from "@interchannel/domain"
import type { SqlClient } from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { eachPiece, selectIn } from "../Dialect.ts"
import type { FieldChange, Receipt, Verb, WritesAsked } from "../Projections.ts"
import type { Seal } from "../Seal.ts"
import { toRef } from "./rows.ts"
import type { Finished } from "./transitions.ts"

type Sealing = Context.Tag.Service<typeof Seal>

interface Stored {
  readonly id: string
  readonly key: string
  readonly destination: ConnectionId
  readonly verb: Verb
  readonly at: number
  readonly before_hash: string | null
  readonly after_hash: string | null
  readonly ref_kind: string | null
  readonly ref_id: string | null
  readonly written: number
  readonly why: string
  readonly batch: string | null
  readonly undo: string | null
}

/** Of one projection, oldest first. */
export const of = (sql: SqlClient, { open }: Sealing, projection: string) =>
  Effect.gen(function* () {
    const receipts = yield* select(sql, sql`projection = ${projection} ORDER BY id`)
    const sealed = yield* selectIn(
      receipts.map(({ id }) => id),
      (ids) => sql<{ readonly receipt: string; readonly body: Uint8Array }>`
        SELECT receipt, body FROM receipt_change WHERE receipt IN ${sql.in(ids)}`
    )
    const changes = new Map<string, ReadonlyArray<FieldChange>>()
    for (const { receipt, body } of sealed) {
      const opened = open(rowName(receipt), body)
      if (Either.isLeft(opened)) return yield* opened.left
      changes.set(receipt, JSON.parse(opened.right.toString("utf8")))
    }
    return receipts.map((receipt): Receipt => {
      const changed = changes.get(receipt.id)
      return changed === undefined ? receipt : { ...receipt, changes: changed }
    })
  })

export const writes = (sql: SqlClient, { destination, batch, from, until, after, limit }: WritesAsked) => {
  const wanted = [
    sql`written = 1`,
    sql`id > ${after}`,
    ...(destination === undefined ? [] : [sql`destination = ${destination}`]),
    ...(batch === undefined ? [] : [sql`batch = ${batch}`]),
    ...(from === undefined ? [] : [sql`at >= ${from}`]),
    ...(until === undefined ? [] : [sql`at < ${until}`])
  ]
  return select(sql, sql`${sql.and(wanted)} ORDER BY id LIMIT ${limit}`)
}

/** Writes since `since`. */
export const countSince = (sql: SqlClient, destination: ConnectionId, since: number) =>
  Effect.map(
    sql<{ readonly count: number }>`
      SELECT count(*) AS count FROM receipt WHERE destination = ${destination} AND written = 1 AND at >= ${since}`,
    ([row]) => row?.count ?? 0
  )

export const save = (
  sql: SqlClient,
  { seal }: Sealing,
  finished: ReadonlyArray<Finished>,
  ids: (count: number) => Effect.Effect<ReadonlyArray<string>>
) =>
  Effect.gen(function* () {
    const written = finished.flatMap(({ receipt }) => (receipt === undefined ? [] : [receipt]))
    if (written.length === 0) return
    const numbers = yield* ids(written.length)
    const numbered = written.map((receipt, index) => ({ ...receipt, id: numbers[index] ?? "" }))
    yield* eachPiece(
      numbered.map((receipt) => ({
        id: receipt.id,
        projection: receipt.key,
        destination: receipt.destination,
        verb: receipt.verb,
        at: receipt.at,
        before_hash: receipt.before ?? null,
        after_hash: receipt.after ?? null,
        ref_kind: receipt.ref?.kind ?? null,
        ref_id: receipt.ref?.id ?? null,
        written: receipt.wrote ? 1 : 0,
        why: receipt.why,
        batch: numbered[0]?.id ?? null,
        undo: receipt.undo ?? null
      })),
      (piece) => sql`INSERT INTO receipt ${sql.insert(piece)}`
    )
    yield* eachPiece(
      numbered.flatMap(({ id, changes }) =>
        changes === undefined || changes.length === 0
          ? []
          : [{ receipt: id, body: seal(rowName(id), Buffer.from(JSON.stringify(changes))) }]
      ),
      (piece) => sql`INSERT INTO receipt_change ${sql.insert(piece)}`
    )
  })

// ---------------------------------------------------------------------------------------------------------------------

const rowName = (id: string): string => `receipt_change ${id}`

const select = (sql: SqlClient, where: Fragment) =>
  Effect.map(
    sql<Stored>`
      SELECT id, projection AS key, destination, verb, at, before_hash, after_hash, ref_kind, ref_id, written, why,
        batch, undo
      FROM receipt WHERE ${where}`,
    (rows) => rows.map(toReceipt)
  )

const toReceipt = (row: Stored): Receipt => ({
  id: row.id,
  key: row.key,
  destination: row.destination,
  verb: row.verb,
  at: row.at,
  why: row.why,
  wrote: row.written === 1,
  ...(row.before_hash === null ? {} : { before: row.before_hash }),
  ...(row.after_hash === null ? {} : { after: row.after_hash }),
  ...(row.batch === null ? {} : { batch: row.batch }),
  ...(row.undo === null ? {} : { undo: row.undo }),
  ...toRef(row)
})
