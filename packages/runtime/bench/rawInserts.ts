/** The baseline of write benchmarks: the very same rows, without anything of ours. */
import Sqlite from "better-sqlite3"

/** Milliseconds that the driver alone takes to insert the rows of every table of `file` into a fresh copy, as durable as ours. */
export const rawInsertMs = (file: string, copy: string, rowsPerTransaction: number): number => {
  const source = new Sqlite(file, { readonly: true })
  const tables = source
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all() as ReadonlyArray<{ readonly name: string; readonly sql: string }>
  const indexes = source
    .prepare("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    .all() as ReadonlyArray<{
    readonly sql: string
  }>
  const target = new Sqlite(copy)
  target.pragma("journal_mode = WAL")
  target.pragma("synchronous = FULL")
  for (const { sql } of [...tables, ...indexes]) target.exec(sql)
  let ms = 0
  for (const { name } of tables) {
    const rows = source.prepare(`SELECT * FROM "${name}"`).all() as ReadonlyArray<Record<string, unknown>>
    if (rows.length === 0) continue
    const columns = Object.keys(rows[0]!)
    const insert = target.prepare(
      `INSERT INTO "${name}" (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`
    )
    const begun = performance.now()
    for (let start = 0; start < rows.length; start += rowsPerTransaction) {
      target.transaction(() => {
        for (const row of rows.slice(start, start + rowsPerTransaction))
          insert.run(...columns.map((column) => row[column]))
      })()
    }
    ms += performance.now() - begun
  }
  source.close()
  target.close()
  return ms
}
