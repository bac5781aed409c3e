/** Models that who is who may be decided by: each made on a day, tried, perhaps used. */
import { columns, type Dialect } from "../Dialect.ts"

export const models = (dialect: Dialect): ReadonlyArray<string> => {
  const { key, int, keyed } = columns(dialect)
  return [
    `CREATE TABLE identity_model (
      name ${key} PRIMARY KEY, made_at ${int} NOT NULL, used_at ${int}, summary TEXT NOT NULL, model TEXT NOT NULL)${keyed}`
  ]
}
