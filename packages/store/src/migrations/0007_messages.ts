/** What messages say, from when they are asked for until the proofs of their sending go. */
import { columns, type Dialect } from "../Dialect.ts"

export const messages = (dialect: Dialect): ReadonlyArray<string> => {
  const { key, int, bytes, keyed } = columns(dialect)
  return [
    // Sealed: it names who is written to.
    `CREATE TABLE message (projection ${key} PRIMARY KEY, at ${int} NOT NULL, body ${bytes} NOT NULL)${keyed}`,
    `CREATE INDEX message_at ON message (at)`
  ]
}
