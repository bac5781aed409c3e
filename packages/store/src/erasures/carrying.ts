/**
 * What a store that is replaced knows of erasures goes over into the copy that takes its place: a copy from before an erasure
 * holds the person. Runs on plain files that nobody has open.
 */
import type { Database } from "better-sqlite3"
import * as Migrations from "../Migrations.ts"

type Row = Readonly<Record<string, unknown>>

/** Rows by table, each with the erasure in the column named here. */
export type Kept = ReadonlyMap<Table, ReadonlyArray<Row>>

const columnOfErasure = {
  erasure: "id",
  erased: "erasure",
  erasure_contact: "erasure",
  erasure_name: "erasure",
  erasure_receipt: "erasure"
} as const
type Table = keyof typeof columnOfErasure
const tables = Object.keys(columnOfErasure) as ReadonlyArray<Table>

/** Nothing of a store that never erased anybody. Throws when it is none, or of a newer release. */
export const read = (replaced: Database): Kept => {
  const version = replaced.prepare("SELECT max(version) FROM schema_version").pluck().get() as number
  if (version > Migrations.known) throw new Error(`its schema ${version} is of a newer release`)
  return new Map(
    tables.map((table) => [table, hasTable(replaced, table) ? rowsOf(replaced, `SELECT * FROM ${table}`) : []])
  )
}

/**
 * Answers the erasures that the copy does not have, or of which it knows fewer names: they are to be carried out again.
 * Whoever was let in again since the copy was made stays so. Throws when the copy has no room for erasures.
 */
export const carry = (kept: Kept, copy: Database): ReadonlyArray<string> => {
  const erasures = of(kept, "erasure").map(({ id }) => String(id))
  if (erasures.length === 0) return []
  if (!hasTable(copy, "erasure")) throw new Error(`the copy is of a release that could not erase (${erasures.length})`)
  return copy.transaction(() => {
    const isKnown = copy.prepare("SELECT 1 FROM erasure WHERE id = ?")
    const known = new Set(erasures.filter((id) => isKnown.get(id) !== undefined))
    readmit(kept, known, copy)
    const isTurnedAway = copy.prepare("SELECT 1 FROM erased WHERE hash = ?")
    const fewer = of(kept, "erased").filter(({ hash }) => isTurnedAway.get(hash) === undefined)
    const named = new Set(fewer.map(({ erasure }) => erasure))
    const again = new Set(erasures.filter((id) => !known.has(id) || named.has(id)))
    for (const table of tables) {
      insert(
        copy,
        table,
        of(kept, table).filter((row) => again.has(String(row[columnOfErasure[table]])))
      )
    }
    for (const id of again) begin(copy, id)
    return [...again]
  })()
}

// ---------------------------------------------------------------------------------------------------------------------

const of = (kept: Kept, table: Table): ReadonlyArray<Row> => kept.get(table) ?? []

const rowsOf = (database: Database, text: string): ReadonlyArray<Row> => database.prepare(text).all() as Array<Row>

const hasTable = (database: Database, table: Table): boolean =>
  rowsOf(database, `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '${table}'`).length > 0

const readmit = (kept: Kept, known: ReadonlySet<string>, copy: Database): void => {
  const away = new Set(of(kept, "erased").flatMap((row) => (row["of"] === "person" ? [row["erasure"]] : [])))
  const welcome = copy.prepare("DELETE FROM erased WHERE of = 'person' AND erasure = ?")
  for (const id of known) if (!away.has(id)) welcome.run(id)
}

/** Either side may be of a release that knew a column less. */
const insert = (copy: Database, table: Table, rows: ReadonlyArray<Row>): void => {
  const known = new Set(rowsOf(copy, `PRAGMA table_info(${table})`).map(({ name }) => name))
  const columns = Object.keys(rows[0] ?? {}).filter((column) => known.has(column))
  const values = columns.map((column) => `@${column}`)
  const text = `INSERT OR REPLACE INTO ${table} (${columns.join(", ")}) VALUES (${values.join(", ")})`
  for (const row of rows) copy.prepare(text).run(row)
}

const STOOD = "it stood there when the store was replaced; delete it there if it still does"

/** Who was asked for is still known of one that had only begun; of others nothing but the hashes. */
const begin = (copy: Database, id: string): void => {
  copy
    .prepare("UPDATE erasure SET phase = 'again', place = '', done_at = NULL WHERE id = ? AND phase <> 'people'")
    .run(id)
  // The copy may know nothing of what was on its way out; what it does know of is due once more when it is found.
  copy
    .prepare("UPDATE erasure_receipt SET state = 'by hand', why = ? WHERE erasure = ? AND state = 'due'")
    .run(STOOD, id)
}
