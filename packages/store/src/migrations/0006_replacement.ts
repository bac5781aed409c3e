/** Connections whose account changes: which account it was, and whose place a Connection took. */
import { columns, type Dialect } from "../Dialect.ts"

export const replacement = (dialect: Dialect): ReadonlyArray<string> => {
  const { key } = columns(dialect)
  return [`ALTER TABLE connection ADD COLUMN account TEXT`, `ALTER TABLE connection ADD COLUMN replaces ${key}`]
}
