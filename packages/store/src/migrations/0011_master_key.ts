/** Which master keys the database was used with: keyed hashes of them, that tell nothing of a key. */
import { columns, type Dialect } from "../Dialect.ts"

export const masterKey = (dialect: Dialect): ReadonlyArray<string> => {
  const { key, keyed } = columns(dialect)
  return [`CREATE TABLE master_key (digest ${key} PRIMARY KEY)${keyed}`]
}
