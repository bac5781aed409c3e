/** Parts, each under its subject, its ref and its part key. A part that replaces another keeps the old one as a revision. */
import type { ConnectionId, Instant, Part } from "@interchannel/domain"
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { eachPiece, forUpdate, selectIn } from "../Dialect.ts"
import type { StoredPart } from "../Ledger.ts"

type PartRow = {
  readonly key: string
  readonly ref_kind: string
  readonly ref_id: string
  readonly part: string
  readonly connection: ConnectionId
  readonly version_at: number
  readonly version_rank: number
  readonly inbox_id: string
  readonly data: string
}

const columns = "key, ref_kind, ref_id, part, connection, version_at, version_rank, inbox_id, data"

export const read = (sql: SqlClient, keys: ReadonlyArray<string>) =>
  Effect.map(
    selectIn(
      keys,
      (list) => sql<PartRow>`
        SELECT ${sql.literal(columns)} FROM part WHERE key IN ${sql.in(list)} ORDER BY key, ref_kind, ref_id, part`
    ),
    (rows): ReadonlyMap<string, ReadonlyArray<StoredPart>> => {
      const byKey = new Map<string, Array<StoredPart>>()
      for (const row of rows) {
        const list = byKey.get(row.key)
        if (list === undefined) byKey.set(row.key, [toPart(row)])
        else list.push(toPart(row))
      }
      return byKey
    }
  )

export const revisions = (sql: SqlClient, key: string) =>
  Effect.map(
    sql<PartRow & { readonly replaced_at: number }>`
      SELECT ${sql.literal(columns)}, replaced_at FROM part_revision WHERE key = ${key} ORDER BY id`,
    (rows) => rows.map((row) => ({ ...toPart(row), replacedAt: row.replaced_at }))
  )

export const save = (
  sql: SqlClient,
  parts: ReadonlyArray<StoredPart>,
  at: Instant.Instant,
  ids: (count: number) => Effect.Effect<ReadonlyArray<string>>
) =>
  Effect.gen(function* () {
    const stored = yield* selectIn(
      parts.map(({ key }) => key),
      (list) => sql<PartRow>`
        SELECT ${sql.literal(columns)} FROM part WHERE key IN ${sql.in(list)} ${forUpdate(sql)}`
    )
    const { changed, replaced } = replace(stored, parts.map(toRow))
    yield* eachPiece(
      changed,
      (piece) => sql`
        INSERT INTO part ${sql.insert(piece)}
        ON CONFLICT (key, ref_kind, ref_id, part) DO UPDATE SET
          version_at = excluded.version_at, version_rank = excluded.version_rank, inbox_id = excluded.inbox_id,
          data = excluded.data
        WHERE part.inbox_id = excluded.inbox_id OR (excluded.version_at, excluded.version_rank, excluded.inbox_id)
          > (part.version_at, part.version_rank, part.inbox_id)`
    )
    if (replaced.length === 0) return
    const numbers = yield* ids(replaced.length)
    yield* eachPiece(
      replaced.map((row, index) => ({ id: numbers[index] ?? "", ...row, replaced_at: at })),
      (piece) => sql`INSERT INTO part_revision ${sql.insert(piece)}`
    )
  })

/** Moves the parts of one subject to another; of a part that both have, the newer stays. */
export const move = (sql: SqlClient, from: string, to: string) =>
  Effect.gen(function* () {
    const same = sql.literal("other.ref_kind = part.ref_kind AND other.ref_id = part.ref_id AND other.part = part.part")
    yield* sql`
      DELETE FROM part WHERE key = ${from} AND EXISTS (
        SELECT 1 FROM part other WHERE other.key = ${to} AND ${same}
        AND (other.version_at, other.version_rank, other.inbox_id) >= (part.version_at, part.version_rank, part.inbox_id))`
    yield* sql`
      DELETE FROM part WHERE key = ${to} AND EXISTS (SELECT 1 FROM part other WHERE other.key = ${from} AND ${same})`
    yield* sql`UPDATE part SET key = ${to} WHERE key = ${from}`
    yield* sql`UPDATE part_revision SET key = ${to} WHERE key = ${from}`
  })

// ---------------------------------------------------------------------------------------------------------------------

interface Replacement {
  readonly changed: ReadonlyArray<PartRow>
  readonly replaced: ReadonlyArray<PartRow>
}

/** What is to be written when `told` comes in this order on top of `stored`. */
const replace = (stored: ReadonlyArray<PartRow>, told: ReadonlyArray<PartRow>): Replacement => {
  const before = new Map(stored.map((row) => [placeOf(row), row]))
  const now = new Map(before)
  const replaced: Array<PartRow> = []
  for (const row of told) {
    const place = placeOf(row)
    const current = now.get(place)
    if (current !== undefined) {
      // An Inbox row that is read again after a mapping fix corrects what it said before, whatever version it gave then.
      const again = current === before.get(place) && current.inbox_id === row.inbox_id
      if (!again && compare(current, row) > 0) continue
      if (current.data !== row.data) replaced.push(current)
    }
    now.set(place, row)
  }
  return { changed: [...now].filter(([place, row]) => differ(before.get(place), row)).map(([, row]) => row), replaced }
}

const differ = (a: PartRow | undefined, b: PartRow): boolean =>
  a === undefined || (a !== b && (a.data !== b.data || compare(a, b) !== 0))

const placeOf = (row: PartRow): string => [row.key, row.ref_kind, row.ref_id, row.part].join("\0")

/** Of two equal versions the one accepted later is newer. */
const compare = (a: PartRow, b: PartRow): number =>
  a.version_at - b.version_at ||
  a.version_rank - b.version_rank ||
  (a.inbox_id < b.inbox_id ? -1 : a.inbox_id > b.inbox_id ? 1 : 0)

const toRow = ({ key, connection, part, inboxId }: StoredPart): PartRow => {
  const { version, ...content } = part
  return {
    key,
    ref_kind: part.ref.kind,
    ref_id: part.ref.id,
    part: part.part,
    connection,
    version_at: version.at,
    version_rank: version.rank,
    inbox_id: inboxId,
    data: JSON.stringify(content)
  }
}

const toPart = (row: PartRow): StoredPart => ({
  key: row.key,
  connection: row.connection,
  part: { ...(JSON.parse(row.data) as Part.Part), version: { at: row.version_at, rank: row.version_rank } },
  inboxId: row.inbox_id
})
