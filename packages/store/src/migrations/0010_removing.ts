/** Whether the attempt under way takes an entry out. */
import { columns, type Dialect } from "../Dialect.ts"

export const removing = (dialect: Dialect): ReadonlyArray<string> => {
  const { int } = columns(dialect)
  return [`ALTER TABLE projection ADD COLUMN removing ${int} NOT NULL DEFAULT 0`]
}
