/** What an attempt of unknown outcome may have done: taken an entry out, or put it on these records. */
import { columns, type Dialect } from "../Dialect.ts"

export const attempts = (dialect: Dialect): ReadonlyArray<string> => {
  const { int } = columns(dialect)
  return [
    `ALTER TABLE projection ADD COLUMN removing ${int} NOT NULL DEFAULT 0`,
    `ALTER TABLE projection ADD COLUMN tried TEXT NOT NULL DEFAULT '[]'`,
    `UPDATE projection SET tried = records WHERE started_at IS NOT NULL AND desired IS NOT NULL`
  ]
}
