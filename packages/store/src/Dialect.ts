/** The few places where SQLite and PostgreSQL want other words, and how lists become statements of bounded size. */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { Fragment } from "@effect/sql/Statement"
import * as Effect from "effect/Effect"

export type Dialect = "sqlite" | "postgres"

/** Rows of one statement: with the widest table far below the parameters that either database takes. */
export const ROWS_MAX = 500

/**
 * Cuts a list into pieces of `ROWS_MAX`, and what remains into powers of two: a database prepares each text once, and a
 * text for every length would never be prepared again.
 */
export const pieces = <A>(list: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> => {
  const cut: Array<ReadonlyArray<A>> = []
  for (let from = 0; from < list.length; ) {
    const left = list.length - from
    const size = left >= ROWS_MAX ? ROWS_MAX : 2 ** Math.floor(Math.log2(left))
    cut.push(list.slice(from, from + size))
    from += size
  }
  return cut
}

/** Runs a statement for each piece of a list. */
export const eachPiece = <A, B, E, R>(
  list: ReadonlyArray<A>,
  statement: (piece: ReadonlyArray<A>) => Effect.Effect<B, E, R>
): Effect.Effect<void, E, R> =>
  list.length === 0 ? Effect.void : Effect.forEach(pieces(list), statement, { discard: true })

/** All rows found for a list of keys, asked for at most `ROWS_MAX` keys at a time. */
export const selectIn = <K extends string | number, A, E, R>(
  keys: Iterable<K>,
  select: (keys: ReadonlyArray<K>) => Effect.Effect<ReadonlyArray<A>, E, R>
): Effect.Effect<ReadonlyArray<A>, E, R> => {
  const distinct = [...new Set(keys)]
  if (distinct.length === 0) return Effect.succeed([])
  if (distinct.length <= ROWS_MAX) return select(padded(distinct))
  const chunks = Array.from({ length: Math.ceil(distinct.length / ROWS_MAX) }, (_, index) =>
    distinct.slice(index * ROWS_MAX, (index + 1) * ROWS_MAX)
  )
  return Effect.map(
    Effect.forEach(chunks, (chunk) => select(padded(chunk))),
    (found) => found.flat()
  )
}

/** Repeats the last key up to the next power of two, for the same reason as `pieces`. */
const padded = <K>(keys: ReadonlyArray<K>): ReadonlyArray<K> => {
  const size = Math.min(ROWS_MAX, 2 ** Math.ceil(Math.log2(keys.length)))
  const last = keys[keys.length - 1]
  return last === undefined || size <= keys.length
    ? keys
    : [...keys, ...Array.from({ length: size - keys.length }, () => last)]
}

/** Keeps rows that are read to be changed from being changed by another node meanwhile. SQLite has one writer anyway. */
export const forUpdate = (sql: SqlClient): Fragment =>
  sql.onDialectOrElse({ pg: () => sql.literal("FOR UPDATE"), orElse: () => sql.literal("") })

/** Column types, and what makes text compare byte by byte and keyed tables compact. */
export const columns = (
  dialect: Dialect
): { readonly key: string; readonly int: string; readonly bytes: string; readonly keyed: string } =>
  dialect === "sqlite"
    ? { key: "TEXT", int: "INTEGER", bytes: "BLOB", keyed: " WITHOUT ROWID" }
    : { key: 'TEXT COLLATE "C"', int: "BIGINT", bytes: "BYTEA", keyed: "" }
