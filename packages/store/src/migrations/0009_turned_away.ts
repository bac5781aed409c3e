/** How many items of people who were erased came again and were turned away. */
import { columns, type Dialect } from "../Dialect.ts"

export const turnedAway = (dialect: Dialect): ReadonlyArray<string> => {
  const { int } = columns(dialect)
  return [`ALTER TABLE erasure ADD COLUMN turned_away ${int} NOT NULL DEFAULT 0`]
}
